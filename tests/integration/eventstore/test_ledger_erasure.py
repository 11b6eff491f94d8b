"""Erasing a household's events: what stood on them still holds, and nothing tells of them."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from nguon.eventstore import Store
from nguon.ledger import LedgerError, check_proof, write_proof
from tests.integration.eventstore.documents import declare_wrong, make_mix, make_object, read
from tests.integration.eventstore.ledgers import KEYS, VKEYS, close, record, verify
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database

_HOUSE = "urn:example:household:nguyen-thi-hoa"


def find_traces(url: str, keys: list[UUID], words: list[str]) -> list[str]:
    """Every table of the store in which a key or a word still stands, whatever the column."""
    tables = fetch(
        url,
        "select table_name from information_schema.tables"
        " where table_schema = 'eventstore' and table_type = 'BASE TABLE'",
    )
    needles = [*words, *map(str, keys), *(key.hex for key in keys)]
    found = []
    for (table,) in tables:
        rows = fetch(
            url,
            f"select count(*) from eventstore.{table} t"
            " where exists (select from unnest(%s::text[]) n where position(n in t::text) > 0)",
            needles,
        )
        found += [table] if rows[0][0] else []
    return found


def test_an_erased_household_leaves_no_trace_and_every_proof_holds(
    fresh_store: Store, store_url: str
) -> None:
    others = record(fresh_store, 20, "O")
    theirs = [
        make_object("H1", bizLocation={"id": _HOUSE}, eventID=None),
        make_mix("H1", "H2", bizLocation={"id": _HOUSE}),
    ]
    wrong = declare_wrong(theirs[1])
    result = fresh_store.capture(read(*theirs, make_object("H3")))
    keys = [each.event_key for each in result.results if each.event_key][:2]
    declared = fresh_store.capture(read(wrong)).results[0].event_key
    assert declared is not None
    earlier = close(fresh_store)
    before = write_proof(fresh_store.ledger().prove([*keys, *others], vkeys=VKEYS).proof)
    assert len(find_traces(store_url, keys, [_HOUSE])) > 4

    places = fresh_store.ledger().erase(keys, "request 12/2026")
    assert len(places) == 3

    assert find_traces(store_url, [*keys, declared], [_HOUSE, "/10/H1", "/10/H2"]) == []
    later = close(fresh_store)
    assert (later.size, later.hash) == (earlier.size, earlier.hash)
    assert "erasures 3 " in later.note
    assert check_proof(before, KEYS).valid
    assert verify(fresh_store, others).valid
    linked = fresh_store.ledger().prove(others, links=[earlier], vkeys=VKEYS)
    assert check_proof(write_proof(linked.proof), KEYS).valid
    audit = fresh_store.ledger().audit(KEYS)
    assert (audit.sound, audit.erased, audit.leaves) == (True, 3, 24)
    assert fresh_store.ledger().prove(keys).unknown == tuple(keys)
    assert [job.stored for job in fresh_store.jobs()] == [1, 3, 20]
    told = fresh_store.results(result.job)
    assert [each.event_key is None for each in told] == [True, True, False]


def test_the_content_cannot_be_guessed_back(fresh_store: Store, store_url: str) -> None:
    """Even who holds the very document finds nothing that it matches."""
    from nguon.ledger.leaf import Stored, make_entry

    keys = record(fresh_store, 1, "G")
    close(fresh_store)
    row = fetch(
        store_url,
        "select e.event_key, record_time, coalesce(context::text, ''), doc::text, job, digest,"
        " event_hash, secret, hash from eventstore.event e join eventstore.ledger_entry using"
        " (event_key) join eventstore.ledger_leaf using (position)",
    )[0]
    sender = "https://id.gs1.org/417/9521101000009"
    stored = Stored(*row[:5], bytes(row[5]), sender)
    told = f"ni:///sha-256;{bytes(row[6]).hex()}?ver=CBV2.0"
    assert make_entry(stored, told, bytes(row[7])).leaf == bytes(row[8])
    fresh_store.ledger().erase(keys, "request 1")
    assert make_entry(stored, told, bytes(32)).leaf != bytes(row[8])
    assert bytes(row[7]).hex() not in str(fetch(store_url, "select * from eventstore.ledger_entry"))


def test_erasing_is_whole_or_not_at_all(fresh_store: Store, store_url: str) -> None:
    keys = record(fresh_store, 3, "E")
    close(fresh_store)
    stranger = UUID(int=7)
    for asked, reason, code in (
        ([keys[0], stranger], "request 1", "unknown_event"),
        ([keys[0]], " ", "reason"),
        ([keys[0]], "two\nlines", "reason"),
    ):
        with pytest.raises(LedgerError) as caught:
            fresh_store.ledger().erase(asked, reason)
        assert caught.value.code == f"ledger.{code}"
    assert fetch(store_url, "select count(*) from eventstore.event") == [(3,)]
    assert fetch(store_url, "select count(*) from eventstore.ledger_erasure") == [(0,)]


def test_an_erased_event_sent_again_is_a_new_leaf(fresh_store: Store) -> None:
    event = make_object("AGAIN")
    key = fresh_store.capture(read(event)).results[0].event_key
    assert key is not None
    close(fresh_store)
    fresh_store.ledger().erase([key], "request 2")
    assert fresh_store.capture(read(event)).results[0].status == "stored"
    assert close(fresh_store).size == 2
    assert verify(fresh_store, [key]).valid
    assert fresh_store.ledger().audit(KEYS).sound


def test_a_row_is_only_deleted_with_an_erasure_of_its_own(
    fresh_store: Store, store_url: str
) -> None:
    keys = record(fresh_store, 2, "T")
    close(fresh_store)
    fresh_store.ledger().erase([keys[0]], "request 3")
    with psycopg.connect(store_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("delete from eventstore.event")
