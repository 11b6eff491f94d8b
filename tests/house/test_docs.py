"""Documentation is whole: links lead somewhere, commands exist, generated pages are current."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from nguon.epcis import read_document
from tests.house.reference import pages
from tests.house.tree import DOCS, PACKAGE, ROOT, check_none, literals, parsed, python_names, texts

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _markdown() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith(".md")}


def _links(name: str) -> list[tuple[str, Path, str]]:
    """Relative links of a page: as written, the file they lead to, the heading asked for."""
    prose = _FENCE.sub("", _markdown()[name])
    found = []
    for link in (one or other for one, other in _LINK.findall(prose)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        found.append((link, target, anchor))
    return found


def anchors(text: str) -> set[str]:
    """The addresses of a page's headings, as common Markdown hosts make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("name", sorted(_markdown()))
def test_links_lead_somewhere(name: str) -> None:
    broken = []
    for link, target, anchor in _links(name):
        if not target.exists():
            broken.append(link)
        elif anchor and target.suffix == ".md":
            broken += [link] if anchor not in anchors(target.read_text("utf-8")) else []
    check_none(broken)


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file():
            continue
        seen.add(page)
        if page.suffix == ".md" and page.is_relative_to(DOCS):
            waiting += [target for _, target, _ in _links(page.relative_to(ROOT).as_posix())]
    check_none(path.name for path in DOCS.rglob("*.md") if path not in seen)


def _dev_commands() -> set[str]:
    cases = (ROOT / "dev").read_text("utf-8").rpartition("case $command in")[2]
    labels = re.findall(r"^    ([a-z| -]+)\)", cases, re.MULTILINE)
    return {label.strip() for line in labels for label in line.split("|")}


def test_the_help_of_dev_lists_every_command() -> None:
    usage = (ROOT / "dev").read_text("utf-8").partition("<<'TEXT'")[2].partition("TEXT\n")[0]
    listed = set(re.findall(r"^  ([a-z]+) ", usage, re.MULTILINE))
    assert listed == {c for c in _dev_commands() if not c.startswith("-")}


def test_pages_name_only_commands_that_dev_has() -> None:
    check_none(
        f"{name}: ./dev {command}"
        for name, text in _markdown().items()
        for command in re.findall(r"(?<!\w)\./dev ([a-z]+)", text)
        if command not in _dev_commands()
    )


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_first_page_names_the_two_commands(name: str) -> None:
    for command in ("./dev demo", "./dev test"):
        assert command in _markdown()[name]


@pytest.mark.parametrize("page", sorted(pages()))
def test_generated_pages_are_current(page: str) -> None:
    written = (DOCS / "reference" / page).read_text("utf-8")
    assert written == pages()[page](), f"docs/reference/{page} is out of date: ./dev docs"


def _not_environment(tree: ast.Module) -> set[str]:
    """Names asked of Django's settings object or offered by a module, and so no environment."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asked = [c.args[1] for c in calls if ast.unparse(c.func) == "getattr" and len(c.args) > 1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            asked += getattr(node.value, "elts", [])
    return {str(arg.value) for arg in asked if isinstance(arg, ast.Constant)}


def _settings_read() -> set[str]:
    names = set(re.findall(r"\bNGUON_[A-Z]+\b", (ROOT / "dev").read_text("utf-8")))
    for name in python_names("src/"):
        written = {text for _, text in literals(parsed(name))} - _not_environment(parsed(name))
        names |= {t for t in written if re.fullmatch(r"NGUON_[A-Z_]+[A-Z]|DATABASE_URL", t)}
    return names


def test_every_setting_is_documented_and_none_is_invented() -> None:
    page = (DOCS / "reference/configuration.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) - {"CI"}
    read = _settings_read()
    check_none(f"not in configuration.md: {name}" for name in read - listed)
    check_none(f"in configuration.md, read nowhere: {name}" for name in listed - read)


def _terms() -> list[tuple[str, list[str], bool]]:
    """Rows of the glossary: Vietnamese, names in code, whether the code is still to come."""
    text = (DOCS / "reference/glossary.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|([^|]*)\|$", text, re.MULTILINE)
    named = [row for row in rows if "`" in row[2]]
    return [(vi, re.findall(r"`([^`]+)`", code), "(later)" in code) for vi, _, code, _ in named]


def test_the_glossary_has_every_word_of_the_field() -> None:
    data = tomllib.loads((ROOT / "tests/house/terms.toml").read_text("utf-8"))
    listed = {(vi, name) for vi, names, _ in _terms() for name in names}
    check_none({(vi, name) for vi, name in data["terms"].items()} - listed)
    check_none(f"{vi}: not in terms.toml" for vi, _, _ in _terms() if vi not in data["terms"])


def _defined() -> set[str]:
    """Names that the code defines: modules, classes, functions, fields."""
    found: set[str] = set()
    for name in python_names("src/"):
        found.add(Path(name).stem)
        for node in ast.walk(parsed(name)):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
    return found


def _written(name: str) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    ours = (n for n in texts() if n.startswith("src/") and n.endswith((".py", ".sql", ".toml")))
    return any(word.search(texts()[n]) for n in ours)


def test_names_of_the_glossary_exist_in_the_code() -> None:
    check_none(
        f"{vi}: `{name}` is nowhere in the code"
        for vi, names, later in _terms()
        for name in names
        if not later and not _written(name)
    )


def test_what_the_glossary_calls_later_is_not_there_yet() -> None:
    promised = {(vi, name) for vi, names, later in _terms() if later for name in names}
    check_none(f"{vi}: `{name}` is in the code" for vi, name in promised if name in _defined())


def test_the_fault_catalogues_are_all_in_the_reference() -> None:
    text = (DOCS / "reference/faults.md").read_text("utf-8")
    check_none(
        p.parent.name for p in PACKAGE.glob("*/faults.toml") if f"## {p.parent.name}" not in text
    )


def test_the_document_of_the_tutorial_has_no_fault() -> None:
    document = read_document((DOCS / "tutorial/first-lot.jsonld").read_bytes())
    assert len(document.events) == 4
    check_none(fault.sentence("en") for fault in document.faults)
    check_none(fault.sentence("en") for reading in document.events for fault in reading.faults)
