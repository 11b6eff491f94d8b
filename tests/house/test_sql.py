"""SQL stands in .sql files, where it is named, described and reviewed like code."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.tree import check_none, exceptions, literals, parsed, python_names, stale

_SQL = re.compile(
    r"\bSELECT\s.+\sFROM\s|^\s*SELECT\s+\S|\bINSERT\s+INTO\s|\bUPDATE\s+\w+\s+SET\s|\bDELETE\s+FROM\s"
    r"|\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|SCHEMA|DATABASE|ROLE|VIEW|FUNCTION)\s"
    r"|^\s*COPY\s+\S+|^\s*WITH\s+\w+\s+AS\s|^\s*TRUNCATE\s",
    re.DOTALL,
)


def _holders() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in python_names("src/"):
        for line, text in literals(parsed(name)):
            if _SQL.search(text):
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
    ],
)
def test_sql_in_a_literal_is_seen(source: str) -> None:
    assert any(_SQL.search(text) for _, text in literals(ast.parse(source)))


@pytest.mark.parametrize("text", ["Select a code from the list", "update", "Copy the address"])
def test_plain_english_is_no_sql(text: str) -> None:
    assert not _SQL.search(text)
