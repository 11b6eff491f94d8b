"""Every dependency has its reason, and the locks pin what is asked for, by hash and no address."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.house.tree import DOCS, PACKAGE, ROOT, check_none

_LOCKS = ("base", "dev", "uv", "node")


def normal(name: str) -> str:
    """A distribution's name as registries compare it (PEP 503), extras and markers gone."""
    bare = re.match(r"@?[A-Za-z0-9._/-]+", name)
    assert bare, name
    return re.sub(r"[-_.]+", "-", bare[0]).lower()


def _required(name: str) -> set[str]:
    lines = (ROOT / f"requirements/{name}.in").read_text("utf-8").splitlines()
    return {normal(line) for line in lines if line.strip() and not line.startswith("#")}


def _pyproject() -> dict[str, set[str]]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {
        "base": {normal(item) for item in data["project"]["dependencies"]},
        "dev": {normal(item) for item in data["dependency-groups"]["dev"]},
        "build": {normal(item) for item in data["build-system"]["requires"]},
    }


def _npm() -> set[str]:
    """What is taken from npm, but for what stands in this repository itself."""
    found: dict[str, str] = {}
    for folder in (PACKAGE / "web/frontend", ROOT / "tests/conformance/door/clients"):
        data = json.loads((folder / "package.json").read_text("utf-8"))
        found |= data.get("dependencies", {}) | data.get("devDependencies", {})
    return {normal(name) for name, version in found.items() if not version.startswith("file:")}


def _explained() -> dict[str, str]:
    text = (DOCS / "explanation/dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE)
    return {normal(name): reason for name, reason in rows}


def pins(lock: str) -> Iterator[tuple[str, str, int]]:
    """Name, version and number of hashes of every pin of a lock file's text."""
    joined = lock.replace("\\\n", " ")
    for line in joined.splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line):
            yield normal(match[1]), match[2], line.count("--hash=sha256:")


def _lock(name: str) -> str:
    return (ROOT / f"requirements/{name}.lock").read_text("utf-8")


def test_every_dependency_has_its_reason_and_no_reason_is_left_over() -> None:
    asked = set().union(*_pyproject().values(), _required("uv"), _required("node"), _npm())
    explained = _explained()
    check_none(f"no reason in dependencies.md: {name}" for name in asked - set(explained))
    check_none(f"in dependencies.md but not used: {name}" for name in set(explained) - asked)


def test_a_reason_is_a_sentence() -> None:
    check_none(n for n, reason in _explained().items() if len(reason.split()) < 5)


@pytest.mark.parametrize("name", _LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    pinned = list(pins(_lock(name)))
    assert pinned
    check_none(package for package, _, hashes in pinned if hashes == 0)


def test_a_pin_without_hash_is_seen() -> None:
    assert list(pins("a-b==1.0 \\\n    --hash=sha256:00\nC.d==2 ; x\n")) == [
        ("a-b", "1.0", 1),
        ("c-d", "2", 0),
    ]


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_names_no_address_and_no_folder(name: str) -> None:
    lines = _lock(name).splitlines()
    check_none(
        line for line in lines if re.search(r"://|(^|\s)/|--(extra-)?index|find-links", line)
    )
    assert "./dev lock" in lines[1]


@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_locks_hold_what_pyproject_asks_for(name: str) -> None:
    pinned = {package for package, _, _ in pins(_lock(name))}
    asked = _pyproject()["base"] | (_pyproject()["dev"] if name == "dev" else set())
    check_none(f"not in {name}.lock, run ./dev lock: {missing}" for missing in asked - pinned)


def test_development_runs_on_the_versions_that_users_get() -> None:
    developed = {name: version for name, version, _ in pins(_lock("dev"))}
    check_none(f"{n} {v}" for n, v, _ in pins(_lock("base")) if developed.get(n) != v)
