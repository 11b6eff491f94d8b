"""Links as CSV: one line a link, the lines of one key together, in and out alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

import msgspec
from django.utils.timezone import get_default_timezone

from nguon.errors import Fault
from nguon.linksets import Link
from nguon.resolver.models import Registration
from nguon.resolver.services import Draft, ResolverError, read_links

COLUMNS = (
    "key",
    "link_type",
    "href",
    "title",
    "hreflang",
    "media_type",
    "context",
    "valid_from",
    "valid_until",
    "description",
)
_NEEDED = ("key", "link_type", "href", "title")
_BOM = "\ufeff"
# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_csv(data: bytes) -> list[Draft]:
    """The drafts of a file, in its order; raises ResolverError with every cell that is wrong."""
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
        reader = csv.DictReader(io.StringIO(text), dialect=_dialect(text), strict=True)
        lines, columns = list(reader), list(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise ResolverError(Fault("resolver.csv_unreadable", value=error)) from error
    _check_columns(columns)
    faults: list[Fault] = []
    groups: dict[str, list[tuple[int, Link, str]]] = {}
    for number, line in enumerate(lines, 2):
        cells = {name: (line.get(name) or "").strip().lstrip("'") for name in COLUMNS}
        if not any(cells.values()):
            continue
        link = _read_link(number, cells, faults)
        groups.setdefault(cells["key"], []).append((number, link, cells["description"]))
    if faults:
        raise ResolverError(*faults)
    return [_draft(key, rows) for key, rows in groups.items()]


def _dialect(text: str) -> type[csv.Dialect]:
    """Spreadsheets in Vietnam write semicolons."""

    class Ours(csv.excel):
        delimiter = ";" if text.partition("\n")[0].count(";") > 2 else ","

    return Ours


def _check_columns(given: list[str]) -> None:
    wrong = [name for name in given if name not in COLUMNS]
    wrong += [name for name in _NEEDED if name not in given]
    if wrong:
        words = {"known": ", ".join(COLUMNS), "needed": ", ".join(_NEEDED)}
        shown = ", ".join(str(name) for name in wrong)
        raise ResolverError(Fault("resolver.csv_columns", value=shown, params=words))


def _read_link(number: int, cells: Mapping[str, str], faults: list[Fault]) -> Link:
    times: dict[str, datetime | None] = {}
    for name in ("valid_from", "valid_until"):
        try:
            times[name] = read_time(cells[name])
        except ValueError:
            words = {"column": name}
            place = f"/lines/{number}/{name}"
            faults.append(Fault("resolver.csv_time", place, cells[name], params=words))
    return Link(
        cells["link_type"],
        cells["href"],
        cells["title"],
        tuple(cells["hreflang"].replace(",", " ").split()),
        cells["media_type"],
        tuple(word for word in cells["context"].split("|") if word.strip()),
        times.get("valid_from"),
        times.get("valid_until"),
    )


def _draft(key: str, rows: list[tuple[int, Link, str]]) -> Draft:
    described = next((text for _number, _link, text in rows if text), "")
    links = tuple(link for _number, link, _text in rows)
    return Draft(key, links, described, tuple(number for number, _link, _text in rows))


def read_time(text: str) -> datetime | None:
    """A day or an instant; without a zone on the clock of the province. Raises ValueError."""
    if not text:
        return None
    found = (
        datetime.combine(date.fromisoformat(text), time())
        if len(text) == 10
        else datetime.fromisoformat(text)
    )
    return found if found.tzinfo else found.replace(tzinfo=get_default_timezone())


def write_csv(rows: Iterable[Registration]) -> str:
    """The links of some anchors, as `read_csv` reads them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        for link in read_links(row.links):
            kept = msgspec.to_builtins(link)
            cells = {
                **kept,
                "key": row.anchor,
                "hreflang": " ".join(link.hreflang),
                "context": "|".join(link.context),
                "description": row.description,
            }
            writer.writerow([_defuse(str(cells.get(name, ""))) for name in COLUMNS])
    return out.getvalue()


def _defuse(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
