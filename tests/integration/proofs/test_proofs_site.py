"""What the ledger publishes at its well-known address, and what the worker does by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from nguon.ledger import check_proof, check_root, read_keys
from nguon.ledger.tree import is_consistent
from nguon.parts.engine import get_store
from nguon.proofs import queries, services
from nguon.proofs.tasks import keep_ledger

pytestmark = pytest.mark.database

_HOME = "/.well-known/nguon-ledger"


def test_what_is_published_proves_what_is_exported(ledger_site: Client) -> None:
    first = ledger_site.get(_HOME)
    assert first.json()["newest"] is None
    assert ledger_site.get(f"{_HOME}/checkpoint").status_code == 404
    root = services.close_ledger()
    assert root.size == get_store().ledger().size() > 10
    answer = ledger_site.get(_HOME)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer.json()["newest"]["note"] == root.note
    keys = read_keys(answer.content)
    note = ledger_site.get(f"{_HOME}/checkpoint")
    assert note["Content-Type"].startswith("text/plain")
    found = check_root(note.content.decode(), keys)
    assert isinstance(found, tuple)
    assert found[0].signers
    events = [event.event_key for event in get_store().events_of(_lots())]
    data, proved = queries.prove_events(events)
    assert len(proved.proof.events) == len(set(events)) > 2
    assert check_proof(data, keys, anchors=[note.content.decode()]).valid


def _lots() -> list[str]:
    return get_store().find_lots("L260512B")


def test_roots_come_in_pages_and_each_stays_what_it_was(
    ledger_site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    made = [services.close_ledger() for _ in range(5)]
    address, found = f"{_HOME}/roots", []
    while address:
        page = ledger_site.get(address).json()
        found += page["roots"]
        address = page.get("next", "")
    assert [root["note"] for root in found] == [root.note for root in made]
    one = ledger_site.get(f"{_HOME}/roots/3")
    assert one.content.decode() == made[2].note
    assert "immutable" in one["Cache-Control"]
    assert ledger_site.get(f"{_HOME}/roots/9").status_code == 404


def test_anybody_can_see_that_the_ledger_only_grew(ledger_site: Client) -> None:
    root = services.close_ledger()
    path = ledger_site.get(f"{_HOME}/consistency?old=7&new={root.size}").json()["path"]
    ledger = get_store().ledger()
    assert path == ledger.consistency(7, root.size)
    assert not is_consistent(7, root.hash, root.size, root.hash, [bytes.fromhex(p) for p in path])
    for query, status in (
        ("old=7&new=9999999", 404),
        ("old=9&new=7", 404),
        ("old=x&new=7", 400),
        ("new=7", 400),
        ("old=-1&new=7", 400),
        ("old=1&new=" + "9" * 30, 400),
    ):
        answer = ledger_site.get(f"{_HOME}/consistency?{query}")
        assert answer.status_code == status, query
        assert answer.json()["code"].startswith("ledger.")
        assert answer["Cache-Control"] == "no-store"
    assert ledger_site.post(_HOME).status_code == 405


def test_without_keys_nothing_is_said_of_this_machine(
    ledger_site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "NGUON_LEDGER_KEYS", "/nowhere/ledger-keys.json")
    answer = ledger_site.get(_HOME)
    assert answer.status_code == 503
    assert answer.json() == {"code": "ledger.ring_missing"}
    # Events are taken in all the same; nothing is signed, nothing fails.
    keep_ledger(0)
    assert get_store().ledger().size() > 10
    assert get_store().ledger().roots() == []


def test_the_first_run_of_a_day_closes_and_later_ones_only_take_in(ledger_site: Client) -> None:
    assert ledger_site
    now = datetime.now(UTC)
    first = services.keep_ledger(now)
    assert first is not None
    assert services.keep_ledger(now) is None
    tomorrow = services.keep_ledger(now + timedelta(days=1))
    assert tomorrow is not None
    assert [root.number for root in get_store().ledger().roots()] == [1, 2]
    folder = Path(settings.NGUON_FILES) / "ledger"
    assert sorted(path.name for path in (folder / "roots").iterdir()) == [
        "00000001.txt",
        "00000002.txt",
    ]
    assert (folder / "checkpoint").read_text("utf-8") == tomorrow.note


def test_erasing_is_a_service_that_keeps_proofs(ledger_site: Client) -> None:
    assert ledger_site
    services.close_ledger()
    event = get_store().events_of(_lots())[0]
    places = services.erase_events([event.event_key], "request 3")
    assert len(places) == 1
    root = services.close_ledger()
    assert "erasures 1 " in root.note
    audit = get_store().ledger().audit()
    assert (audit.sound, audit.erased) == (True, 1), audit.faults
