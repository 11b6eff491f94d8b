"""`nguon capture`: EPCIS files into the store, with a report by file, event and fault."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nguon.cli.common import (
    EXIT_REFUSED,
    EXIT_USAGE,
    data_option,
    explained,
    open_store,
    speak,
    tell_stored,
)
from nguon.epcis import Document, EpcisError, Limits, read_document
from nguon.epcis.streaming import JsonStream
from nguon.epcis.xml import XmlStream, read_xml
from nguon.eventstore import CaptureJob, Store
from nguon.eventstore.streamed import Stream

# What `nguon check` reads whole.
FILE_LIMITS = Limits(bytes=256 * 1024 * 1024, events=1_000_000)
# A longer file is captured in a stream; how long it may be is the disk's to say.
AT_ONCE = 1 << 20
_LONG = Limits(bytes=1 << 40, events=100_000_000)
_PAGE = 1000
_CHUNK = 1 << 16
_SUFFIXES = (".json", ".jsonld", ".xml")
_XML_BEGINS = (b"<", b"\xff\xfe<", b"\xfe\xff\0<")


@dataclass(slots=True)
class Outcome:
    """What became of one file; `events` are all of a short one, of a long one those refused."""

    name: str
    job: CaptureJob | None = None
    faults: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    unreadable: str = ""

    @property
    def sound(self) -> bool:
        return self.job is not None and self.job.success

    def as_dict(self) -> dict[str, Any]:
        """The outcome for `--json`."""
        shown: dict[str, Any] = {"file": self.name, "success": self.sound}
        if self.unreadable:
            shown["unreadable"] = self.unreadable
        if self.job is not None:
            shown |= {
                "captureID": str(self.job.id),
                "stored": self.job.stored,
                "duplicates": self.job.duplicates,
                "refused": self.job.refused,
            }
        shown["faults"] = self.faults
        return shown if self.job is None else shown | {"events": self.events}


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--proceed", is_flag=True, help="Store the sound events of a file with faulty ones.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--sender", default="", help="A name to keep with the capture.")
@data_option
@explained
def capture(
    files: tuple[str, ...],
    *,
    proceed: bool,
    as_json: bool,
    sender: str,
    data: Path,
) -> None:
    """Store EPCIS documents in JSON or XML: FILES, folders (all *.json, *.jsonld, *.xml below),
    or - for standard input. Without --proceed a file with a faulty event is refused whole;
    sending a file again stores nothing twice.
    """
    names = list(find_files(files))
    if not names:
        click.echo(_WORDS[speak()]["nothing"].format(files=", ".join(files)), err=True)
        raise SystemExit(EXIT_USAGE)
    outcomes: list[Outcome] = []
    with open_store(data) as store:
        for name in _shown(names, quiet=as_json):
            outcome = _capture_one(store, name, proceed=proceed, sender=sender)
            outcomes.append(outcome)
            if not as_json:
                _report(outcome)
    if as_json:
        click.echo(json.dumps([each.as_dict() for each in outcomes], ensure_ascii=False, indent=1))
    else:
        _sum_up(outcomes)
    if any(outcome.unreadable for outcome in outcomes):
        raise SystemExit(EXIT_USAGE)
    if not all(outcome.sound for outcome in outcomes):
        raise SystemExit(EXIT_REFUSED)


def find_files(files: tuple[str, ...]) -> Iterator[str]:
    """Files as they stand; folders become the documents below them, in the order of names."""
    for name in files:
        path = Path(name)
        if name != "-" and path.is_dir():
            yield from (
                str(each) for each in sorted(path.rglob("*")) if each.suffix.lower() in _SUFFIXES
            )
        else:
            yield name


def _shown(names: list[str], *, quiet: bool) -> Iterator[str]:
    """The names, with a progress bar on the terminal while they are worked through."""
    if quiet or not sys.stderr.isatty() or len(names) < 2:
        yield from names
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(names))
        for name in names:
            progress.update(task, description=Path(name).name)
            yield name
            progress.advance(task)


def read_file(name: str) -> bytes:
    """A file's bytes, at most one more than the limit, so that the reader says what is wrong."""
    if name == "-":
        return sys.stdin.buffer.read(FILE_LIMITS.bytes + 1)
    with Path(name).open("rb") as file:
        return file.read(FILE_LIMITS.bytes + 1)


def read_any(data: bytes) -> Document:
    """A document in JSON, or in XML, told by how it begins. Raises EpcisError."""
    reader = read_xml if _is_xml(data[:64]) else read_document
    return reader(data, limits=FILE_LIMITS)


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_XML_BEGINS)


