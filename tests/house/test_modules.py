"""Every module says what it is for, defers annotations, documents its door, has its floor."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from tests.house.tree import ROOT, check_none, docstring_of, packages, parsed, python_names, texts

_GROUND = (
    *("errors", "gs1", "epcis", "trace", "rules", "rehearsal", "linksets", "carriers", "stamps"),
    "ledger",
)
_LOWER_FLOORS = (*_GROUND, "eventstore", "samples")


def defers_annotations(tree: ast.Module) -> bool:
    """Whether the module says `from __future__ import annotations`."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions and classes of a module that have no docstring."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and docstring_of(node) is None and not _overload(node):
            yield node.name


def _overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list)


def _all_python() -> list[str]:
    names = python_names("src/", "tests/", "bench/", "docs/")
    marker = {name for name in names if name.startswith("tests/") and not texts()[name].strip()}
    return [name for name in names if "/migrations/0" not in name and name not in marker]


def test_every_module_opens_with_what_it_is_for() -> None:
    check_none([n for n in _all_python() if docstring_of(parsed(n)) is None])


def test_every_module_defers_its_annotations() -> None:
    check_none([n for n in _all_python() if not defers_annotations(parsed(n))])


def test_what_the_lower_floors_offer_is_documented() -> None:
    lower = tuple(f"src/nguon/{floor}" for floor in _LOWER_FLOORS)
    missing = [
        f"{name}: {item}"
        for name in python_names(*lower)
        if not name.rpartition("/")[2].startswith("_") or name.endswith("__init__.py")
        for item in undocumented(parsed(name))
    ]
    check_none(missing)


def test_an_undocumented_function_is_seen() -> None:
    tree = ast.parse('def a(): ...\ndef _b(): ...\nclass C:\n    """Said."""\n')
    assert list(undocumented(tree)) == ["a"]


def imported(tree: ast.Module) -> set[str]:
    """Whole names of the modules that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def test_the_ground_floor_fetches_nothing() -> None:
    # import-linter cannot tell urllib.request from the harmless urllib.parse.
    ground = tuple(f"src/nguon/{name}" for name in _GROUND)
    assert "urllib.request" in imported(ast.parse("from urllib import request"))
    check_none(n for n in python_names(*ground) if "urllib.request" in imported(parsed(n)))


def test_every_package_stands_on_a_floor() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["id"] == "floors")
    placed = {name.strip().removeprefix("nguon.") for layer in layers for name in layer.split("|")}
    check_none(set(packages()) - placed)
