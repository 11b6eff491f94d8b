"""`nguon trace`: a chain as a readable tree, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from nguon.cli.common import EXIT_REFUSED, data_option, explained, open_store, speak
from nguon.epcis.master import say
from nguon.eventstore import Store
from nguon.gs1 import Gs1Error, read_code
from nguon.trace import Answer, Finding, Gap, explain, find_findings
from nguon.trace import trace as walk

_ID = "https://id.gs1.org"
_TREE_ROWS = 400
_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "up": "Về nguồn",
        "down": "Tới nơi nhận",
        "containers": "Vật chứa",
        "gaps": "Chỗ chưa rõ",
        "remarks": "Lưu ý",
        "findings": "Trái quy định",
        "harvest_while_area_closed": "thu hoạch khi vùng nuôi đang đóng",
        "nothing": "chưa có gì nối với mã này",
        "unknown": "Chưa có mã này trong hệ thống: {code}",
        "several": "Mã này có thể là:",
        "seen": "(xem ở trên)",
        "cut": "Câu trả lời bị cắt ở giới hạn; hỏi lại với --from hoặc từ một mã gần hơn.",
        "receive_without_ship": "nhận hàng nhưng bên giao chưa ghi giao",
        "ship_without_receive": "đã giao, bên nhận chưa xác nhận",
        "ship_not_recorded": "nhận hàng thẳng từ nơi làm ra, chưa ai ghi giao",
        "origin_unknown": "chưa rõ từ đâu",
        "quantity_difference": "lượng giao và nhận lệch nhau",
        "document_missing": "thiếu giấy tờ",
        "local_code": "mã nội bộ, ngoài hệ thống không đọc được",
    },
    "en": {
        "up": "To source",
        "down": "To receivers",
        "containers": "Containers",
        "gaps": "Not known",
        "remarks": "Remarks",
        "findings": "Against the rules",
        "harvest_while_area_closed": "harvested while the area was closed",
        "nothing": "nothing is linked to this code",
        "unknown": "This code is not in the system: {code}",
        "several": "This code may stand for:",
        "seen": "(see above)",
        "cut": "The answer was cut at a limit; ask again with --from, or from a nearer code.",
        "receive_without_ship": "received, the giver recorded no shipping",
        "ship_without_receive": "shipped, not confirmed by the receiver",
        "ship_not_recorded": "received straight from where it was made, no shipping recorded",
        "origin_unknown": "origin unknown",
        "quantity_difference": "shipped and received differ",
        "document_missing": "document missing",
        "local_code": "local code, not readable outside",
    },
}


class Instant(click.ParamType):
    """A moment in ISO 8601; a day alone means its beginning, no zone means UTC."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the moment, or say how to write one."""
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-05-16T10:00:00+07:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("code")
@click.option("--up", "direction", flag_value="up", help="To the source (default: both).")
@click.option("--down", "direction", flag_value="down", help="To the receivers.")
@click.option("--as-of", type=Instant(), help="As known on an instant, by the events themselves.")
@click.option("--recorded-by", type=Instant(), help="Only what this store had recorded by then.")
@click.option("--from", "since", type=Instant(), help="Downstream: affected from this instant on.")
@click.option("--to", "until", type=Instant(), help="Upstream: made up to this instant.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@data_option
@explained
def trace(
    code: str,
    *,
    direction: Literal["up", "down"] | None,
    as_of: datetime | None,
    recorded_by: datetime | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    data: Path,
) -> None:
    """Trace CODE, in any form it may be written: Digital Link, EPC URN, element string, digits, a
    lot number.
    """
    with open_store(data) as store:
        key = find_key(store, code)
        reader = store.reader(as_of, recorded_by)
        answers = [
            explain(reader, walk(reader, [key], way, since=since, until=until), as_of)
            for way in ((direction,) if direction else ("up", "down"))
        ]
        findings = [
            find_findings(reader.events_of({key, *answer.items}), as_of) for answer in answers
        ]
        if as_json:
            shown = [
                answer_as_dict(answer) | {"findings": [_finding_as_dict(each) for each in own]}
                for answer, own in zip(answers, findings, strict=True)
            ]
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
            return
        keys = {key, *(each for answer in answers for each in answer.items)}
        names = _find_names(store, keys)
    console = Console(highlight=False, soft_wrap=True)
    for answer, own in zip(answers, findings, strict=True):
        _print(console, answer, names)
        _print_findings(console, own)


def find_key(store: Store, code: str) -> str:
    """The canonical key a code stands for; leaves with a list when it may be several."""
    text = code.strip()
    try:
        keys = [identifier.key for identifier in read_code(text)]
    except Gs1Error:
        keys = store.find_lots(text)
        if not keys:
            raise
    known = [key for key in keys if store.knows(key)]
    known += [lot for key in keys if key not in known for lot in store.lots_of(key)]
    if len(known) == 1:
        return known[0]
    words = _WORDS[speak()]
    said = words["several"] if known else words["unknown"].format(code=text)
    click.echo("\n".join([said, *(f"  {key}" for key in known)]), err=True)
    raise SystemExit(EXIT_REFUSED)


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """An answer as plain data: sorted lists, ISO times, quantities as texts."""
    return {
        "start": list(answer.starts),
        "direction": answer.direction,
        "items": sorted(answer.items),
        "containers": sorted(answer.containers),
        "edges": [
            {"from": e.source, "to": e.target, "kind": e.kind, "at": e.at.isoformat()}
            for e in answer.edges
        ],
        "gaps": [_gap_as_dict(gap) for gap in answer.gaps],
        "remarks": [_gap_as_dict(gap) for gap in answer.remarks],
        "truncated": answer.truncated,
        "withheld": answer.withheld,
    }


def _finding_as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "event": finding.event_id,
        "items": list(finding.items),
        "because": finding.because,
    }


