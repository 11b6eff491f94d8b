"""`nguon check`: every fault of EPCIS files, without a database and without storing anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from nguon.cli.capture import find_files, read_any, read_file
from nguon.cli.common import EXIT_REFUSED, EXIT_USAGE, explained, speak, tell
from nguon.epcis import Document, EpcisError
from nguon.errors import Fault

_WORDS = {
    "vi": {
        "sound": "{name}: {count} sự kiện, không có lỗi",
        "faulty": "{name}: {bad} trên {count} sự kiện có lỗi",
        "event": "sự kiện {index}",
        "unreadable": "{name}: không đọc được: {reason}",
        "nothing": "không có tệp nào trong {files}",
    },
    "en": {
        "sound": "{name}: {count} events, no faults",
        "faulty": "{name}: {bad} of {count} events are at fault",
        "event": "event {index}",
        "unreadable": "{name}: cannot be read: {reason}",
        "nothing": "there is no file in {files}",
    },
}


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@explained
def check(files: tuple[str, ...], *, as_json: bool) -> None:
    """Say what is wrong with EPCIS documents in JSON or XML: FILES, folders, or - for standard
    input. Nothing is stored; no database is needed. Whether an event is known already only a
    server can tell: POST the document to /epcis/validate.
    """
    names = list(find_files(files))
    if not names:
        click.echo(_WORDS[speak()]["nothing"].format(files=", ".join(files)), err=True)
        raise SystemExit(EXIT_USAGE)
    worst, told = 0, []
    for name in names:
        code, report = _check_one(name, quiet=as_json)
        worst = max(worst, code)
        told.append(report)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    raise SystemExit(worst)


def _check_one(name: str, *, quiet: bool) -> tuple[int, dict[str, Any]]:
    words = _WORDS[speak()]
    try:
        document = read_any(read_file(name))
    except OSError as error:
        reason = error.strerror or str(error)
        click.echo(words["unreadable"].format(name=name, reason=reason), err=True)
        return EXIT_USAGE, {"file": name, "unreadable": reason}
    except EpcisError as error:
        if not quiet:
            for fault in error.faults:
                click.echo(f"{name}: {tell(fault)}")
        return EXIT_REFUSED, {"file": name, "success": False, "faults": _describe(error.faults)}
    return _report(name, document, quiet=quiet)


def _report(name: str, document: Document, *, quiet: bool) -> tuple[int, dict[str, Any]]:
    words, bad = _WORDS[speak()], [one for one in document.events if not one.accepted]
    broken = bool(bad) or any(fault.level == "error" for fault in document.faults)
    if not quiet:
        key = "faulty" if broken else "sound"
        count = len(document.events)
        click.echo(words[key].format(name=name, count=count, bad=len(bad)))
        for fault in document.faults:
            click.echo(f"  {tell(fault)}")
        for one in document.events:
            for fault in one.faults:
                click.echo(f"  {words['event'].format(index=one.index)}: {tell(fault)}")
    report = {
        "file": name,
        "success": not broken,
        "faults": _describe(document.faults),
        "events": [
            {"index": one.index, "accepted": one.accepted, "faults": _describe(one.faults)}
            for one in document.events
        ],
    }
    return (EXIT_REFUSED if broken else 0), report


def _describe(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [fault.as_dict() for fault in faults]
