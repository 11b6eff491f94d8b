"""Whoever owns the database changes one thing behind its triggers; the check names it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from nguon.eventstore import Store
from nguon.eventstore.ledger import Audit
from nguon.eventstore.ledger.taking import make_stored, write_hash
from nguon.ledger import LedgerError, make_entry
from nguon.ledger.tree import fold
from tests.conftest import drop_database, make_database
from tests.integration.eventstore.documents import declare_wrong, make_object, read
from tests.integration.eventstore.ledgers import KEYS, close, record, tamper
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database

# Behind the first root, within the second; leaf 7 is a declaration's.
_AT = 40
_ONE = "event_key = (select event_key from eventstore.ledger_entry where position = %(at)s)"


@pytest.fixture(scope="module")
def filled(server_url: str, migrated_template: str) -> Iterator[str]:
    """A ledger of three roots with a declaration and an erasure in it."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    record(store, 7, "A", ext=None)
    wrong = make_object("A-wrong", disposition="in_progress", bizLocation={"id": "urn:x:1"})
    store.capture(read(wrong))
    store.capture(read(declare_wrong(wrong)))
    close(store)
    keys = record(store, 290, "B", **{"ext:grade": "A1"})
    close(store)
    store.ledger().erase([keys[5]], "request 7")
    record(store, 3, "C")
    close(store)
    audit = store.ledger().audit(KEYS)
    assert audit.sound, audit.faults
    assert (audit.leaves, audit.events, audit.erased, audit.roots) == (302, 301, 1, 3)
    store.close()
    yield url
    drop_database(server_url, url)


def leaf_of(url: str, position: int) -> bytes:
    """The leaf's hash as it would be for the event as it stands."""
    row = fetch(
        url,
        "select e.event_key, e.record_time, coalesce(e.context::text, ''), e.doc::text, e.job,"
        " e.digest, j.sender, n.event_hash, n.secret from eventstore.ledger_entry n"
        " join eventstore.event e using (event_key) join eventstore.capture_job j using (job)"
        " where n.position = %s",
        position,
    )[0]
    return make_entry(make_stored(row[:7]), write_hash(bytes(row[7])), bytes(row[8])).leaf


def audit_after(url: str, statement: str, **values: object) -> Audit:
    """What the check says after a change, of which a copy of the database is made."""
    copy = make_database(url, url.partition("?")[0].rpartition("/")[2])
    try:
        assert tamper(copy, statement, **{"at": _AT, **values}) > 0
        store = Store.open(copy)
        try:
            return store.ledger().audit(KEYS)
        finally:
            store.close()
    finally:
        drop_database(url, copy)


_EVENT = f"update eventstore.event set {{}} where {_ONE}"
_CHANGES = [
    (_EVENT.format("doc = jsonb_set(doc, '{quantityList,0,quantity}', '12.6')"), "event_changed"),
    (_EVENT.format("doc = doc || '{\"ext:grade\": \"A2\"}'"), "event_changed"),
    (_EVENT.format("doc = doc || '{\"x:y\": 1}'"), "event_changed"),
    (_EVENT.format("context = '{\"ext\": \"https://other.example/\"}'"), "event_changed"),
    (_EVENT.format("record_time = record_time - interval '1 microsecond'"), "event_changed"),
    (_EVENT.format("job = gen_random_uuid()"), "event_changed"),
    (_EVENT.format("digest = sha256(digest)"), "event_changed"),
    (_EVENT.format("event_key = gen_random_uuid()"), "event_missing"),
    (_EVENT.format("event_id = event_id || 'x'"), "column_changed"),
    (_EVENT.format("event_type = 'TransactionEvent'"), "column_changed"),
    (_EVENT.format("event_time = event_time + interval '1 microsecond'"), "column_changed"),
    (_EVENT.format("action = 'OBSERVE'"), "column_changed"),
    (_EVENT.format("biz_step = 'shipping'"), "column_changed"),
    (_EVENT.format("disposition = 'active'"), "column_changed"),
    (_EVENT.format("read_point = read_point || '1'"), "column_changed"),
    (_EVENT.format("biz_location = 'urn:x:2'"), "column_changed"),
    (_EVENT.format("transformation_id = 'urn:x:3'"), "column_changed"),
    (_EVENT.format("declaration_time = now()"), "column_changed"),
    (f"delete from eventstore.event where {_ONE}", "event_missing"),
    (
        ("update eventstore.capture_job set sender = 'https://id.gs1.org/417/9521101000016'"
        f" where job = (select job from eventstore.event where {_ONE})"),
        "event_changed",
    ),
    (("update eventstore.ledger_leaf set hash = set_bit(hash, 9, 1 - get_bit(hash, 9))"
     " where position = %(at)s"), "leaf_changed"),
    ("delete from eventstore.ledger_leaf where position = %(at)s", "leaf_missing"),
    (("update eventstore.ledger_entry set secret = set_bit(secret, 0, 1 - get_bit(secret, 0))"
     " where position = %(at)s"), "event_changed"),
    ("update eventstore.ledger_entry set event_hash = sha256(event_hash) where position = %(at)s",
     "event_changed"),
    ("update eventstore.ledger_entry set event_key = gen_random_uuid() where position = %(at)s",
     "event_missing"),
    ("update eventstore.ledger_entry set position = 900 where position = %(at)s", "entry_missing"),
    ("delete from eventstore.ledger_entry where position = %(at)s", "entry_missing"),
    ("update eventstore.ledger_node set hash = sha256(hash) where level = 8 and place = 0",
     "node_changed"),
    ("delete from eventstore.ledger_node where level = 8 and place = 0", "node_changed"),
    ("insert into eventstore.ledger_node values (8, 1, sha256('x'))", "node_changed"),
    ("update eventstore.ledger_root set size = size + 1 where number = 2", "root_changed"),
    ("update eventstore.ledger_root set hash = sha256(hash) where number = 2", "root_changed"),
    ("update eventstore.ledger_root set closed_at = closed_at - interval '1 hour' where number = 2",
     "root_changed"),
    (("update eventstore.ledger_root set note = replace(note, 'closed 20', 'closed 19')"
     " where number = 2"), "root_changed"),
    (("update eventstore.ledger_root set note = overlay(note placing 'x' from length(note) - 9)"
     " where number = 2"), "root_changed"),
    ("delete from eventstore.ledger_root where number = 2", "root_missing"),
    ("update eventstore.ledger_erasure set reason = 'request 8'", "erasure_changed"),
    ("update eventstore.ledger_erasure set erased_at = erased_at - interval '1 s'",
     "erasure_changed"),
    ("update eventstore.ledger_erasure set position = position + 1", "erasure_changed"),
    ("update eventstore.ledger_erasure set chain = sha256(chain)", "erasure_changed"),
    ("delete from eventstore.ledger_erasure", "erasures_changed"),
    ("insert into eventstore.ledger_erasure values (2, 9, now(), 'x', sha256('x'))",
     "erasure_changed"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "code"), _CHANGES)
