"""The ledger on PostgreSQL: what enters and when, roots, proofs, two writers, a killed one."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import threading
import time
from uuid import uuid4

import psycopg
import pytest

from nguon.eventstore import Store
from nguon.eventstore.ledger.nodes import Nodes
from nguon.eventstore.ledger.taking import take_in
from nguon.ledger import Frontier, LedgerError, check_proof, read_checkpoint, write_proof
from nguon.ledger.tree import (
    climb,
    consistency_ranges,
    inclusion_ranges,
    is_consistent,
    make_path,
)
from nguon.ledger.tree import root as root_of
from tests.integration.eventstore.documents import make_object, read
from tests.integration.eventstore.ledgers import KEYS, VKEYS, close, record, tamper, verify
from tests.integration.eventstore.table_counts import fetch
from tests.unit.ledger import naive

pytestmark = pytest.mark.database


def leaves_of(url: str) -> list[bytes]:
    rows = fetch(url, "select position, hash from eventstore.ledger_leaf order by position")
    assert [row[0] for row in rows] == list(range(len(rows)))
    return [bytes(row[1]) for row in rows]


def test_an_empty_ledger_closes_and_is_sound(fresh_store: Store) -> None:
    with pytest.raises(LedgerError, match="no such root"):
        fresh_store.ledger().root()
    root = close(fresh_store)
    assert (root.number, root.size) == (1, 0)
    assert root.hash == hashlib.sha256(b"").digest()
    assert fresh_store.ledger().audit(KEYS).sound
    assert close(fresh_store).number == 2


def test_every_event_is_a_leaf_and_every_proof_holds(fresh_store: Store, store_url: str) -> None:
    sizes = []
    for number, count in enumerate((1, 6, 250, 3, 530)):
        keys = record(fresh_store, count, f"R{number}-")
        root = close(fresh_store)
        sizes.append(root.size)
        assert verify(fresh_store, keys).valid
    leaves = leaves_of(store_url)
    assert sizes == [1, 7, 257, 260, 790]
    assert len(leaves) == 790
    for size, root in zip(sizes, fresh_store.ledger().roots(), strict=True):
        assert root.hash == naive.mth(leaves[:size])
    everything = [row[0] for row in fetch(store_url, "select event_key from eventstore.event")]
    for size in sizes[2:]:
        under = fresh_store.ledger().root(size=size)
        proved = fresh_store.ledger().prove(everything, root=under, vkeys=VKEYS, senders=True)
        assert (len(proved.proof.events), len(proved.waiting)) == (size, 790 - size)
        for event in proved.proof.events:
            expected = naive.path(event.position, leaves[:size])
            assert [bytes.fromhex(step) for step in event.path] == expected
        report = check_proof(write_proof(proved.proof), KEYS)
        assert report.valid
        assert report.events[0].sender == "https://id.gs1.org/417/9521101000009"
    audit = fresh_store.ledger().audit(KEYS)
    assert (audit.leaves, audit.events, audit.roots, audit.sound) == (790, 790, 5, True)


def test_any_two_roots_are_consistent_and_linked_in_a_proof(fresh_store: Store) -> None:
    roots = []
    for count in (3, 0, 5, 300, 17):
        if count:
            record(fresh_store, count, f"C{count}-")
        roots.append(close(fresh_store))
    ledger = fresh_store.ledger()
    for older in roots:
        for newer in roots:
            if older.size > newer.size:
                continue
            path = [bytes.fromhex(step) for step in ledger.consistency(older.size, newer.size)]
            assert is_consistent(older.size, older.hash, newer.size, newer.hash, path)
    proved = ledger.prove([], root=roots[2], links=[roots[0], roots[4]], vkeys=VKEYS)
    report = check_proof(write_proof(proved.proof), KEYS, anchors=[roots[0].note])
    assert report.valid
    assert [one.checkpoint.size for one in report.roots] == [8, 3, 325]
    with pytest.raises(LedgerError, match="no such root"):
        ledger.consistency(3, 326)


def test_leaves_stand_in_the_order_of_recording_and_keys(
    fresh_store: Store, store_url: str
) -> None:
    for number in range(3):
        record(fresh_store, 20, f"O{number}-")
    close(fresh_store)
    ordered = fetch(store_url, "select event_key from eventstore.event order by record_time, 1")
    placed = fetch(store_url, "select event_key from eventstore.ledger_entry order by position")
    assert placed == ordered


def test_a_capture_that_ends_late_is_not_left_out(fresh_store: Store, store_url: str) -> None:
    """Recorded before others, committed after them, twice closed in between."""
    record(fresh_store, 1, "first")
    close(fresh_store)
    with psycopg.connect(store_url) as slow:
        slow.execute("select now()")
        time.sleep(0.05)
        record(fresh_store, 2, "second")
        # Settled may not pass the open transaction's start, however often one closes.
        for _ in range(3):
            close(fresh_store)
        inserted = slow.execute(
            "insert into eventstore.event (event_key, event_id, digest, event_type, event_time,"
            " action, biz_step, read_point, job, doc, record_time)"
            " select gen_random_uuid(), 'late', digest, event_type, event_time, action, biz_step,"
            " read_point, job, doc, now() from eventstore.event limit 1"
        )
        assert inserted.rowcount == 1
        slow.commit()
    assert close(fresh_store).size == 4
    late = fetch(
        store_url,
        "select n.position from eventstore.event e join eventstore.ledger_entry n"
        " using (event_key) where e.event_id = 'late'",
    )
    assert late == [(3,)]


def test_settled_time_waits_for_what_is_open(fresh_store: Store, store_url: str) -> None:
    newest = "select max(settled) from eventstore.ledger_run where isfinite(settled)"
    with psycopg.connect(store_url) as slow:
        began = slow.execute("select now()").fetchone()
        assert began is not None
        for _ in range(3):
            close(fresh_store)
        settled = fetch(store_url, newest)[0][0]
        assert settled is None or settled <= began[0]
    close(fresh_store)
    assert fetch(store_url, newest)[0][0] > began[0]


def test_two_at_once_make_one_ledger(fresh_store: Store, store_url: str) -> None:
    keys = record(fresh_store, 400, "T")
    outcomes: list[str] = []

    def work() -> None:
        try:
            fresh_store.ledger().take_in()
            outcomes.append("done")
        except LedgerError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"done", "ledger.busy"}
    assert "done" in outcomes
    close(fresh_store)
    assert len(leaves_of(store_url)) == 400
    assert verify(fresh_store, keys).valid


def test_stopped_in_the_middle_it_goes_on(fresh_store: Store, store_url: str) -> None:
    record(fresh_store, 700, "K")
    with psycopg.connect(store_url, autocommit=True) as connection:

        class StopError(Exception):
            pass

        calls = 0
        execute = connection.execute

        def stumble(text, *values):  # type: ignore[no-untyped-def]
            nonlocal calls
            calls += "e.event_key = any(%(keys)s)\n order by e.record_time" in text
            if calls == 3:
                raise StopError
            return execute(text, *values)

        connection.execute = stumble  # type: ignore[method-assign]
        with pytest.raises(StopError):
            take_in(connection, batch=300)
    assert len(leaves_of(store_url)) == 600
    assert fetch(store_url, "select count(*) from eventstore.ledger_run") == [(0,)]
    root = close(fresh_store)
    assert root.hash == naive.mth(leaves_of(store_url))
    assert root.size == 700
    assert fresh_store.ledger().audit(KEYS).sound


def test_a_session_killed_while_it_writes_leaves_whole_batches(
    fresh_store: Store, store_url: str
) -> None:
    record(fresh_store, 900, "X")
    done: list[BaseException | None] = []

    def work() -> None:
        try:
            with psycopg.connect(store_url, autocommit=True) as connection:
                connection.execute("set application_name = 'ledger victim'")
                take_in(connection, batch=50)
            done.append(None)
        except psycopg.Error as error:
            done.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    with psycopg.connect(store_url, autocommit=True) as killer:
        for _ in range(2000):
            seen = killer.execute("select count(*) from eventstore.ledger_leaf").fetchone()
            if seen and seen[0]:
                break
        killer.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'ledger victim'"
        )
    thread.join()
    held = len(leaves_of(store_url))
    assert held % 50 == 0
    assert held > 0
    assert close(fresh_store).size == 900
    assert fresh_store.ledger().audit(KEYS).sound


def test_a_backdated_event_is_found_and_swept_in(fresh_store: Store, store_url: str) -> None:
    record(fresh_store, 3, "B")
    close(fresh_store)
    close(fresh_store)
    tamper(
        store_url,
        "insert into eventstore.event (event_key, event_id, digest, event_type, event_time, action,"
        " biz_step, read_point, job, doc, record_time) select gen_random_uuid(), 'back', digest,"
        " event_type, event_time, action, biz_step, read_point, job, doc,"
        " now() - interval '1 day' from eventstore.event limit 1",
    )
    assert close(fresh_store).size == 3
    codes = {fault.code for fault in fresh_store.ledger().audit(KEYS).faults}
    assert "ledger.left_out" in codes
    assert close(fresh_store, sweep=True).size == 4


def test_what_no_root_covers_yet_is_told(fresh_store: Store) -> None:
    old = record(fresh_store, 2, "W")
    close(fresh_store)
    new = record(fresh_store, 1, "Y")
    fresh_store.ledger().take_in()
    stranger = uuid4()
    proved = fresh_store.ledger().prove([*old, *new, stranger])
    assert len(proved.proof.events) == 2
    assert proved.waiting == tuple(new)
    assert proved.unknown == (stranger,)


def test_a_root_says_when_and_of_what_it_is(fresh_store: Store) -> None:
    record(fresh_store, 5, "S")
    root = close(fresh_store)
    checkpoint, _ = read_checkpoint(root.note)
    assert (checkpoint.size, checkpoint.root) == (5, root.hash)
    assert checkpoint.closed_at == root.closed_at
    assert checkpoint.origin == "trace.example/ledger"


def test_a_tree_that_was_changed_is_not_signed_again(fresh_store: Store, store_url: str) -> None:
    record(fresh_store, 9, "N")
    close(fresh_store)
    tamper(
        store_url,
        "update eventstore.ledger_leaf set hash = sha256(hash) where position = 4",
    )
    fresh_store.capture(read(make_object("N-later")))
    with pytest.raises(LedgerError) as caught:
        close(fresh_store)
    assert caught.value.code == "ledger.tree_broken"


_CLOSER = """
import sys, psycopg
from nguon.eventstore.ledger.locking import locked
from nguon.eventstore.ledger.taking import take_in
with psycopg.connect(sys.argv[1], autocommit=True) as connection, locked(connection):
    take_in(connection, batch=20)
