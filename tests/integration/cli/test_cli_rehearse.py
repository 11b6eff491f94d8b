"""`nguon rehearse`: into a file that captures whole, with the answer sheet, or into the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nguon.cli import main
from nguon.epcis import read_document
from nguon.eventstore import Store
from nguon.rehearsal import KINDS, Plan, Stream


def rehearse(*arguments: str, **environment: str) -> Result:
    runner = CliRunner(env={"NGUON_LANGUAGE": "en", **environment})
    return runner.invoke(main, ["rehearse", *arguments])


def test_a_document_and_its_sheet(tmp_path: Path) -> None:
    out, sheet = tmp_path / "province.json", tmp_path / "sheet.jsonl"
    arguments = ("--events", "1500", "--seed", "5", "--faults", "30")
    result = rehearse(*arguments, "--out", str(out), "--sheet", str(sheet))
    assert result.exit_code == 0, result.output
    document = read_document(out.read_bytes())
    assert not document.all_faults
    stream = Stream(Plan(seed=5, events=1500, rates=dict.fromkeys(KINDS, 30.0)))
    told = [recorded.data for recorded in stream]
    assert [bytes(reading.raw) for reading in document.events] == told
    rows = [json.loads(line) for line in sheet.read_text("utf-8").splitlines()]
    assert rows == [json.loads(json.dumps(sown.as_dict())) for sown in stream.sown]
    assert f"{len(told)} events" in result.stderr


def test_standard_output_holds_nothing_but_the_document() -> None:
    result = rehearse("--events", "100", "--sector", "honey", "--out", "-")
    assert result.exit_code == 0
    ctes = {r.event.extension_value("https://nguon.example/voc/cte")
            for r in read_document(result.stdout_bytes).events if r.event is not None}  # fmt: skip
    assert "honey.EXTRACT" in ctes


@pytest.mark.database
def test_the_store_has_what_was_told(fresh_store: Store, store_url: str) -> None:
    arguments = ("--events", "400", "--store")
    result = rehearse(*arguments, DATABASE_URL=store_url)
    assert result.exit_code == 0, result.output
    stream = Stream(Plan(events=400))
    told = [json.loads(recorded.data) for recorded in stream]
    assert f"stored {len(told)}, there already 0, refused 0" in result.stderr
    assert fresh_store.events_by_id(told[-1]["eventID"])
    parties = [own.party for own in stream.province][:3]
    assert set(fresh_store.vocabulary(parties)) == set(parties)
    again = rehearse(*arguments, DATABASE_URL=store_url)
    assert f"stored 0, there already {len(told)}" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--out or --store"),
        (("--fault", "flood=3", "--out", "-"), "no fault “flood”"),
        (("--fault", "missing_ship=many", "--out", "-"), "from 0 to 100"),
        (("--fault", "missing_ship=101", "--out", "-"), "from 0 to 100"),
        (("--since", "soon", "--out", "-"), "--since"),
    ],
)
def test_wrong_usage_says_what_is_wanted(arguments: tuple[str, ...], said: str) -> None:
    result = rehearse(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
