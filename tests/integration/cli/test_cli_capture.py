"""`nguon capture`: files good and bad, what is said of them, and the exit code."""

from __future__ import annotations

import importlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nguon.epcis import read_document
from nguon.epcis.xml import write_xml
from nguon.eventstore import Store
from nguon.samples import iter_documents
from tests.integration.cli.running import ROOT, invoke, make_environment, run
from tests.integration.eventstore.documents import make_document, make_object
from tests.integration.eventstore.table_counts import count_rows

pytestmark = pytest.mark.database

CLOSED = "postgresql://nobody@127.0.0.1:1/none"


def write(path: Path, *events: dict[str, Any]) -> Path:
    path.write_text(json.dumps(make_document(*events)), "utf-8")
    return path


# -- what is captured -----------------------------------------------------------------------


def test_a_file_is_captured_and_again_adds_nothing(store_url: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", make_object("A"), make_object("B"))
    first = invoke("capture", path, "--sender", "HTX Hoa Vàng", database=store_url)
    assert (first.exit_code, first.stdout) == (0, f"{path}: stored 2, there already 0, refused 0\n")
    second = invoke("capture", path, database=store_url)
    assert second.exit_code == 0
    assert "stored 0, there already 2, refused 0" in second.stdout
    store = Store.open(store_url)
    assert {job.sender for job in store.jobs()} == {"", "HTX Hoa Vàng"}
    store.close()


def test_a_folder_is_captured_with_all_below_it_in_the_order_of_names(
    store_url: str, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "b.json", make_object("B"))
    write(tmp_path / "sub" / "c.JSONLD", make_object("C"))
    write(tmp_path / "a.jsonld", make_object("A"))
    (tmp_path / "notes.txt").write_text("no document", "utf-8")
    result = invoke("capture", tmp_path, database=store_url)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split(":")[0].rpartition("/")[2] for line in lines[:3]] == [
        "a.jsonld", "b.json", "c.JSONLD",
    ]  # fmt: skip
    assert lines[3] == "3 files (0 unreadable): events stored 3, there already 0, refused 0"


def test_a_document_comes_by_standard_input(module_url: str) -> None:
    text = json.dumps(make_document(make_object("A"))).encode()
    result = invoke("capture", "-", database=module_url, stdin=text)
    assert (result.exit_code, result.stdout) == (0, "-: stored 1, there already 0, refused 0\n")


def test_the_sample_chains_are_captured(store_url: str, tmp_path: Path) -> None:
    for name, content in iter_documents():
        (tmp_path / name).write_bytes(content)
    result = invoke("capture", tmp_path, database=store_url, language="vi")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("3 tệp (0 không đọc được): lưu ")


# -- what is not ----------------------------------------------------------------------------


