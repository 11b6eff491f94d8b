"""`nguon check`: faults with their places, no database asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from nguon.cli import main
from nguon.epcis import read_document
from nguon.epcis.xml import write_xml
from nguon.samples import iter_documents
from tests.integration.exchange.samples import make_document, make_event, write


def check(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"NGUON_LANGUAGE": "en"}).invoke(main, ["check", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.json").write_bytes(write(make_document(make_event(), make_event(action="X"))))
    (tmp_path / "good.jsonld").write_bytes(next(iter_documents())[1])
    return tmp_path


def test_a_folder_is_checked_file_by_file(folder: Path) -> None:
    code, text = check(str(folder))
    assert code == 1
    assert "bad.json: 1 of 2 events are at fault" in text
    assert "event 1: epcis." in text
    assert "/epcisBody/eventList/1/action" in text
    assert "no faults" in text


def test_sound_files_end_well(folder: Path) -> None:
    code, text = check(str(folder / "good.jsonld"))
    assert (code, "no faults" in text) == (0, True)


def test_machines_get_json(folder: Path) -> None:
    code, text = check("--json", str(folder / "bad.json"))
    (report,) = json.loads(text)
    assert (code, report["success"]) == (1, False)
    assert [event["accepted"] for event in report["events"]] == [True, False]
    assert report["events"][1]["faults"][0]["rule"]


def test_what_is_no_document_or_not_there_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert check(str(tmp_path / "x.json"))[0] == 1
    code, text = check(str(tmp_path / "nowhere.json"))
    assert (code, "cannot be read" in text) == (2, True)


def test_xml_is_checked_as_json_is(tmp_path: Path) -> None:
    document = read_document(write(make_document(make_event())))
    (tmp_path / "a.xml").write_bytes(write_xml(document))
    assert check(str(tmp_path)) == (0, f"{tmp_path / 'a.xml'}: 1 events, no faults\n")
    (tmp_path / "a.xml").write_bytes(write_xml(document).replace(b"<action>", b"<action>X"))
    code, text = check(str(tmp_path))
    assert code == 1
    assert "1 of 1 events are at fault" in text
