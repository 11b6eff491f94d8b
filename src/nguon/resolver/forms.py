"""The form of a link set: rows as people fill them, and back to links.

A row is one link under its own type; its role says whether a scan opens it, for everybody or for
its language. That a default link stands a second time under `gs1:defaultLink` is the form's work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nguon.errors import Fault
from nguon.linksets import DEFAULT, DEFAULT_MULTI, Link, link_types
from nguon.parts.words import local
from nguon.resolver.tables import read_time

MOST_ROWS = 100
BLANK_ROWS = 2
_NAMES = ("role", "link_type", "href", "title", "hreflang", "media_type", "context")
_TIMES = ("valid_from", "valid_until")


@dataclass(slots=True)
class Row:
    """One row as it was typed, and what is wrong with it."""

    number: int
    role: str = ""
    link_type: str = "gs1:pip"
    href: str = ""
    title: str = ""
    hreflang: str = ""
    media_type: str = ""
    context: str = ""
    valid_from: str = ""
    valid_until: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        """Whether nobody wrote anything in it; then it is no link."""
        return not (self.href.strip() or self.title.strip())

    @property
    def foreign_type(self) -> str:
        """A type that the list of types does not offer."""
        return "" if self.link_type in link_types() else self.link_type

    @property
    def more(self) -> bool:
        """Whether something stands in the part that is folded away."""
        return bool(self.hreflang or self.media_type or self.context or self.times)

    @property
    def times(self) -> str:
        """Whatever stands in its times."""
        return self.valid_from + self.valid_until


def rows_of(links: Sequence[Link]) -> list[Row]:
    """The rows that show these links."""
    opened = {link.href for link in links if link.link_type == DEFAULT}
    variants = {(link.href, link.hreflang) for link in links if link.link_type == DEFAULT_MULTI}
    shown = [link for link in links if link.link_type not in (DEFAULT, DEFAULT_MULTI)]
    rows = []
    for number, link in enumerate(shown, 1):
        role = "variant" if (link.href, link.hreflang) in variants else ""
        if link.href in opened:
            role = "default"
            opened.discard(link.href)
        rows.append(
            Row(
                number,
                role,
                link.link_type,
                link.href,
                link.title,
                " ".join(link.hreflang),
                link.media_type,
                " | ".join(link.context),
                _show_time(link.valid_from),
                _show_time(link.valid_until),
            )
        )
    return rows


def _show_time(value: datetime | None) -> str:
    return local(value).strftime("%Y-%m-%dT%H:%M") if value else ""


def read_rows(data: Mapping[str, str]) -> list[Row]:
    """The rows of a sent form."""
    try:
        count = min(max(int(data.get("rows", "0")), 0), MOST_ROWS)
    except ValueError:
        count = 0
    return [
        Row(number, **{name: data.get(f"{name}-{number}", "") for name in (*_NAMES, *_TIMES)})
        for number in range(1, count + 1)
    ]


def add_blank(rows: list[Row], count: int = BLANK_ROWS) -> list[Row]:
    """The rows with a few empty ones behind."""
    last = len(rows)
    more = min(count, MOST_ROWS - last)
    return [*rows, *(Row(last + step) for step in range(1, more + 1))]


def links_of(rows: Sequence[Row]) -> tuple[list[Link], list[Row]]:
    """The links of the filled rows, and the row that each link comes from; faults stay on rows."""
    links: list[Link] = []
    origins: list[Row] = []
    for row in rows:
        if row.blank:
            continue
        link = _read_row(row)
        if row.role == "default":
            times = {"valid_from": link.valid_from, "valid_until": link.valid_until}
            links.append(Link(DEFAULT, link.href, link.title, **times))
            origins.append(row)
        elif row.role == "variant":
            links.append(_renamed(link))
            origins.append(row)
        links.append(link)
        origins.append(row)
    return links, origins


def _renamed(link: Link) -> Link:
    return Link(
        DEFAULT_MULTI,
        link.href,
        link.title,
        link.hreflang,
        link.media_type,
        link.context,
        link.valid_from,
        link.valid_until,
    )


def _read_row(row: Row) -> Link:
    times: dict[str, datetime | None] = dict.fromkeys(_TIMES)
    for name in _TIMES:
        try:
            times[name] = read_time(getattr(row, name).strip())
        except ValueError:
            words = {"column": name}
            row.faults.append(
                Fault("resolver.csv_time", f"/{name}", getattr(row, name), params=words)
            )
    return Link(
        row.link_type,
        row.href.strip(),
        row.title,
        tuple(row.hreflang.replace(",", " ").split()),
        row.media_type,
        tuple(word.strip() for word in row.context.split("|") if word.strip()),
        **times,
    )


def place_faults(faults: Sequence[Fault], origins: Sequence[Row]) -> list[Fault]:
    """Put each fault on the row that it is about; what is about no row comes back."""
    rest = []
    for fault in faults:
        parts = fault.pointer.split("/")
        if len(parts) > 2 and parts[1] == "links" and int(parts[2]) < len(origins):
            row = origins[int(parts[2])]
            if all(known.code != fault.code for known in row.faults):
                row.faults.append(fault)
        else:
            rest.append(fault)
    return rest