def test_a_bad_event_is_named_with_its_place_and_keeps_the_file_out(
    store_url: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.json", make_object("A"), make_object("B", eventTime="yesterday"))
    result = invoke("capture", path, database=store_url)
    assert result.exit_code == 1
    assert "stored 0, there already 0, refused 1" in result.stdout
    assert "event 1: epcis.time_malformed /epcisBody/eventList/1/eventTime (1:" in result.stdout
    assert "1 sound events were not stored" in result.stdout
    assert count_rows(store_url)["event"] == 0


def test_asked_to_proceed_the_sound_events_are_stored(store_url: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", make_object("A"), make_object("B", eventTime="yesterday"))
    result = invoke("capture", "--proceed", path, database=store_url)
    assert result.exit_code == 1
    assert "stored 1, there already 0, refused 1" in result.stdout
    assert count_rows(store_url)["event"] == 1


@pytest.mark.parametrize(("language", "word"), [("vi", "không đọc được"), ("en", "cannot be read")])
def test_a_missing_file_is_named_and_the_others_are_captured(
    store_url: str, tmp_path: Path, language: str, word: str
) -> None:
    good = write(tmp_path / "a.json", make_object("A"))
    result = invoke("capture", tmp_path / "none.json", good, database=store_url, language=language)
    assert result.exit_code == 2
    assert f"{tmp_path / 'none.json'}: {word}: " in result.stderr
    assert count_rows(store_url)["event"] == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(store_url: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", make_object("A"))
    path.chmod(0)
    assert invoke("capture", path, database=store_url).exit_code == 2


def test_what_cannot_be_opened_as_a_file_is_named(module_url: str, tmp_path: Path) -> None:
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    result = invoke("capture", loop, database=module_url)
    assert result.exit_code == 2
    assert str(loop) in result.stderr


@pytest.mark.parametrize(("language", "word"), [("vi", "không có tệp"), ("en", "there is no")])
def test_a_folder_without_documents_is_said_to_hold_none(
    module_url: str, tmp_path: Path, language: str, word: str
) -> None:
    result = invoke("capture", tmp_path, database=module_url, language=language)
    assert result.exit_code == 2
    assert word in result.stderr
    assert str(tmp_path) in result.stderr


def test_no_file_at_all_is_wrong_usage() -> None:
    assert invoke("capture").exit_code == 2


BROKEN = {
    "broken json": (b'{"type": "EPCISDocument",\n "a": }', "epcis.json_malformed", "2"),
    "cut off": (b'{"type": "EPCISDocument",\n "a": [', "epcis.json_truncated", "2"),
    "utf-16": ('{"type": "EPCISDocument"}'.encode("utf-16"), "epcis.encoding", "UTF-16"),
    "utf-16 without mark": ('{"type": 1}'.encode("utf-16-le"), "epcis.encoding", "UTF-16"),
    "latin-1": ('{"type": "m\u1ef1c"}'.replace("\u1ef1", "\xe9").encode("latin-1"),
                "epcis.not_utf8", "0xE9"),
    "empty": (b"", "epcis.empty", ""),
    "nothing": (b" \n" * 100, "epcis.empty", ""),
    "a list": (b"[1]", "epcis.not_an_object", ""),
    "no document": (b'{"type": "Other"}', "epcis.document_type", "Other"),
    "nesting bomb": (b"[" * 100_000, "epcis.too_deep", ""),
    "nesting bomb of objects": (b'{"a":' * 100_000, "epcis.too_deep", ""),
    "nul": (b'{"type": "EPCISDocument", "id": "\\u0000"}', "epcis.nul_character", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_no_document_is_explained(
    module_url: str, tmp_path: Path, name: str, language: str
) -> None:
    content, code, told = BROKEN[name]
    path = tmp_path / "a.json"
    path.write_bytes(content)
    result = invoke("capture", path, database=module_url, language=language)
    assert result.exit_code == 1
    assert f"{path}: {code}" in result.stdout
    assert told in result.stdout
    assert "Traceback" not in result.output


def test_a_syntax_error_names_line_and_column(module_url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('{"tên": "mực",\n  "type" "EPCISDocument"}'.encode())
    result = invoke("capture", path, database=module_url)
    assert "line 2" in result.stdout
    assert "column 10" in result.stdout


@pytest.mark.parametrize("filler", [b" ", b"\0"], ids=["spaces", "zero bytes"])
def test_two_hundred_megabytes_of_nothing_are_refused_soon(
    module_url: str, tmp_path: Path, filler: bytes
) -> None:
    path = tmp_path / "big.json"
    path.write_bytes(filler * 200_000_000)
    script = (
        "import resource, sys, time\n"
        "from nguon.cli import main\n"
        "start = time.process_time()\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n"
        "    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "    print('used', size, time.process_time() - start, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "capture", str(path)],
        env=make_environment(DATABASE_URL=module_url), capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    path.unlink()
    assert done.returncode == 1, done.stderr
    assert b"epcis.e" in done.stdout, done.stdout
    _, size, seconds = done.stderr.decode().split()[-3:]
    assert int(size) < 1_200_000, "kilobytes"
    assert float(seconds) < 5


def test_a_file_over_the_limit_is_refused_without_reading_it_all(
    module_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nguon.cli import capture as command  # noqa: F401  the module's name is taken by the command
    from nguon.epcis import Limits

    module = sys.modules["nguon.cli.capture"]
    monkeypatch.setattr(module, "FILE_LIMITS", Limits(bytes=1000))
    path = write(tmp_path / "a.json", *(make_object(f"L{n}") for n in range(20)))
    result = invoke("capture", path, database=module_url)
    assert result.exit_code == 1
    assert "epcis.too_large" in result.stdout


def test_a_context_address_is_never_fetched(module_url: str, tmp_path: Path) -> None:
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(
        "import socket\n"
        "def refuse(*a, **k):\n"
        "    import os\n"
        "    os.write(2, b'NETWORK USED')\n"
        "    os._exit(99)\n"
        "socket.getaddrinfo = socket.create_connection = refuse\n"
        "socket.socket.connect = socket.socket.connect_ex = refuse\n",
        "utf-8",
    )
    whole = make_document(make_object("A"))
    whole["@context"].append("https://nguon.example/unknown-context.jsonld")
    path = tmp_path / "a.json"
    path.write_text(json.dumps(whole), "utf-8")
    done = run("capture", path, DATABASE_URL=module_url, PYTHONPATH=str(guard))
    assert b"NETWORK USED" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert b"unknown-context" in done.stdout
    proof = subprocess.run(
        [sys.executable, "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:1/')"],
        env=make_environment(PYTHONPATH=str(guard)), capture_output=True, check=False,
    )  # fmt: skip
    assert proof.returncode == 99, "the guard guards nothing"


# -- the database away ----------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("vi", "Chưa lưu gì"), ("en", "Nothing was")])
def test_without_a_database_the_exit_code_is_3(tmp_path: Path, language: str, word: str) -> None:
    path = write(tmp_path / "a.json", make_object("A"))
    done = run("capture", path, DATABASE_URL=CLOSED, NGUON_LANGUAGE=language)
    assert done.returncode == 3
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("eventstore.unreachable: ")
    assert word in line
    assert "Connection refused" in line


def test_a_database_without_tables_says_which_command_makes_them(
    server_url: str, tmp_path: Path
) -> None:
    from tests.conftest import drop_database, make_database

    url = make_database(server_url)
    try:
        result = invoke("capture", write(tmp_path / "a.json", make_object()), database=url)
    finally:
        drop_database(server_url, url)
    assert result.exit_code == 3
    assert "nguon migrate" in result.stderr


# -- reports --------------------------------------------------------------------------------


def test_the_json_report_tells_every_file_event_and_fault(module_url: str, tmp_path: Path) -> None:
    good = write(tmp_path / "a.json", make_object("A"))
    bad = write(tmp_path / "b.json", make_object("B"), make_object("C", eventTime="yesterday"))
    broken = tmp_path / "c.json"
    broken.write_bytes(b"{")
    missing = tmp_path / "d.json"
    result = invoke("capture", "--json", good, bad, broken, missing, database=module_url)
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert [(each["file"], each["success"]) for each in report] == [
        (str(good), True), (str(bad), False), (str(broken), False), (str(missing), False),
    ]  # fmt: skip
    first, second, third, fourth = report
    assert (first["stored"], first["duplicates"], first["refused"]) == (1, 0, 0)
    assert first["events"][0]["status"] == "stored"
    assert len(first["captureID"]) == 36
    assert [event["status"] for event in second["events"]] == ["withheld", "refused"]
    (fault,) = second["events"][1]["faults"]
    assert fault["pointer"] == "/epcisBody/eventList/1/eventTime"
    assert {"code", "level", "rule", "vi", "en", "value"} <= fault.keys()
    assert third["faults"][0]["code"].startswith("epcis.json_")
    assert "captureID" not in third
    assert "No such file" in fourth["unreadable"]


def test_no_progress_is_shown_where_nobody_watches(module_url: str, tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path / f"{name}.json", make_object(name.upper()))
    done = run("capture", tmp_path, DATABASE_URL=module_url)
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout


def test_progress_is_shown_on_a_terminal(store_url: str, tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path / f"{name}.json", make_object(name.upper()))
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "nguon.cli", "capture", str(tmp_path)],
        env=make_environment(DATABASE_URL=store_url, TERM="xterm"),
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    out, _ = done.communicate(timeout=60)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "/3" in shown
    assert b"3 files (0 unreadable): events stored 3" in out
    assert b"\x1b" not in out


# -- long files -----------------------------------------------------------------------------


@pytest.fixture
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package has a command of the module's name, so the module is asked for by hand.
    monkeypatch.setattr(importlib.import_module("nguon.cli.capture"), "AT_ONCE", 10)


@pytest.mark.usefixtures("everything_is_long")
def test_a_long_file_is_captured_in_a_stream_and_reported_alike(
    store_url: str, tmp_path: Path
) -> None:
    bad = make_object("B", eventTime="yesterday")
    path = write(tmp_path / "a.json", make_object("A"), bad, make_object("C"))
    refused = invoke("capture", path, database=store_url)
    assert refused.exit_code == 1
    assert "stored 0, there already 0, refused 1" in refused.stdout
    assert "event 1: epcis.time_malformed /epcisBody/eventList/1/eventTime (1:" in refused.stdout
    assert "2 sound events were not stored" in refused.stdout
    told = json.loads(invoke("capture", path, "--proceed", "--json", database=store_url).stdout)
    (one,) = told
    assert (one["success"], one["stored"], one["refused"]) == (False, 2, 1)
    (event,) = one["events"]
    assert (event["index"], event["status"]) == (1, "refused")
    assert one["faults"] == []
    assert count_rows(store_url)["event"] == 2


@pytest.mark.usefixtures("everything_is_long")
def test_a_long_file_in_xml_or_with_nothing_in_it(store_url: str, tmp_path: Path) -> None:
    xml = tmp_path / "a.xml"
    xml.write_bytes(write_xml(read_document(json.dumps(make_document(make_object("A"))))))
    result = invoke("capture", xml, database=store_url)
    assert (result.exit_code, result.stdout) == (
        0, f"{xml}: stored 1, there already 0, refused 0\n",
    )  # fmt: skip
    broken = tmp_path / "b.json"
    broken.write_text("{" * 20, "utf-8")
    result = invoke("capture", broken, database=store_url)
    assert result.exit_code == 1
    assert "epcis.json_" in result.stdout


def test_standard_input_may_be_long(store_url: str) -> None:
    events = [make_object(f"L{n}", **{"ext:note": "x" * 600}) for n in range(1200)]
    data = json.dumps(make_document(*events)).encode()
    assert len(data) > 1 << 20
    done = run("capture", "-", stdin=data, DATABASE_URL=store_url)
    assert (done.returncode, done.stdout.decode()) == (
        0, "-: stored 1200, there already 0, refused 0\n",
    ), done.stderr  # fmt: skip
