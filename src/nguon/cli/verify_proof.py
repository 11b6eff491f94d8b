"""`nguon verify` for what the ledger signed: proof files, and signed roots on their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from nguon.cli.common import EXIT_REFUSED, speak, tell
from nguon.cli.ledger_keys import find_ledger_ring
from nguon.errors import Fault
from nguon.ledger import (
    CheckedEvent,
    CheckedRoot,
    LedgerError,
    Report,
    TrustedKey,
    check_proof,
    check_root,
    list_keys,
    load_ring,
    looks_like_proof,
    read_keys,
    read_vkey,
    tell_time,
)

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WORDS = {
    "vi": {
        "proof": "Loại tệp: bằng chứng sổ cái (nguon-proof)",
        "root": "Loại tệp: gốc sổ cái đã ký",
        "ledger": "Sổ cái {origin}, gốc của {size} sự kiện, khóa lúc {closed}",
        "linked": "  nối với gốc của {size} sự kiện, khóa lúc {closed}",
        "witness": "  nhân chứng: {names}",
        "others": "  chữ ký không có khóa để kiểm: {names}",
        "given": "Khóa: do bạn chỉ ra",
        "own": "Khóa: bộ khóa sổ cái của chính máy này",
        "file": "CHÚ Ý: khóa lấy từ chính tệp này, nên chưa chứng minh ai ký. So khóa với nơi phát"
        " hành công bố, hoặc thêm --key / --keys: {keys}",
        "none": "Không có khóa nào để kiểm chữ ký",
        "right": "đúng  {index}. {event}",
        "wrong": "SAI   {index}. {event}",
        "all_right": "ĐÚNG: cả {count} sự kiện nằm nguyên trong sổ cái đã ký.",
        "root_right": "ĐÚNG: chữ ký khớp với gốc.",
        "not_right": "SAI: {bad} trên {count} sự kiện, {faults} lỗi.",
        "sent": "   gửi bởi {sender}",
        "unknown": "(không đọc được) {key}",
    },
    "en": {
        "proof": "Kind of file: a proof of the ledger (nguon-proof)",
        "root": "Kind of file: a signed root of the ledger",
        "ledger": "Ledger {origin}, root of {size} events, closed {closed}",
        "linked": "  linked to the root of {size} events, closed {closed}",
        "witness": "  witnesses: {names}",
        "others": "  signatures that there is no key for: {names}",
        "given": "Keys: those you gave",
        "own": "Keys: the ledger's key ring on this machine",
        "file": "NOTE: the key was taken from this very file, so it does not prove who signed."
        " Compare it with the one the issuer publishes, or give --key / --keys: {keys}",
        "none": "There is no key to check the signature with",
        "right": "right  {index}. {event}",
        "wrong": "WRONG  {index}. {event}",
        "all_right": "RIGHT: all {count} events stand unchanged in the signed ledger.",
        "root_right": "RIGHT: the signature fits the root.",
        "not_right": "WRONG: {bad} of {count} events, {faults} faults.",
        "sent": "   sent by {sender}",
        "unknown": "(unreadable) {key}",
    },
}


def is_ours(data: bytes) -> bool:
    """Whether a file is the ledger's to check, rather than a list of codes."""
    return looks_like_proof(data) or _is_root(data)


