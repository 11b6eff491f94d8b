"""The stand-alone check of a proof file: no server, no database, no clock.

Every part is checked on its own, so that the report says of each event whether it is what the
root signed, and of each fault where it is: a JSON pointer into the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from nguon.epcis import event_hash, event_key, identity
from nguon.epcis.decoding import decode_event
from nguon.epcis.model import AnyEvent
from nguon.errors import Fault
from nguon.ledger.checkpoint import Checkpoint, read_checkpoint
from nguon.ledger.error import LedgerError, ledger_fault
from nguon.ledger.keys import TrustedKey
from nguon.ledger.leaf import Entry, commit
from nguon.ledger.note import COSIGNATURE, Note, read_vkey
from nguon.ledger.proof import (
    Proof,
    ProvenEvent,
    decode_hash,
    decode_hashes,
    read_proof,
)
from nguon.ledger.tree import climb, is_consistent

Trust = Literal["given", "file", "none"]
_NOTHING = Checkpoint("", 0, b"", datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """One event of the file. Without faults it stands in the signed ledger as it stands here."""

    index: int
    event_key: str
    event: AnyEvent | None
    sender: str | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class CheckedRoot:
    """One root of the file: what it says, who signed it, and what is wrong with it.

    `others`: names of signatures that no key was given for, so that nothing can be said of them.
    """

    checkpoint: Checkpoint
    pointer: str
    signers: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `trust`: whether the keys were given, or taken from the file itself."""

    trust: Trust
    events: tuple[CheckedEvent, ...] = ()
    roots: tuple[CheckedRoot, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def valid(self) -> bool:
        """Whether everything in the file holds, given the keys."""
        return next(self.all_faults(), None) is None

    def all_faults(self) -> Iterator[Fault]:
        """Every fault: the file's, the roots', the events'."""
        yield from self.faults
        for root in self.roots:
            yield from root.faults
        for event in self.events:
            yield from event.faults


def check_proof(
    data: bytes, given: Sequence[TrustedKey] = (), anchors: Sequence[str] = ()
) -> Report:
    """Check a proof file with the keys given; without any, with those that the file brings.

    `anchors`: roots got by another road (printed, mailed, from a witness); each must be one of
    the file's, word for word but for the signatures.
    """
    try:
        proof = read_proof(data)
        own = [TrustedKey(read_vkey(line)) for line in proof.keys]
    except LedgerError as error:
        return Report("none", faults=(error.fault,))
    trust: Trust = "given" if given else "file" if own else "none"
    faults = [] if trust != "none" else [ledger_fault("no_keys")]
    keys = given or own
    roots = tuple(_check_roots(proof, keys))
    if given:
        faults += _check_own_keys(proof, own, roots)
    faults += _check_anchors(anchors, roots)
    main = roots[0].checkpoint
    if not main.origin:
        return Report(trust, (), roots, (*faults, ledger_fault("root_unreadable", "/checkpoint")))
    events = tuple(_check_event(i, event, main) for i, event in enumerate(proof.events))
    return Report(trust, events, roots, tuple(faults))


# -- roots ----------------------------------------------------------------------------------


def check_root(
    text: str, keys: Iterable[TrustedKey], pointer: str = ""
) -> tuple[CheckedRoot, Note] | Fault:
    """One signed root on its own; a fault where it cannot be read."""
    try:
        checkpoint, note = read_checkpoint(text)
    except LedgerError as error:
        return error.fault.at(pointer)
    signers, witnesses, faults = [], [], []
    known = [trusted for trusted in keys if note.names(trusted.key)]
    for trusted in known:
        fault = _judge(trusted, note, checkpoint, pointer)
        if fault is not None:
            faults.append(fault)
        elif trusted.key.algorithm == COSIGNATURE:
            witnesses.append(trusted.key.name)
        elif trusted.key.name == checkpoint.origin:
            signers.append(trusted.key.vkey)
    if not signers and not faults:
        names = ", ".join(f"{s.name}+{s.id.hex()}" for s in note.signatures)
        faults.append(ledger_fault("unsigned", pointer, names))
    ids = {(trusted.key.name, trusted.key.id) for trusted in known}
    others = tuple(s.name for s in note.signatures if (s.name, s.id) not in ids)
    found = CheckedRoot(
        checkpoint, pointer, tuple(signers), tuple(witnesses), tuple(faults), others
    )
    return found, note


def _judge(trusted: TrustedKey, note: Note, checkpoint: Checkpoint, pointer: str) -> Fault | None:
    name = f"{trusted.key.name}+{trusted.key.id.hex()}"
    if not note.signed_by(trusted.key):
        return ledger_fault("signature", pointer, name)
    # A thief of a key can write any date: a revoked key vouches for no root of whatever day.
    if trusted.revoked is not None:
        return ledger_fault("key_revoked", pointer, name, day=trusted.revoked)
    day = checkpoint.closed_at.astimezone(UTC).date()
    if trusted.valid_until is not None and day > trusted.valid_until:
        return ledger_fault("key_expired", pointer, name, day=trusted.valid_until)
    # A day of grace: the key's day is the issuer's, the root's is UTC.
    if trusted.valid_from is not None and _days(day, trusted.valid_from) > 1:
        return ledger_fault("key_early", pointer, name, day=trusted.valid_from)
    return None


def _days(earlier: date, later: date) -> int:
    return (later - earlier).days


def _check_roots(proof: Proof, keys: Sequence[TrustedKey]) -> Iterator[CheckedRoot]:
    """The main root first; then those linked to it. A later, trusted one vouches for it too."""
    main = check_root(proof.checkpoint, keys, "/checkpoint")
    linked = [
        _check_linked(proof, index, keys, None if isinstance(main, Fault) else main[0].checkpoint)
        for index in range(len(proof.roots))
    ]
    if not isinstance(main, Fault):
        root = main[0]
        size = root.checkpoint.size
        vouched = any(not one.faults and one.checkpoint.size >= size for one in linked)
        forgiven = vouched and {f.code for f in root.faults} <= {
            "ledger.key_revoked",
            "ledger.key_expired",
        }
        yield root if not forgiven else replace(root, faults=())
    else:
        yield CheckedRoot(_NOTHING, "/checkpoint", faults=(main,))
    yield from linked


def _check_linked(
    proof: Proof, index: int, keys: Sequence[TrustedKey], main: Checkpoint | None
) -> CheckedRoot:
    pointer = f"/roots/{index}"
    linked = proof.roots[index]
    found = check_root(linked.checkpoint, keys, f"{pointer}/checkpoint")
    if isinstance(found, Fault) or main is None:
        fault = found if isinstance(found, Fault) else ledger_fault("root_unreadable", pointer)
        return CheckedRoot(_NOTHING, f"{pointer}/checkpoint", faults=(fault,))
    root = found[0]
    older, newer = sorted((main, root.checkpoint), key=lambda one: one.size)
    path = decode_hashes(linked.path)
    whole = path is not None and is_consistent(older.size, older.root, newer.size, newer.root, path)
    if whole and main.origin == root.checkpoint.origin:
        return root
    fault = ledger_fault("inconsistent", f"{pointer}/path", old=older.size, new=newer.size)
    return replace(root, faults=(*root.faults, fault))


def _check_own_keys(
    proof: Proof, own: Sequence[TrustedKey], roots: Sequence[CheckedRoot]
) -> Iterator[Fault]:
    """A key that the file brings must have signed a root of it: else somebody changed it."""
    for index, trusted in enumerate(own):
        texts = [proof.checkpoint, *(linked.checkpoint for linked in proof.roots)]
        found = [check_root(text, [trusted]) for text in texts]
        if not any(not isinstance(one, Fault) and not one[0].faults for one in found) and roots:
            yield ledger_fault("key_idle", f"/keys/{index}", trusted.key.vkey)


def _check_anchors(anchors: Iterable[str], roots: Sequence[CheckedRoot]) -> Iterator[Fault]:
    texts = {root.checkpoint.to_text() for root in roots if root.checkpoint.origin}
    for anchor in anchors:
        try:
            checkpoint = read_checkpoint(anchor)[0]
        except LedgerError as error:
            yield error.fault
            continue
        if checkpoint.to_text() not in texts:
            yield ledger_fault("anchor", "", f"{checkpoint.origin} {checkpoint.size}")


# -- events ---------------------------------------------------------------------------------


def _check_event(index: int, proven: ProvenEvent, root: Checkpoint) -> CheckedEvent:
    pointer = f"/events/{index}"
    faults = [fault.at(pointer) for fault in _find_faults(proven, root)]
    event: AnyEvent | None
    try:
        context = msgspec.json.decode(proven.context or "{}", type=dict[str, str])
        event = decode_event(proven.document.encode(), context)[0]
    except (ValueError, msgspec.MsgspecError):
        event = None
    if event is None:
        faults.append(ledger_fault("document_unreadable", f"{pointer}/document"))
    else:
        faults += [fault.at(pointer) for fault in _compare(proven, event)]
    sender = proven.sent_by.sender if proven.sent_by else None
    return CheckedEvent(index, proven.event_key, event, sender, tuple(faults))


def _find_faults(proven: ProvenEvent, root: Checkpoint) -> Iterator[Fault]:
    """From the document up: its commitment, the entry, the leaf, the path, the root."""
    salt, content = decode_hash(proven.salt), decode_hash(proven.content)
    origin, leaf = decode_hash(proven.origin), decode_hash(proven.leaf)
    if (
        salt is None
        or "\n" in proven.context
        or content != commit(salt, proven.context, proven.document)
    ):
        yield ledger_fault("document_changed", "/document")
    if proven.sent_by is not None:
        opened = decode_hash(proven.sent_by.salt)
        if (
            opened is None
            or "\n" in proven.sent_by.arrival
            or origin != commit(opened, proven.sent_by.arrival, proven.sent_by.sender)
        ):
            yield ledger_fault("sender_changed", "/sent_by")
    if (
        content is None
        or origin is None
        or leaf is None
        or leaf != _read_leaf(proven, content, origin)
    ):
        yield ledger_fault("entry_changed", "/leaf")
    path = decode_hashes(proven.path)
    reached = None
    if leaf is not None and path is not None:
        reached = climb(leaf, proven.position, root.size, path)
    if reached != root.root:
        yield ledger_fault("not_included", "/path", position=proven.position, size=root.size)


def _read_leaf(proven: ProvenEvent, content: bytes, origin: bytes) -> bytes:
    return Entry(proven.event_key, proven.record_time, proven.event_hash, content, origin).leaf


def _compare(proven: ProvenEvent, event: AnyEvent) -> Iterator[Fault]:
    """What the entry says of the event must follow from the document."""
    key, told = str(event_key(identity(event))), event_hash(event)
    if key != proven.event_key:
        yield ledger_fault("other_key", "/event_key", proven.event_key, found=key)
    if told != proven.event_hash:
        yield ledger_fault("other_hash", "/event_hash", proven.event_hash, found=told)
