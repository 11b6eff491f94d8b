"""Named SQL: each query described, named once, and used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from nguon.eventstore import sql

SOURCE = Path(str(resources.files("nguon")))


class Folder:
    """Stands for the package: whatever file is asked for holds this text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def joinpath(self, *_: str) -> Folder:
        return self

    def read_text(self, _: str) -> str:
        return self.text


def load(monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, str]:
    """The loader over another text, uncached."""
    monkeypatch.setattr(sql.resources, "files", lambda _: Folder(text))
    return dict(sql.queries.__wrapped__())


def test_queries_come_by_name_with_their_description(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "-- one --\n-- Why.\nselect 1;\n\n-- two --\n-- Because.\nselect\n  2;\n"
    found = load(monkeypatch, text)
    assert found == {"one": "-- Why.\nselect 1", "two": "-- Because.\nselect\n  2"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("-- one --\nselect 1;\n", "one"),
        ("-- one --\n-- Why.\nselect 1;\n-- two --\nselect 2;\n", "two"),
        ("-- one --\n-- Why.\nselect 1;\n-- one --\n-- Again.\nselect 2;\n", "one"),
        ("-- one --\n", "one"),
    ],
    ids=["no description", "none on the second", "a name twice", "nothing at all"],
)
def test_a_query_without_description_or_of_a_known_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    with pytest.raises(ValueError, match=f"query {name} "):
        load(monkeypatch, text)


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        sql.query("no_such_query")


def asked_names() -> Iterator[str]:
    """The literal names given to `query(…)`, and to the methods that pass a name on, in src."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def asked_directly() -> Iterator[str]:
    """The names that stand as literals inside `query(…)` of the store."""
    for path in (SOURCE / "eventstore").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "query":
                for value in ast.walk(node.args[0]):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def all_queries() -> dict[str, str]:
    """Those of the store and of the packages in it that have a file of their own."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / "eventstore").rglob("queries.sql")):
        package = ".".join(path.parent.relative_to(SOURCE.parent).parts)
        found |= sql.queries(package)
    return found


def test_every_query_asked_for_exists() -> None:
    names = set(asked_directly()) - {"_back"}
    assert names
    assert names <= all_queries().keys()


def test_every_query_is_used() -> None:
    literals = set(asked_names())
    made = {f"{name}{suffix}" for name in literals for suffix in ("_then", "_back")}
    assert all_queries().keys() - literals - made == set()


def test_every_parameter_is_named() -> None:
    for name, text in all_queries().items():
        body = re.sub(r"%\([a-z_]+\)[sb]", "", text)
        assert "%" not in body, name


def test_migrations_are_numbered_without_gaps() -> None:
    from nguon.eventstore.migrate import find_migrations

    numbers = [step.number for step in find_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(re.fullmatch(r"[a-z_]+", step.name) for step in find_migrations())
