"""`nguon rehearse`: an invented province with faults sown in it, into files or into the store."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from nguon.cli.common import EXIT_REFUSED, EXIT_USAGE, data_option, explained, open_store, speak
from nguon.epcis import read_document
from nguon.eventstore import Store
from nguon.rehearsal import KINDS, Plan, Stream, whole_document, write_document
from nguon.rehearsal.story import read_stories

_BLOCK = 5000
_MOST_PERCENT = 100
_WORDS = {
    "vi": {
        "told": "{events} sự kiện của {chains} chuỗi, {faults} lỗi gieo vào"
        " ({lawful} trường hợp đúng luật), hạt giống {seed}",
        "stored": "đã lưu {stored}, đã có sẵn {duplicates}, từ chối {refused}",
        "where": "cần --out hoặc --store: ghi ra tệp hay vào kho",
        "percent": "tỷ lệ phải có dạng LOẠI=PHẦN TRĂM, từ 0 đến 100: {value}",
        "kind": "không có loại lỗi “{value}”; các loại: {known}",
    },
    "en": {
        "told": "{events} events of {chains} chains, {faults} faults sown"
        " ({lawful} lawful cases), seed {seed}",
        "stored": "stored {stored}, there already {duplicates}, refused {refused}",
        "where": "--out or --store is needed: into a file or into the store",
        "percent": "a rate is KIND=PER CENT, from 0 to 100: {value}",
        "kind": "there is no fault “{value}”; kinds: {known}",
    },
}


@click.command()
@click.option(
    "--events",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="About how many events; chains are told to their end.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same bytes."
)
@click.option(
    "--organisations",
    type=click.IntRange(0),
    default=0,
    help="How many parties; 0 chooses by the number of events.",
)
@click.option("--since", default="2024-01-01", show_default=True, help="The first day.")
@click.option(
    "--days",
    type=click.IntRange(1),
    default=700,
    show_default=True,
    help="Over how many days the chains begin.",
)
@click.option(
    "--sector",
    "sectors",
    multiple=True,
    type=click.Choice(sorted(read_stories())),
    help="Only this sector; may be given again.",
)
@click.option(
    "--faults",
    type=click.FloatRange(0, _MOST_PERCENT),
    default=0.0,
    help="So many of a hundred chains get a fault of each kind.",
)
@click.option(
    "--fault",
    "rates",
    multiple=True,
    metavar="KIND=PERCENT",
    help="The same for one kind; may be given again.",
)
@click.option("--overlap", is_flag=True, help="A chain may have more than one fault.")
@click.option("--out", metavar="FILE", help="An EPCIS document; - for standard output.")
@click.option(
    "--sheet", metavar="FILE", help="The answer sheet: the faults, one JSON object a line."
)
@click.option("--store", "into_store", is_flag=True, help="Capture straight into the store.")
@data_option
@explained
def rehearse(
    *,
    out: str | None,
    sheet: str | None,
    into_store: bool,
    data: Path,
    **given: Any,
) -> None:
    """Invent a lawful province, for training, tests and measuring: ten sectors, told to their
    templates, with faults where asked. All names and numbers are demo ones (GS1 prefix 952).
    """
    stream = Stream(_read_plan(**given))
    if out is None and not into_store:
        _refuse("where")
    if out is not None:
        _write(stream, out)
    else:
        with open_store(data) as store:
            refused = _capture(stream, store)
        if refused:
            raise SystemExit(EXIT_REFUSED)
    if sheet is not None:
        lines = (json.dumps(sown.as_dict(), ensure_ascii=False) for sown in stream.sown)
        Path(sheet).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    lawful = sum(sown.lawful for sown in stream.sown)
    counts = {"events": stream.told, "chains": stream.plan.chains, "seed": stream.plan.seed}
    _say("told", **counts, faults=len(stream.sown) - lawful, lawful=lawful)


def _read_plan(
    *,
    rates: tuple[str, ...],
    faults: float,
    since: str,
    sectors: tuple[str, ...],
    **rest: Any,
) -> Plan:
    chosen = dict.fromkeys(KINDS, faults) if faults else {}
    for rate in rates:
        kind, _, percent = rate.partition("=")
        if kind not in KINDS:
            _refuse("kind", value=kind, known=", ".join(KINDS))
        try:
            chosen[kind] = float(percent)
        except ValueError:
            _refuse("percent", value=rate)
        if not 0 <= chosen[kind] <= _MOST_PERCENT:
            _refuse("percent", value=rate)
    try:
        first = date.fromisoformat(since)
    except ValueError as error:
        raise click.BadParameter(since, param_hint="--since") from error
    return Plan(rates=chosen, since=first, sectors=sectors, **rest)


def _write(stream: Stream, out: str) -> None:
    """One document, written as it is told. Master data would have to stand first: it is left
    out; `--store` keeps it.
    """
    pieces = write_document((recorded.data for recorded in stream), _created())
    if out == "-":
        _pour(pieces, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
        return
    with Path(out).open("wb") as file:
        _pour(pieces, file.write)


def _pour(pieces: Iterator[bytes], write: Callable[[bytes], object]) -> None:
    while block := b"".join(islice(pieces, _BLOCK)):
        write(block)


def _capture(stream: Stream, store: Store) -> int:
    """Capture block by block, the parties and places last; returns how many were refused."""
    told = (recorded.data for recorded in stream)
    stored = duplicates = refused = 0
    while True:
        block = list(islice(told, _BLOCK))
        vocabulary = [] if block else stream.province.vocabulary()
        document = read_document(whole_document(block, _created(), vocabulary))
        result = store.capture(document, sender="rehearsal")
        stored += result.stored
        duplicates += result.duplicates
        refused += result.refused
        if not block:
            _say("stored", stored=stored, duplicates=duplicates, refused=refused)
            return refused


def _created() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _say(name: str, **values: object) -> None:
    click.echo(_WORDS[speak()][name].format(**values), err=True)


def _refuse(name: str, **values: object) -> None:
    _say(name, **values)
    raise SystemExit(EXIT_USAGE)
