"""`nguon ledger` and `nguon verify` over a real database, then with nothing at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.eventstore import Store, migrate
from tests.conftest import drop_database, make_database
from tests.integration.cli.running import invoke, run
from tests.integration.eventstore.documents import make_mix, make_object, read

pytestmark = pytest.mark.database

_LOT = "https://id.gs1.org/01/09521101000016/10/LEDGER-1"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledger")


@pytest.fixture(scope="module")
def filled(server_url: str, place: Path) -> Iterator[dict[str, str]]:
    """The surroundings of commands: a database with events, a folder, a ring."""
    url = make_database(server_url)
    migrate(url)
    store = Store.open(url)
    store.capture(
        read(
            make_object("LEDGER-1", eventID="urn:uuid:11111111-1111-4111-8111-111111111111"),
            make_mix("LEDGER-1", "LEDGER-2"),
            make_object("OTHER"),
        ),
        sender="https://id.gs1.org/417/9521101000009",
    )
    store.close()
    around = {"DATABASE_URL": url, "NGUON_DATA": str(place)}
    made = run("ledger", "keys", "new", "--origin", "trace.example/ledger", **around)
    assert made.returncode == 0, made.stderr
    closed = run("ledger", "close", **around)
    assert closed.returncode == 0, closed.stderr
    assert b"root 1, 3 events" in closed.stdout
    yield around
    drop_database(server_url, url)


@pytest.fixture(scope="module")
def proof(filled: dict[str, str], place: Path) -> Path:
    """A proof file of a lot's whole trace."""
    path = place / "proof.json"
    done = run("ledger", "export", _LOT, "-o", path, "--senders", **filled)
    assert done.returncode == 0, done.stderr
    assert b"2 events, root 1 (of 3 events)" in done.stdout
    return path


@pytest.fixture(scope="module")
def published(filled: dict[str, str], place: Path) -> Path:
    """The files that closing published."""
    assert filled
    return place / "files" / "ledger"


def verify(*arguments: str | Path, language: str = "en"):
    """`nguon verify` in this process, with no database and no ring."""
    return invoke("verify", *arguments, language=language)


def test_closing_publishes_roots_and_keys_as_files(published: Path) -> None:
    note = (published / "roots" / "00000001.txt").read_text("utf-8")
    assert note == (published / "checkpoint").read_text("utf-8")
    keys = json.loads((published / "keys.json").read_text("utf-8"))
    assert keys["origin"] == "trace.example/ledger"
    assert keys["keys"][0]["vkey"].startswith("trace.example/ledger+")
    assert "master" not in json.dumps(keys)


def test_a_proof_is_right_with_the_published_keys(proof: Path, published: Path) -> None:
    result = verify(proof, "--keys", published / "keys.json", "--root", published / "checkpoint")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "Kind of file: a proof of the ledger (nguon-proof)"
    assert "Ledger trace.example/ledger, root of 3 events" in lines[1]
    assert lines[2] == "Keys: those you gave"
    assert "urn:uuid:11111111-1111-4111-8111-111111111111" in result.stdout
    assert "sent by https://id.gs1.org/417/9521101000009" in result.stdout
    assert lines[-1] == "RIGHT: all 2 events stand unchanged in the signed ledger."


def test_in_vietnamese_and_as_json(proof: Path, published: Path) -> None:
    vkey = json.loads((published / "keys.json").read_text("utf-8"))["keys"][0]["vkey"]
    result = verify(proof, "--key", vkey, language="vi")
    assert result.stdout.splitlines()[-1] == ("ĐÚNG: cả 2 sự kiện nằm nguyên trong sổ cái đã ký.")
    told = json.loads(verify(proof, "--key", vkey, "--json").stdout)
    assert (told["kind"], told["valid"], told["trust"]) == ("proof", True, "given")
    assert [event["valid"] for event in told["events"]] == [True, True]


