"""From a print run to the labels that `nguon.carriers` draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from nguon.carriers import LabelData, draw, join_parts, lay_out, read_design, write_part
from nguon.carriers.sheets import read_sheet
from nguon.labels.keys import read_ring
from nguon.labels.models import PrintRun, StampRun
from nguon.labels.services.error import refuse
from nguon.stamps import cover_code, issue_range, seal
from nguon.stamps.keys import StampKey

DOTS = ("203", "300", "600")
_TEXTS = ("name", "net", "maker", "address", "storage")
_DAYS = ("expiry", "made")


def label_of(key: str, values: Mapping[str, str]) -> LabelData:
    """A lot's label out of what was typed. Raises LabelError for a date that is none."""
    return LabelData(key=key, domain=settings.NGUON_BASE_URL, **_read_values(values))


def _read_values(values: Mapping[str, str]) -> dict[str, Any]:
    texts = {name: values.get(name, "").strip() for name in _TEXTS}
    return texts | {name: _read_day(name, values.get(name, "")) for name in _DAYS}


def _read_day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise refuse("day_malformed", text, field=name) from error


def stamps_of(
    run: StampRun, first: int, last: int, values: Mapping[str, str]
) -> Iterator[LabelData]:
    """The labels of a stretch of stamps, in the order of their numbers."""
    key = read_ring().get(run.key_id)
    if key is None:
        raise refuse("key_gone", run.key_id)
    read = _read_values(values)
    for number, serial in enumerate(issue_range(key, run.product, first, last), first):
        code = key_of(run.product, serial)
        yield LabelData(
            key=code,
            domain=settings.NGUON_BASE_URL,
            cover=cover_code(key, run.product, number) if run.covered else "",
            signature=_sign(key, code) if run.signed else "",
            **read,
        )


def key_of(product: str, serial: str) -> str:
    """The canonical key of a stamp."""
    if product.startswith("https://id.gs1.org/"):
        return f"{product}/21/{serial}"
    return f"{product}/ser/{serial.lower()}"


def _sign(key: StampKey, code: str) -> str:
    return seal(key, code)


def read_dpi(values: Mapping[str, str]) -> int | None:
    """The dots an inch of a label printer; None for office printers, whose dots are fine enough."""
    text = values.get("dpi", "")
    return int(text) if text in DOTS else None


def check(design: Mapping[str, Any], label: LabelData, values: Mapping[str, str]) -> None:
    """Draw one label, which reads its symbols back. Raises Gs1Error or CarrierError."""
    draw(read_design(design), label, read_dpi(values))


def count_on_sheet(design: Mapping[str, Any], layout: str) -> int:
    """Labels on a sheet; on a roll a sheet is counted as a hundred."""
    grid = lay_out(read_design(design), layout)
    return grid.count if layout == "a4" else 100


def draw_part(run: PrintRun, begin: int, count: int, *, first_sheet: int) -> bytes:
    """The labels `begin` to `begin + count` of a print run as a PDF, each symbol read back."""
    if run.stamps is not None:
        first = run.first + begin
        labels = stamps_of(run.stamps, first, first + count - 1, run.values)
    else:
        labels = iter([label_of(run.subject, run.values)] * count)
    return write_part(
        read_design(run.design),
        labels,
        run.layout,
        first_sheet=first_sheet,
        title=name_run(run),
        dpi=read_dpi(run.values),
    )


def name_run(run: PrintRun) -> str:
    """What stands in the margin of each sheet."""
    return f"Nguồn {run.pk}"


def join(run: PrintRun, parts: Sequence[Path], out: Path) -> None:
    """The file of a run out of its parts; its last sheet is read back once more from it."""
    join_parts(parts, out)
    # That nothing was lost in joining shows on the last sheet.
    content = out.read_bytes()
    if read_sheet(content, -1) != read_sheet(parts[-1].read_bytes(), -1):
        raise refuse("print_lost", run.pk)