def _is_root(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    return "\n\n\u2014 " in text and text.count("\n") > 3


def read_trusted(lines: Sequence[str], file: bytes | None) -> tuple[list[TrustedKey], bool]:
    """The keys that were given, or those of the ledger kept here, and whether they are these."""
    found = [TrustedKey(read_vkey(line)) for line in lines]
    if file is not None:
        found += read_keys(file)
    if found or not find_ledger_ring().exists():
        return found, False
    try:
        return list(list_keys(load_ring(find_ledger_ring()))), True
    except LedgerError:
        return [], False


def verify_data(
    data: bytes, keys: tuple[list[TrustedKey], bool], anchors: Sequence[Path], *, as_json: bool
) -> None:
    """Check and tell; leaves with 1 unless everything in the file is right.

    `keys`: what `read_trusted` found.
    """
    trusted, own = keys
    texts = [path.read_text("utf-8") for path in anchors]
    proof = looks_like_proof(data)
    report = check_proof(data, trusted, texts) if proof else _check_root(data, trusted)
    if as_json:
        kind = "proof" if proof else "root"
        click.echo(json.dumps(_as_dict(report, kind), ensure_ascii=False, indent=1))
    else:
        _tell(report, "proof" if proof else "root", data, own=own)
    if not report.valid:
        raise SystemExit(EXIT_REFUSED)


def _check_root(data: bytes, trusted: Sequence[TrustedKey]) -> Report:
    found = check_root(data.decode("utf-8", "replace"), trusted)
    if isinstance(found, Fault):
        return Report("none", faults=(found,))
    extra = () if trusted else (Fault("ledger.no_keys"),)
    return Report("given" if trusted else "none", (), (found[0],), extra)


def _tell(report: Report, kind: str, data: bytes, *, own: bool) -> None:
    words = _WORDS[speak()]
    click.echo(words[kind])
    for place, root in enumerate(root for root in report.roots if root.checkpoint.origin):
        _tell_root(root, words["linked" if place else "ledger"])
    trust = "own" if own and report.trust == "given" else report.trust
    click.echo(words[trust].format(keys=_quote_keys(data)))
    for event in report.events:
        _tell_event(event)
    for fault in (*report.faults, *(f for root in report.roots for f in root.faults)):
        click.echo(f"  {tell(fault)}")
    count = len(report.events)
    if report.valid:
        name = "all_right" if count else "root_right"
        click.echo(words[name].format(count=count))
    else:
        bad = sum(bool(event.faults) for event in report.events)
        faults = sum(1 for _ in report.all_faults())
        click.echo(words["not_right"].format(bad=bad, count=count, faults=faults))


def _tell_root(root: CheckedRoot, text: str) -> None:
    checkpoint = root.checkpoint
    closed = checkpoint.closed_at.astimezone(_ZONE).isoformat(" ", "minutes")
    click.echo(text.format(origin=checkpoint.origin, size=checkpoint.size, closed=closed))
    if root.witnesses:
        click.echo(_WORDS[speak()]["witness"].format(names=", ".join(root.witnesses)))
    if root.others and root.signers:
        click.echo(_WORDS[speak()]["others"].format(names=", ".join(root.others)))


def _tell_event(checked: CheckedEvent) -> None:
    words, event = _WORDS[speak()], checked.event
    if event is None:
        shown = words["unknown"].format(key=checked.event_key)
    else:
        when = event.event_time.astimezone(_ZONE).isoformat(" ", "minutes")
        shown = f"{when}  {event.type}  {event.step or ''}  {event.event_id or checked.event_key}"
    shown += words["sent"].format(sender=checked.sender) if checked.sender else ""
    name = "wrong" if checked.faults else "right"
    click.echo(words[name].format(index=checked.index + 1, event=shown))
    for fault in checked.faults:
        click.echo(f"       {tell(fault)}")


def _quote_keys(data: bytes) -> str:
    try:
        return ", ".join(json.loads(data)["keys"])
    except (ValueError, KeyError, TypeError):
        return ""


def _as_dict(report: Report, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "valid": report.valid,
        "trust": report.trust,
        "roots": [_root_as_dict(root) for root in report.roots if root.checkpoint.origin],
        "events": [
            {
                "index": event.index,
                "event_key": event.event_key,
                "event_id": event.event.event_id if event.event else None,
                "type": event.event.type if event.event else None,
                "sender": event.sender,
                "valid": not event.faults,
                "faults": [fault.as_dict() for fault in event.faults],
            }
            for event in report.events
        ],
        "faults": [
            fault.as_dict()
            for part in (report, *(r for r in report.roots if not r.checkpoint.origin))
            for fault in part.faults
        ],
    }


def _root_as_dict(root: CheckedRoot) -> dict[str, Any]:
    checkpoint = root.checkpoint
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "hash": checkpoint.root.hex(),
        "closed_at": tell_time(checkpoint.closed_at),
        "signers": list(root.signers),
        "witnesses": list(root.witnesses),
        "unchecked": list(root.others),
        "faults": [fault.as_dict() for fault in root.faults],
    }