"""


def test_a_process_killed_by_force_leaves_whole_batches_and_no_lock(
    fresh_store: Store, store_url: str
) -> None:
    record(fresh_store, 1200, "P")
    process = subprocess.Popen([sys.executable, "-c", _CLOSER, store_url])
    with psycopg.connect(store_url, autocommit=True) as watcher:
        while process.poll() is None:
            seen = watcher.execute("select count(*) from eventstore.ledger_leaf").fetchone()
            if seen and seen[0]:
                process.kill()
        process.wait()
    held = len(leaves_of(store_url))
    assert held > 0
    assert held % 20 == 0
    # The server may take a moment to see that nobody is there any more.
    for _ in range(100):
        with contextlib.suppress(LedgerError):
            close(fresh_store)
            break
        time.sleep(0.1)
    assert fresh_store.ledger().root().size == 1200
    audit = fresh_store.ledger().audit(KEYS)
    assert (audit.sound, audit.events) == (True, 1200), audit.faults


def test_proofs_reach_over_the_third_stored_level(fresh_store: Store, store_url: str) -> None:
    """More than 65,536 leaves, the last subtrees incomplete; the edge grown leaf by leaf agrees."""
    size, frontier, roots = 66_000, Frontier(), {}
    leaves = [hashlib.sha256(str(place).encode()).digest() for place in range(size)]
    with psycopg.connect(store_url) as connection, connection.cursor() as cursor:
        nodes = []
        with cursor.copy("copy eventstore.ledger_leaf from stdin") as copy:
            for place, leaf in enumerate(leaves):
                copy.write_row((place, leaf))
                nodes += [node for node in frontier.append(leaf) if node[0] % 8 == 0]
                if frontier.size in (255, 65_536, 65_537, 65_800):
                    roots[frontier.size] = frontier.root
        with cursor.copy("copy eventstore.ledger_node from stdin") as copy:
            for node in nodes:
                copy.write_row(node)
    assert {node[0] for node in nodes} == {8, 16}
    roots[size] = frontier.root
    with psycopg.connect(store_url, autocommit=True) as connection:
        for whole, expected in roots.items():
            source = Nodes(connection)
            assert root_of(whole, source) == expected
            for place in {0, 254, whole // 2, whole - 1}:
                path = make_path(inclusion_ranges(place, whole), source)
                assert climb(leaves[place], place, whole, path) == expected
            for smaller in (each for each in roots if each <= whole):
                steps = make_path(consistency_ranges(smaller, whole), source)
                assert is_consistent(smaller, roots[smaller], whole, expected, steps)