def _gap_as_dict(gap: Gap) -> dict[str, Any]:
    values = {
        "kind": gap.kind,
        "event": gap.event_id,
        "items": list(gap.items),
        "parties": list(gap.parties),
        "quantity": gap.quantity,
        "uom": gap.uom,
        "shipped": gap.shipped,
        "received": gap.received,
        "percent": gap.percent,
        "within_tolerance": gap.within_tolerance,
        "document": gap.document,
        "reference": gap.reference,
    }
    decimals = ("quantity", "shipped", "received", "percent")
    return {
        name: float(value) if name in decimals else value  # type: ignore[arg-type]  # Decimals
        for name, value in values.items()
        if value not in (None, [])
    }


# -- printing -------------------------------------------------------------------------------


def _find_names(store: Store, keys: set[str]) -> Mapping[str, str]:
    """Product names by item key, from the master data that came with the events."""
    products = {key: key.partition("/10/")[0].partition("/21/")[0] for key in keys}
    known = store.vocabulary(sorted(set(products.values())))
    return {
        key: say(known[product].attributes["descriptionShort"], speak())
        for key, product in products.items()
        if product in known and "descriptionShort" in known[product].attributes
    }


def _print(console: Console, answer: Answer, names: Mapping[str, str]) -> None:
    words = _WORDS[speak()]
    neighbours: dict[str, dict[str, None]] = {}
    for edge in answer.edges:
        if edge.kind == "contain" and answer.direction == "down":
            continue
        near, far = (
            (edge.target, edge.source) if answer.direction == "up" else (edge.source, edge.target)
        )
        neighbours.setdefault(near, {})[far] = None
    for start in answer.starts:
        tree = Tree(f"[bold]{words[answer.direction]}[/bold]  {_label(start, names)}")
        if start not in neighbours:
            tree.add(words["nothing"])
        _grow(tree, start, neighbours, names, {start})
        console.print(tree)
    if answer.containers:
        shown = ", ".join(_short(key) for key in sorted(answer.containers))
        console.print(f"{words['containers']}: {escape(shown)}")
    for title, gaps in (("gaps", answer.gaps), ("remarks", answer.remarks)):
        if gaps:
            console.print(f"[bold]{words[title]}[/bold]")
        for gap in gaps:
            console.print(f"  - {_describe(gap, words)}")
    if answer.truncated:
        console.print(words["cut"])


def _print_findings(console: Console, findings: list[Finding]) -> None:
    words = _WORDS[speak()]
    if findings:
        console.print(f"[bold]{words['findings']}[/bold]")
    for finding in findings:
        items = ", ".join(_short(item) for item in finding.items)
        console.print(escape(f"  - {words[finding.rule]}; {items}; {finding.event_id}"))


def _grow(
    tree: Tree,
    key: str,
    neighbours: Mapping[str, Mapping[str, None]],
    names: Mapping[str, str],
    seen: set[str],
) -> None:
    for other in sorted(neighbours.get(key, ())):
        if len(seen) > _TREE_ROWS:
            tree.add("…")
            return
        if other in seen:
            note = f" {_WORDS[speak()]['seen']}" if other in neighbours else ""
            tree.add(f"{_label(other, names)}{note}")
            continue
        seen.add(other)
        _grow(tree.add(_label(other, names)), other, neighbours, names, seen)


def _label(key: str, names: Mapping[str, str]) -> str:
    name = names.get(key)
    return escape(f"{_short(key)}  {name}" if name else _short(key))


def _short(key: str) -> str:
    return key.removeprefix(_ID)


def _describe(gap: Gap, words: Mapping[str, str]) -> str:
    parts = [words[gap.kind], ", ".join(_short(item) for item in gap.items)]
    if gap.shipped is not None:
        parts.append(f"{gap.shipped} → {gap.received} ({gap.percent} %)")
    if gap.parties:
        parts.append(" → ".join(_short(party) for party in gap.parties))
    parts += [text for text in (gap.document, gap.reference) if text]
    return escape("; ".join(parts))