def _capture_one(store: Store, name: str, *, proceed: bool, sender: str) -> Outcome:
    try:
        with _opened(name) as file:
            if file.seek(0, io.SEEK_END) > AT_ONCE:
                return _capture_long(store, name, file, proceed=proceed, sender=sender)
            file.seek(0)
            document = read_any(file.read())
    except OSError as error:
        return Outcome(name, unreadable=error.strerror or str(error))
    except EpcisError as error:
        return Outcome(name, faults=[fault.as_dict() for fault in error.faults])
    result = store.capture(document, proceed=proceed, sender=sender)
    events = [
        {
            "index": each.index,
            "pointer": each.pointer,
            "eventID": each.event_id,
            "status": each.status,
            "faults": [fault.as_dict() for fault in each.faults],
        }
        for each in result.results
    ]
    faults = [fault.as_dict() for fault in result.faults]
    return Outcome(name, store.job(result.job), faults, events)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """A file that can be read twice; standard input by way of the disk."""
    if name != "-":
        with Path(name).open("rb") as file:
            yield file
        return
    with SpooledTemporaryFile(max_size=AT_ONCE) as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield cast("BinaryIO", kept)


def _capture_long(
    store: Store, name: str, file: BinaryIO, *, proceed: bool, sender: str
) -> Outcome:
    def open_stream() -> Stream:
        file.seek(0)
        xml = _is_xml(file.read(64))
        file.seek(0)
        if xml:
            return XmlStream(iter(lambda: file.read(_CHUNK), b""), limits=_LONG)
        return JsonStream(file, limits=_LONG)

    job = store.capture_stream(open_stream, proceed=proceed, sender=sender)
    events: list[dict[str, Any]] = []
    after = -1
    while found := store.results(job.id, after, _PAGE, ("refused", "conflict")):
        events += [
            {
                "index": each.position,
                "eventID": each.event_id,
                "status": each.status,
                "faults": each.faults,
            }
            for each in found
        ]
        after = found[-1].position
    told = [error for each in events for error in each["faults"]]
    return Outcome(name, job, [error for error in job.errors if error not in told], events)


_WORDS = {
    "vi": {
        "unreadable": "không đọc được",
        "nothing": "không có tệp .json, .jsonld hay .xml nào trong {files}",
        "counts": "lưu {stored}, đã có sẵn {duplicates}, từ chối {refused}",
        "event": "sự kiện {index}",
        "withheld": "{count} sự kiện đúng chưa lưu vì tệp bị từ chối; sửa rồi gửi lại",
        "total": "{files} tệp ({unread} không đọc được): lưu {stored} sự kiện,"
        " đã có sẵn {duplicates}, từ chối {refused}",
    },
    "en": {
        "unreadable": "cannot be read",
        "nothing": "there is no .json, .jsonld or .xml file in {files}",
        "counts": "stored {stored}, there already {duplicates}, refused {refused}",
        "event": "event {index}",
        "withheld": "{count} sound events were not stored, as the file is refused; mend and resend",
        "total": "{files} files ({unread} unreadable): events stored {stored},"
        " there already {duplicates}, refused {refused}",
    },
}


def _report(outcome: Outcome) -> None:
    words = _WORDS[speak()]
    if outcome.unreadable:
        click.echo(f"{outcome.name}: {words['unreadable']}: {outcome.unreadable}", err=True)
        return
    job = outcome.job
    if job is None:
        for fault in outcome.faults:
            click.echo(f"{outcome.name}: {tell_stored(fault)}")
        return
    counts = {name: getattr(job, name) for name in ("stored", "duplicates", "refused")}
    click.echo(f"{outcome.name}: {words['counts'].format(**counts)}")
    for fault in outcome.faults:
        click.echo(f"  {tell_stored(fault)}")
    for each in outcome.events:
        for fault in each["faults"]:
            if fault["code"] != "eventstore.withheld":
                click.echo(f"  {words['event'].format(index=each['index'])}: {tell_stored(fault)}")
    if job.withheld:
        click.echo(f"  {words['withheld'].format(count=job.withheld)}")


def _sum_up(outcomes: list[Outcome]) -> None:
    if len(outcomes) < 2:
        return
    results = [outcome.job for outcome in outcomes if outcome.job is not None]
    click.echo(
        _WORDS[speak()]["total"].format(
            files=len(outcomes),
            unread=len(outcomes) - len(results),
            stored=sum(result.stored for result in results),
            duplicates=sum(result.duplicates for result in results),
            refused=sum(result.refused for result in results),
        )
    )
