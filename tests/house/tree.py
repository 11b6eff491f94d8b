"""What the house tests look at: the checkout's text files, parsed Python, named exceptions."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "nguon"
DOCS = ROOT / "docs"

_SKIPPED = {"node_modules", "__pycache__", "build", "dist", "static-root"}
_TEXT = {
    *("", ".py", ".pyi", ".toml", ".md", ".sql", ".html", ".css", ".js", ".svg", ".po"),
    *(".json", ".jsonld", ".txt", ".in", ".lock", ".yaml", ".yml"),
}
_HIDDEN_BUT_OURS = {".ci", ".gitignore", ".npmrc"}


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        name = path.name
        if name in _SKIPPED or name.endswith(".egg-info"):
            continue
        if name.startswith(".") and name not in _HIDDEN_BUT_OURS:
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix in _TEXT:
            yield path


@cache
def texts() -> Mapping[str, str]:
    """Every text file of the checkout by its path from the root."""
    return {name_of(path): path.read_text("utf-8") for path in _walk(ROOT)}


def name_of(path: Path) -> str:
    """A path as it is written in messages and in exceptions.toml."""
    return path.relative_to(ROOT).as_posix()


def python_names(*folders: str) -> list[str]:
    """Python files under the folders, as paths from the root."""
    return [n for n in texts() if n.endswith(".py") and n.startswith(folders)]


@cache
def parsed(name: str) -> ast.Module:
    """The syntax tree of a file of the checkout."""
    return ast.parse(texts()[name], name)


def docstring_of(node: ast.AST) -> ast.Constant | None:
    """The constant that is the node's docstring."""
    body = getattr(node, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
        value = body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value
    return None


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """String literals that are not docstrings, with their lines; of f-strings the fixed parts."""
    docstrings = {id(docstring_of(node)) for node in ast.walk(tree)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


@cache
def exceptions(section: str) -> Mapping[str, str]:
    """Named exceptions to one rule, each with the sentence that excuses it."""
    data = tomllib.loads((ROOT / "tests/house/exceptions.toml").read_text("utf-8"))
    return dict(data[section])


def stale(section: str, needed: set[str]) -> list[str]:
    """Exceptions that nothing needs any more, or that say too little."""
    listed = exceptions(section)
    unneeded = [f"{name}: nothing needs this exception" for name in listed if name not in needed]
    terse = [f"{name}: say why" for name, why in listed.items() if len(why.split()) < 5]
    return unneeded + terse


def packages() -> list[str]:
    """The rooms and engines directly under `nguon`."""
    return sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py"))


def check_none(findings: Iterable[object]) -> None:
    """Fails with every finding on its own line, none cut short."""
    __tracebackhide__ = True
    shown = findings.items() if isinstance(findings, Mapping) else findings
    listed = sorted(": ".join(map(str, f)) if isinstance(f, tuple) else str(f) for f in shown)
    assert not listed, "\n" + "\n".join(listed)
