"""Modules and functions stay small: a soft limit with a budget, a hard one with named reasons."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator

import pytest

from tests.house.tree import (
    check_none,
    docstring_of,
    exceptions,
    parsed,
    python_names,
    stale,
    texts,
)

SOFT_MODULE, HARD_MODULE = 300, 600
SOFT_FUNCTION, HARD_FUNCTION = 25, 40
SOFT_SHARE = 0.10

_BLANK = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}
_FOLDERS = ("src/", "tests/", "bench/", "docs/")


def code_lines(source: str) -> set[int]:
    """The numbers of lines that hold code: no blanks, no comments."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _BLANK:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def function_sizes(source: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Qualified name and lines of code of every function, docstrings not counted."""
    lines = code_lines(source)

    def visit(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            name = f"{prefix}{getattr(child, 'name', '')}"
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                own = set(range(child.lineno, (child.end_lineno or child.lineno) + 1))
                if (doc := docstring_of(child)) is not None:
                    own -= set(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
                yield name, len(own & lines)
            inner = f"{name}." if isinstance(child, ast.ClassDef | ast.FunctionDef) else prefix
            yield from visit(child, inner)

    yield from visit(tree, "")


def _functions() -> dict[str, int]:
    return {
        f"{name}::{function}": size
        for name in python_names(*_FOLDERS)
        for function, size in function_sizes(texts()[name], parsed(name))
    }


def _modules() -> dict[str, int]:
    return {name: len(texts()[name].splitlines()) for name in python_names(*_FOLDERS)}


def test_a_function_is_measured_without_docstring_blanks_and_comments() -> None:
    body = ['"""Says', 'much."""', "", "# why", "a = 1", "return (", "    a", ")"]
    source = "def f():\n" + "".join(f"    {line}\n" for line in body)
    assert dict(function_sizes(source, ast.parse(source))) == {"f": 5}


def test_no_module_or_function_is_over_its_hard_limit_without_a_reason() -> None:
    over = {n: size for n, size in _modules().items() if size > HARD_MODULE}
    over |= {n: size for n, size in _functions().items() if size > HARD_FUNCTION}
    unexcused = [f"{n}: {size} lines" for n, size in over.items() if n not in exceptions("sizes")]
    check_none(unexcused)
    check_none(stale("sizes", set(over)))


@pytest.mark.parametrize(
    ("part", "sizes", "limit"),
    [
        ("src/", _modules, SOFT_MODULE),
        ("src/", _functions, SOFT_FUNCTION),
        ("tests/", _modules, SOFT_MODULE),
        ("tests/", _functions, SOFT_FUNCTION),
    ],
    ids=["modules", "functions", "test modules", "test functions"],
)
def test_few_are_over_the_soft_limit(
    part: str, sizes: Callable[[], dict[str, int]], limit: int
) -> None:
    measured = {n: size for n, size in sizes().items() if n.startswith(part)}
    over = sorted((n for n, size in measured.items() if size > limit), key=measured.__getitem__)
    assert len(over) <= SOFT_SHARE * len(measured), "\n".join(f"{measured[n]} {n}" for n in over)
