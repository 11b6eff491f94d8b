"""SQL stands in .sql files, where it is named, described and reviewed like code."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.tree import check_none, exceptions, literals, parsed, python_names, stale

_SQL = re.compile(
    r"^\s*select\s|\bselect\s[^.]*\sfrom\s|\binsert\s+into\s|\bdelete\s+from\s"
    r"|^\s*update\s+\w+\s+set\s"
    r"|^\s*(?:create|alter|drop)\s+(?:unique\s+)?(?:table|index|schema|database|role|view)\s"
    r"|^\s*copy\s+\w+\s*(?:\(|from\s|to\s)|^\s*with\s+\w+\s+as\s|^\s*truncate\s",
    re.IGNORECASE,
)


def is_sql(text: str) -> bool:
    """Whether a literal is SQL. A sentence that begins with "Select" is none: its case is mixed."""
    match = _SQL.search(text)
    keyword = match[0].split()[0] if match else "None"
    return keyword in (keyword.upper(), keyword.lower())


def _holders() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in python_names("src/"):
        for line, text in literals(parsed(name)):
            if is_sql(text):
                found.setdefault(name, f"line {line}: {' '.join(text.split())[:60]}")
    return found


def test_python_holds_no_sql() -> None:
    found = _holders()
    check_none({n: hit for n, hit in found.items() if n not in exceptions("sql")})
    check_none(stale("sql", set(found)))


@pytest.mark.parametrize(
    "source",
    [
        "x = 'SELECT 1'",
        "x = f'DELETE FROM {table}'",
        "x = '''\n  INSERT INTO event VALUES (1)'''",
        "x = 'COPY event FROM STDIN'",
        "x = 'CREATE UNIQUE INDEX a ON b (c)'",
        "x = 'select from pg_database where datname = %s'",
        "x = f'create database {name}'",
    ],
)
def test_sql_in_a_literal_is_seen(source: str) -> None:
    assert any(is_sql(text) for _, text in literals(ast.parse(source)))


@pytest.mark.parametrize("text", ["Select a code from the list", "update", "Copy the address"])
def test_plain_english_is_no_sql(text: str) -> None:
    assert not is_sql(text)
