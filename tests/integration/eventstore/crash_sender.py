"""The client of the crash test: sends document after document, and notes each acknowledgement.

Standard input brings [url, notes, first, [pending…]]: it sends the numbers still owed, then
`first` and on from there until it is killed or the database goes away.
Notes are single writes to a file opened for appending, so a killed client leaves whole lines.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections.abc import Iterator

from nguon.epcis import read_document
from nguon.eventstore import Store, StoreError
from tests.integration.eventstore.crash_documents import make_crash_document

_THREADS = 2


def main(url: str, notes: str, first: int, pending: list[int]) -> None:
    """Send until something breaks."""
    out = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    store = Store.open(url)
    store.ready()
    numbers: Iterator[int] = itertools.chain(pending, itertools.count(first))
    turn = threading.Lock()
    os.write(out, b"ready\n")
    senders = [
        threading.Thread(target=_send, args=(store, out, numbers, turn)) for _ in range(_THREADS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def _send(store: Store, out: int, numbers: Iterator[int], turn: threading.Lock) -> None:
    while True:
        with turn:
            number = next(numbers)
        document = read_document(json.dumps(make_crash_document(number)))
        os.write(out, f"try {number}\n".encode())
        try:
            result = store.capture(document, sender=str(number))
        except StoreError as error:
            os.write(out, f"fail {number} {error.code}\n".encode())
            os._exit(0)  # a sender whose server went away; the other thread falls with it
        word = "ack" if result.success else "refused"
        os.write(out, f"{word} {number} {result.job}\n".encode())


if __name__ == "__main__":
    main(*json.loads(sys.stdin.readline()))
