"""`nguon ledger`: closing roots, showing and exporting them, proofs, the check, erasure."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from uuid import UUID

import click

from nguon.cli.common import (
    EXIT_REFUSED,
    EXIT_USAGE,
    data_option,
    explained,
    open_database,
    open_store,
    speak,
    tell,
)
from nguon.cli.database import start_django
from nguon.cli.ledger_keys import find_ledger_ring, keys
from nguon.cli.trace import find_key
from nguon.eventstore import Store
from nguon.eventstore.ledger import Root
from nguon.ledger import (
    LedgerError,
    list_keys,
    load_ring,
    name_key,
    read_note,
    tell_time,
    write_proof,
)
from nguon.trace import trace as walk

_WORDS = {
    "vi": {
        "closed": "Đã khóa sổ: gốc số {number}, {size} sự kiện.",
        "row": "{number:>6}  {closed}  {size:>12} sự kiện  {hash}",
        "none": "Chưa có gốc nào. Chạy nguon ledger close.",
        "nothing": "không có sự kiện nào của {codes}",
        "written": "{file}: {count} sự kiện, gốc số {number} ({size} sự kiện)",
        "waiting": "{count} sự kiện chưa có gốc nào ký nên không có trong tệp; chạy nguon ledger"
        " close.",
        "published": "{folder}: {count} gốc mới",
        "sound": "Sổ cái đúng: {leaves} lá ({events} sự kiện, {erased} đã xóa), {roots} gốc.",
        "unsound": "Sổ cái SAI ở {count} chỗ, trong {leaves} lá và {roots} gốc:",
        "queue": "{count} sự kiện đang chờ vào sổ.",
        "unsigned": "Không kiểm chữ ký: không có bộ khóa {file}.",
        "erase": "Xóa {count} sự kiện và các khai báo sai của chúng? Không lấy lại được.",
        "erased": "Đã xóa {count} sự kiện. Lá còn lại: {places}. Khóa sổ để ký việc xóa.",
        "output": "Cần -o TỆP, hoặc --roots THƯ MỤC.",
    },
    "en": {
        "closed": "Closed: root {number}, {size} events.",
        "row": "{number:>6}  {closed}  {size:>12} events  {hash}",
        "none": "There is no root yet. Run nguon ledger close.",
        "nothing": "there is no event of {codes}",
        "written": "{file}: {count} events, root {number} (of {size} events)",
        "waiting": "{count} events are under no signed root yet and not in the file; run nguon"
        " ledger close.",
        "published": "{folder}: {count} new roots",
        "sound": "The ledger is sound: {leaves} leaves ({events} events, {erased} erased),"
        " {roots} roots.",
        "unsound": "The ledger is WRONG in {count} places, over {leaves} leaves and {roots} roots:",
        "queue": "{count} events wait to be taken in.",
        "unsigned": "Signatures not checked: there is no key ring {file}.",
        "erase": "Erase {count} events and the declarations of their errors? There is no way back.",
        "erased": "Erased {count} events. Their leaves stay: {places}. Close to have it signed.",
        "output": "Give -o FILE, or --roots FOLDER.",
    },
}


@click.group()
def ledger() -> None:
    """The ledger: every event a leaf, roots signed every day, proofs that need no server."""


ledger.add_command(keys)


@ledger.command()
@click.option("--sweep", is_flag=True, help="Look at every event, not only at recent ones.")
@data_option
@explained
def close(*, sweep: bool, data: Path) -> None:
    """Take all events in, sign a root over them and publish it as a file."""
    with open_database(data) as url:
        start_django(url)
        from nguon.proofs.services import close_ledger

        root = close_ledger(sweep=sweep)
    click.echo(_WORDS[speak()]["closed"].format(number=root.number, size=root.size))
    click.echo(root.note)


@ledger.command("list")
@click.option("--after", default=0, help="Only roots behind this number.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@data_option
@explained
def list_roots(after: int, data: Path, *, as_json: bool) -> None:
    """Show the roots, oldest first."""
    with open_store(data) as store:
        roots = _read_roots(store, after)
    if as_json:
        click.echo(json.dumps([root.as_dict() for root in roots], ensure_ascii=False, indent=1))
        return
    words = _WORDS[speak()]
    for root in roots:
        click.echo(words["row"].format(**root.as_dict(), closed=tell_time(root.closed_at)[:16]))
    if not roots:
        click.echo(words["none"])


def _read_roots(store: Store, after: int) -> list[Root]:
    found: list[Root] = []
    while page := store.ledger().roots(found[-1].number if found else after, 500):
        found += page
    return found


@ledger.command()
@click.argument("codes", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@click.option(
    "--trace",
    "direction",
    type=click.Choice(["none", "up", "down", "both"]),
    default="both",
    show_default=True,
    help="Whose events: the code's alone, or of all that it came from or went into too.",
)
@click.option("--event", "ids", multiple=True, help="The event of this id or key. Repeatable.")
@click.option("--root", "number", type=int, help="Prove under this root (default: the newest).")
@click.option("--since", multiple=True, type=int, help="Link this root too, by its number.")
@click.option("--senders", is_flag=True, help="Tell who sent each event.")
@click.option("--roots", "folder", type=click.Path(path_type=Path), help="Write all roots here.")
@data_option
@explained
def export(
    codes: tuple[str, ...],
    output: Path | None,
    direction: Literal["none", "up", "down", "both"],
    ids: tuple[str, ...],
    number: int | None,
    since: tuple[int, ...],
    folder: Path | None,
    data: Path,
    *,
    senders: bool,
) -> None:
    """Write a proof file of the events of CODES, or the public roots and keys into a folder.

    The file tells the events in full; give it to those who may read them. `nguon verify` checks
    it anywhere.
    """
    if output is None and folder is None:
        click.echo(_WORDS[speak()]["output"], err=True)
        raise SystemExit(EXIT_USAGE)
    if folder is not None:
        _publish(folder, data)
    if output is None:
        return
    with open_store(data) as store:
        wanted = _find_events(store, codes, ids, direction)
        _write(store, output, wanted, number, since, senders=senders)


def _publish(folder: Path, data: Path) -> None:
    with open_database(data) as url:
        start_django(url)
        from nguon.proofs.services import publish_files

        count = publish_files(folder)
    click.echo(_WORDS[speak()]["published"].format(folder=folder, count=count))


def _find_events(
    store: Store, codes: Sequence[str], ids: Sequence[str], direction: str
) -> list[UUID]:
    reader = store.reader()
    items = {find_key(store, code) for code in codes}
    for way in ("up", "down"):
        if items and direction in (way, "both"):
            items |= set(walk(reader, sorted(items), way).items)
    events = [event.event_key for event in reader.events_of(items)]
    events += [key for name in ids for key in _find_keys(store, name)]
    if (codes or ids) and not events:
        shown = ", ".join((*codes, *ids))
        click.echo(_WORDS[speak()]["nothing"].format(codes=shown), err=True)
        raise SystemExit(EXIT_REFUSED)
    return list(dict.fromkeys(events))


def _write(
    store: Store,
    output: Path,
    wanted: Sequence[UUID],
    number: int | None,
    since: Sequence[int],
    *,
    senders: bool,
) -> None:
    words, book = _WORDS[speak()], store.ledger()
    root = book.root(number=number)
    links = [book.root(number=each) for each in since]
    found = book.prove(
        wanted, root=root, links=links, vkeys=_own_keys(root, links), senders=senders
    )
    output.write_bytes(write_proof(found.proof))
    count = len(found.proof.events)
    shown = words["written"].format(file=output, count=count, number=root.number, size=root.size)
    click.echo(shown)
    if found.waiting:
        click.echo(words["waiting"].format(count=len(found.waiting)), err=True)


def _own_keys(root: Root, links: Sequence[Root]) -> list[str]:
    """The public keys that signed what goes into the file, where the ring is here."""
    try:
        ring = load_ring(find_ledger_ring())
    except LedgerError:
        return []
    notes = [read_note(each.note) for each in (root, *links)]
    named = [name_key(ring, key) for key in ring.keys]
    return [key.vkey for key in named if any(note.signed_by(key) for note in notes)]


@ledger.command()
@click.option(
    "--root",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed root kept elsewhere, that the ledger must lead to. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@data_option
@explained
def check(anchors: tuple[Path, ...], data: Path, *, as_json: bool) -> None:
    """Recompute everything from the events up, and name what was changed."""
    words = _WORDS[speak()]
    try:
        public = list_keys(load_ring(find_ledger_ring()))
    except LedgerError:
        public = []
        click.echo(words["unsigned"].format(file=find_ledger_ring()), err=True)
    with open_store(data) as store:
        found = store.ledger().audit(public, [path.read_text("utf-8") for path in anchors])
    counts = {name: getattr(found, name) for name in ("leaves", "events", "erased", "roots")}
    if as_json:
        faults = [fault.as_dict() for fault in found.faults]
        shown = {**counts, "waiting": found.waiting, "sound": found.sound, "faults": faults}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        said = words["sound" if found.sound else "unsound"]
        click.echo(said.format(**counts, count=len(found.faults)))
        for fault in found.faults:
            click.echo(f"  {tell(fault)}")
        if found.waiting:
            click.echo(words["queue"].format(count=found.waiting))
    raise SystemExit(0 if found.sound else EXIT_REFUSED)


@ledger.command()
@click.argument("ids", nargs=-1, required=True)
@click.option(
    "--reason", required=True, help="One line, kept and signed for good: a file number, no name."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
@explained
def erase(ids: tuple[str, ...], reason: str, data: Path, *, yes: bool) -> None:
    """Erase the events of these IDS for good: eventIDs, event hashes, or the keys that verify shows
    for events without an id. Proofs and roots stay valid.
    """
    words = _WORDS[speak()]
    with open_database(data) as url:
        os.environ["DATABASE_URL"] = url
        with open_store(data) as store:
            wanted = [key for name in ids for key in _find_keys(store, name)]
        if not wanted:
            click.echo(words["nothing"].format(codes=", ".join(ids)), err=True)
            raise SystemExit(EXIT_REFUSED)
        if not yes:
            click.confirm(words["erase"].format(count=len(ids)), abort=True)
        start_django(url)
        from nguon.proofs.services import erase_events

        places = erase_events(wanted, reason)
    shown = ", ".join(map(str, places))
    click.echo(words["erased"].format(count=len(places), places=shown))


def _find_keys(store: Store, name: str) -> list[UUID]:
    """The keys of the event of an id with its declarations; a key stands for itself."""
    try:
        return [UUID(name)] if ":" not in name else _keys_of(store, name)
    except ValueError:
        return _keys_of(store, name)


def _keys_of(store: Store, name: str) -> list[UUID]:
    return [event.event_key for event in store.events_by_id(name)]
