"""Makes the reference pages that follow from the code: commands and fault codes.

`python -m tests.house.reference` (as `./dev docs`) writes them; a house test compares.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator

import click

from nguon.cli import main
from tests.house.sectors import sectors_page
from tests.house.tree import DOCS, PACKAGE

_WIDTH = 88
_CLI_HEAD = """# The `nguon` command

This page is made from the command itself by `./dev docs`. From a checkout, write
`./dev nguon` where it says `nguon`.
"""
_FAULTS_HEAD = """# Fault codes

This page is made from the catalogues by `./dev docs`. A fault is one thing wrong at one place.
An *error* refuses the thing it is about; a *flag* is worth saying and refuses nothing. Codes are
stable: programs may rely on them, sentences may be improved. Names in braces are filled in when
the fault is shown.
"""


def _commands(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    settings = {**command.context_settings, "terminal_width": _WIDTH}
    context = click.Context(command, parent=parent, info_name=name, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _commands(found, child, context)


def cli_page() -> str:
    """Every command's help, as it is printed on a terminal of 88 columns."""
    parts = [f"## {path}\n\n```text\n{text}\n```\n" for path, text in _commands(main, "nguon")]
    return "\n".join([_CLI_HEAD, *parts])


def _fault(code: str, entry: dict[str, str]) -> str:
    return (
        f"### `{code}`\n\n{entry.get('level', 'error').capitalize()}. Rule: {entry['rule']}\n\n"
        f"- vi: {entry['vi']}\n- en: {entry['en']}\n"
    )


def faults_page() -> str:
    """Every fault code with its level, its rule and its sentences, by package."""
    parts = [_FAULTS_HEAD]
    for path in sorted(PACKAGE.glob("*/faults.toml")):
        package = path.parent.name
        entries = tomllib.loads(path.read_text("utf-8"))
        parts.append(f"## {package}\n")
        parts += [_fault(f"{package}.{name}", entries[name]) for name in sorted(entries)]
    return "\n".join(parts)


def pages() -> dict[str, Callable[[], str]]:
    """The generated pages of docs/reference and what makes each."""
    return {"cli.md": cli_page, "faults.md": faults_page, "sectors.md": sectors_page}


if __name__ == "__main__":
    for page, make in pages().items():
        (DOCS / "reference" / page).write_text(make(), "utf-8")
