"""`nguon capture`: EPCIS files into the store, with a report by file, event and fault."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    tell,
)
from nguon.epcis import Document, EpcisError, Limits, read_document
from nguon.epcis.xml import read_xml
from nguon.errors import Fault
from nguon.eventstore import CaptureResult, Store

# A file is read whole; what comes by HTTP is held to less.
FILE_LIMITS = Limits(bytes=256 * 1024 * 1024, events=1_000_000)
_SUFFIXES = (".json", ".jsonld", ".xml")
_XML_BEGINS = (b"<", b"\xff\xfe<", b"\xfe\xff\0<")


@dataclass(slots=True)
class Outcome:
    """What became of one file."""

    name: str
    result: CaptureResult | None = None
    faults: list[Fault] = field(default_factory=list)
    unreadable: str = ""

    @property
    def sound(self) -> bool:
        return self.result is not None and self.result.success

    def as_dict(self) -> dict[str, Any]:
        """The outcome for `--json`."""
        shown: dict[str, Any] = {"file": self.name, "success": self.sound}
        if self.unreadable:
            shown["unreadable"] = self.unreadable
        if self.result is None:
            return shown | {"faults": [fault.as_dict() for fault in self.faults]}
        result = self.result
        return shown | {
            "captureID": str(result.job),
            "stored": result.stored,
            "duplicates": result.duplicates,
            "refused": result.refused,
            "faults": [fault.as_dict() for fault in result.faults],
            "events": [
                {
                    "index": each.index,
                    "pointer": each.pointer,
                    "eventID": each.event_id,
                    "status": each.status,
                    "faults": [fault.as_dict() for fault in each.faults],
                }
                for each in result.results
            ],
        }


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
    begin = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    reader = read_xml if begin.startswith(_XML_BEGINS) else read_document
    return reader(data, limits=FILE_LIMITS)


def _capture_one(store: Store, name: str, *, proceed: bool, sender: str) -> Outcome:
    try:
        document = read_any(read_file(name))
    except OSError as error:
        return Outcome(name, unreadable=error.strerror or str(error))
    except EpcisError as error:
        return Outcome(name, faults=list(error.faults))
    return Outcome(name, store.capture(document, proceed=proceed, sender=sender))


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
    result = outcome.result
    if result is None:
        for fault in outcome.faults:
            click.echo(f"{outcome.name}: {tell(fault)}")
        return
    counts = {name: getattr(result, name) for name in ("stored", "duplicates", "refused")}
    click.echo(f"{outcome.name}: {words['counts'].format(**counts)}")
    for fault in result.faults:
        click.echo(f"  {tell(fault)}")
    for each in result.results:
        for fault in each.faults:
            if fault.code != "eventstore.withheld":
                click.echo(f"  {words['event'].format(index=each.index)}: {tell(fault)}")
    withheld = result.count("withheld")
    if withheld:
        click.echo(f"  {words['withheld'].format(count=withheld)}")


def _sum_up(outcomes: list[Outcome]) -> None:
    if len(outcomes) < 2:
        return
    results = [outcome.result for outcome in outcomes if outcome.result is not None]
    click.echo(
        _WORDS[speak()]["total"].format(
            files=len(outcomes),
            unread=len(outcomes) - len(results),
            stored=sum(result.stored for result in results),
            duplicates=sum(result.duplicates for result in results),
            refused=sum(result.refused for result in results),
        )
    )