def test_a_key_out_of_the_file_itself_is_told_as_such(
    proof: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NGUON_DATA", str(tmp_path))
    result = verify(proof)
    assert result.exit_code == 0
    assert "NOTE: the key was taken from this very file" in result.stdout
    assert "trace.example/ledger+" in result.stdout
    assert json.loads(verify(proof, "--json").stdout)["trust"] == "file"


def test_what_was_changed_and_where_is_told(proof: Path, published: Path, tmp_path: Path) -> None:
    events = json.loads(proof.read_text("utf-8"))["events"]
    bad = next(i for i, event in enumerate(events) if "12.5" in event["document"])
    changed = tmp_path / "changed.json"
    changed.write_text(proof.read_text("utf-8").replace("12.5", "12.6", 1), "utf-8")
    result = verify(changed, "--keys", published / "keys.json")
    assert result.exit_code == 1
    assert f"WRONG  {bad + 1}." in result.stdout
    assert f"ledger.document_changed /events/{bad}/document" in result.stdout
    assert f"right  {2 - bad}." in result.stdout
    assert result.stdout.splitlines()[-1].startswith("WRONG: 1 of 2 events")
    said = verify(changed, "--keys", published / "keys.json", language="vi").stdout
    assert f"SAI   {bad + 1}." in said
    assert "đã bị sửa" in said


def test_a_root_on_its_own_is_checked_too(published: Path, tmp_path: Path) -> None:
    root = published / "roots" / "00000001.txt"
    result = verify(root, "--keys", published / "keys.json")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Kind of file: a signed root of the ledger"
    forged = tmp_path / "forged.txt"
    forged.write_text(root.read_text("utf-8").replace("\n3\n", "\n4\n"), "utf-8")
    result = verify(forged, "--keys", published / "keys.json")
    assert result.exit_code == 1
    assert "ledger.signature" in result.stdout


def test_codes_are_still_codes(published: Path) -> None:
    keys = published / "keys.json"
    result = verify("https://trace.example/01/09521301000052/21/A1", "--keys", keys, "--json")
    assert json.loads(result.stdout)["status"] == "unsigned"


def test_the_whole_road_of_an_administrator(
    filled: dict[str, str], proof: Path, published: Path, place: Path
) -> None:
    """Rotate, close, list, link, check, erase, check again; the old proof still holds."""
    assert run("ledger", "keys", "rotate", **filled).returncode == 0
    assert run("ledger", "close", **filled).returncode == 0
    listed = json.loads(run("ledger", "list", "--json", **filled).stdout)
    assert [(root["number"], root["size"]) for root in listed] == [(1, 3), (2, 3)]
    linked = place / "linked.json"
    done = run("ledger", "export", "-o", linked, "--since", "1", **filled)
    assert done.returncode == 0, done.stderr
    assert verify(linked, "--keys", published / "keys.json").exit_code == 0
    assert run("ledger", "keys", "revoke", "A", **filled).returncode == 0
    shown = run("ledger", "keys", "list", **filled).stdout.decode()
    assert "revoked" in shown
    assert "signs" in shown
    erased = run(
        *("ledger", "erase", "urn:uuid:11111111-1111-4111-8111-111111111111"),
        *("--reason", "request 12/2026", "--yes"),
        **filled,
    )
    assert erased.returncode == 0, erased.stderr
    assert run("ledger", "close", **filled).returncode == 0
    checked = run("ledger", "check", "--json", "--root", published / "checkpoint", **filled)
    told = json.loads(checked.stdout)
    assert (told["sound"], told["erased"], told["events"]) == (True, 1, 2), told
    folder = place / "stick"
    assert b"3 new roots" in run("ledger", "export", "--roots", folder, **filled).stdout
    # The first root's only signature is of the revoked key now.
    before = verify(proof, "--keys", folder / "keys.json")
    assert before.exit_code == 1
    assert "ledger.key_revoked" in before.stdout
    again = place / "again.json"
    assert run("ledger", "export", _LOT, "-o", again, **filled).returncode == 0
    assert verify(again, "--keys", folder / "keys.json").exit_code == 0
    nobody = run("ledger", "export", _LOT.replace("LEDGER-1", "NONE"), "-o", again, **filled)
    assert nobody.returncode == 1


def test_an_event_without_an_id_goes_by_its_key(filled: dict[str, str], place: Path) -> None:
    whole, one = place / "whole.json", place / "one.json"
    lot = _LOT.replace("09521101000016/10/LEDGER-1", "09521101000016/10/OTHER")
    made = run("ledger", "export", lot, "-o", whole, **filled)
    assert made.returncode == 0, made.stderr
    key = json.loads(whole.read_text("utf-8"))["events"][0]["event_key"]
    assert run("ledger", "export", "--event", key, "-o", one, **filled).returncode == 0
    assert len(json.loads(one.read_text("utf-8"))["events"]) == 1
    assert b"the ledger's key ring on this machine" in run("verify", one, **filled).stdout
    gone = run("ledger", "erase", key, "--reason", "request 13", "--yes", **filled)
    assert gone.returncode == 0, gone.stderr
    twice = run("ledger", "erase", key, "--reason", "request 13", "--yes", **filled)
    assert twice.returncode == 1
    assert b"ledger.unknown_event" in twice.stderr