def test_a_change_is_named(filled: str, statement: str, code: str) -> None:
    audit = audit_after(filled, statement)
    found = [fault.code.removeprefix("ledger.") for fault in audit.faults]
    assert code in found, found
    for fault in audit.faults:
        assert all(fault.sentence(language) for language in ("vi", "en"))
    if code in ("event_changed", "leaf_changed", "column_changed", "event_missing"):
        fault = next(each for each in audit.faults if each.code == f"ledger.{code}")
        # The capture's sender counts for each of its events: the first of them is named.
        assert fault.params["position"] == (9 if "capture_job" in statement else _AT)


def test_leaves_deleted_at_the_end_are_missed(filled: str) -> None:
    audit = audit_after(
        filled,
        "with gone as (delete from eventstore.ledger_leaf where position = 301 returning position)"
        " delete from eventstore.ledger_entry where position in (select position from gone)",
    )
    assert "ledger.root_ahead" in {fault.code for fault in audit.faults}


def test_an_event_with_its_leaf_and_tree_made_anew_breaks_the_root(filled: str) -> None:
    """The secrets are in the database, so its owner can make leaves and nodes; no signatures."""
    copy = make_database(filled, filled.partition("?")[0].rpartition("/")[2])
    try:
        tamper(copy, _EVENT.format("doc = doc || '{\"x:y\": 1}'"), at=_AT)
        store = Store.open(copy)
        forged = leaf_of(copy, _AT)
        tamper(
            copy,
            "update eventstore.ledger_leaf set hash = %(h)s where position = %(at)s",
            h=forged,
            at=_AT,
        )
        block = fold(
            [
                row[0]
                for row in fetch(
                    copy,
                    "select hash from eventstore.ledger_leaf"
                    " where position < 256 order by position",
                )
            ]
        )
        tamper(copy, "update eventstore.ledger_node set hash = %(h)s where place = 0", h=block)
        audit = store.ledger().audit(KEYS)
        with pytest.raises(LedgerError, match="no longer continues"):
            close(store)
        store.close()
    finally:
        drop_database(filled, copy)
    told = [(fault.code, fault.value, fault.params["since"]) for fault in audit.faults]
    # The first root over it is the second, and the first root held.
    assert told == [("ledger.root_differs", "2", 9)]


@pytest.mark.parametrize(
    "statement",
    [
        f"{verb} eventstore.{table}{rest}"
        for table in ("leaf", "node", "root", "run", "erasure")
        for table in (f"ledger_{table}",)
        for verb, rest in (("delete from", ""), ("truncate", ""))
    ]
    + [
        "update eventstore.ledger_entry set position = position",
        "update eventstore.ledger_leaf set position = position",
        "delete from eventstore.ledger_entry",
        "truncate eventstore.ledger_entry",
        "delete from eventstore.event",
        "delete from eventstore.event_item",
        "delete from eventstore.declaration",
        (
            "insert into eventstore.ledger_erasure values (2, 9, now(), 'x', sha256('x'));"
            " delete from eventstore.event"
        ),
    ],
)
def test_the_tables_refuse_rewriting(filled: str, statement: str) -> None:
    with (
        psycopg.connect(filled) as connection,
        pytest.raises(errors.RestrictViolation, match="append-only"),
    ):
        connection.execute(statement)  # type: ignore[arg-type]  # from the lists above
