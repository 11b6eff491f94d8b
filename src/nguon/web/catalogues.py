"""Catalogues of translations: collected from code and templates, compiled without gettext's tools.

`python -m nguon.web.catalogues` compiles every catalogue that is missing or older than its
source; `… update` collects message ids first. Message ids are English, so English needs no
catalogue; Vietnamese must be complete (a test sees to it).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
# Which packages speak through which room's catalogue.
ROOMS = {
    "web": ("web", "parts", "scan", "registry"),
    "tracing": ("tracing",),
    "exchange": ("exchange",),
    "accounts": ("accounts",),
    "labels": ("labels",),
    "resolver": ("resolver",),
}
LANGUAGES = ("vi",)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "noop": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_Found = tuple[int, str | tuple[str, ...], list[str], str | None]


def find_source(room: str, language: str) -> Path:
    """Where a room's catalogue lies."""
    return ROOT / room / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(room: str) -> Catalog:
    """Every message id of a room, out of its Python and its templates."""
    catalogue = Catalog(domain="django")
    for package in ROOMS[room]:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".html") and "locale" not in path.parts:
                _collect_file(catalogue, path)
    return catalogue


def _collect_file(catalogue: Catalog, path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for _line, message, comments, context in _read_messages(path):
        catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)


def _read_messages(path: Path) -> Iterator[_Found]:
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        # Django turns a template into something that reads like code; only its calls matter.
        from django.utils.translation.template import templatize

        text = templatize(text, origin=str(path))
    source = io.BytesIO(text.encode("utf-8"))
    yield from extract("python", source, keywords=_KEYWORDS, options={"encoding": "utf-8"})


def update(room: str, language: str) -> Catalog:
    """Bring a catalogue up to date with its sources and write it; returns it."""
    path = find_source(room, language)
    known = read_catalogue(room, language)
    made = known.creation_date
    known.update(collect(room), no_fuzzy_matching=True)
    known.obsolete.clear()
    # A date that changes with every run would be all that changes.
    known.creation_date = made
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, known, width=100, sort_output=True, omit_header=False, include_lineno=False)
    return known


def read_catalogue(room: str, language: str) -> Catalog:
    """A room's catalogue as it is, empty where there is none."""
    path = find_source(room, language)
    if not path.exists():
        return Catalog(
            locale=language,
            domain="django",
            header_comment=f"# Texts of Nguồn in the language {language!r}.",
            project="nguon",
            version="0",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as source:
        return read_po(source, locale=language, domain="django")


def compile_all() -> list[Path]:
    """Compile what is missing or out of date; returns what was written."""
    written = []
    for room in ROOMS:
        for language in LANGUAGES:
            path = find_source(room, language)
            if path.exists() and _is_stale(path):
                with path.with_suffix(".mo").open("wb") as out:
                    write_mo(out, read_catalogue(room, language))
                written.append(path.with_suffix(".mo"))
    return written


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def ensure_compiled() -> None:
    """Compile at start what nobody compiled; an unwritable installation is only worth a line."""
    try:
        compile_all()
    except OSError as error:
        structlog.get_logger("nguon.web").warning("catalogues_not_compiled", reason=str(error))


def main(arguments: list[str]) -> int:
    """The command line of this module."""
    if arguments == ["update"]:
        for room in ROOMS:
            if (ROOT / room).is_dir():
                for language in LANGUAGES:
                    update(room, language)
    elif arguments:
        sys.stderr.write("usage: python -m nguon.web.catalogues [update]\n")
        return 2
    for path in compile_all():
        sys.stdout.write(f"compiled {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
