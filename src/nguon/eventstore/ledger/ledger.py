"""The ledger as others use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from nguon.errors import Fault
from nguon.eventstore.error import explained
from nguon.eventstore.ledger.auditing import Audit, audit
from nguon.eventstore.ledger.erasing import erase
from nguon.eventstore.ledger.locking import locked, read_size
from nguon.eventstore.ledger.nodes import Nodes
from nguon.eventstore.ledger.proving import Proved, link, prove
from nguon.eventstore.ledger.roots import Root, Sign, close_root, find_root, find_roots
from nguon.eventstore.ledger.taking import take_in
from nguon.eventstore.pool import Pool
from nguon.ledger import LedgerError, TrustedKey


class Ledger:
    """The ledger over the store's pool. Every method may raise `StoreError` or `LedgerError`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def take_in(self, *, sweep: bool = False) -> int:
        """Make leaves of all events that are none yet; how many. Raises `ledger.busy`."""
        with explained(), self._pool.take() as connection, locked(connection):
            return take_in(connection, sweep=sweep)

    def close(self, origin: str, sign: Sign, *, sweep: bool = False) -> Root:
        """Take all events in, then close a root over everything; `sign` makes the signed note.

        Raises `ledger.busy`, and `ledger.tree_broken` rather than sign what does not continue
        the last root.
        """
        with explained(), self._pool.take() as connection, locked(connection):
            take_in(connection, sweep=sweep)
            return close_root(connection, origin, sign)

    def size(self) -> int:
        """How many leaves there are."""
        with explained(), self._pool.take() as connection:
            return read_size(connection)

    def root(self, *, number: int | None = None, size: int | None = None) -> Root:
        """The newest root, that of a number, or the oldest of a size. Raises `ledger.no_root`."""
        with explained(), self._pool.take() as connection:
            found = find_root(connection, number=number, size=size)
        if found is None:
            wanted = next((each for each in (number, size) if each is not None), "")
            raise LedgerError(Fault("ledger.no_root", value=wanted))
        return found

    def roots(self, after: int = 0, limit: int = 100) -> list[Root]:
        """Roots behind a number, oldest first."""
        with explained(), self._pool.take() as connection:
            return find_roots(connection, after, limit)

    def prove(
        self,
        keys: Sequence[UUID],
        *,
        root: Root | None = None,
        links: Sequence[Root] = (),
        vkeys: Sequence[str] = (),
        senders: bool = False,
    ) -> Proved:
        """A proof of some events under a root (the newest), other roots linked to it.

        Events are told in full: whoever asks must be allowed to see them.
        """
        under = root or self.root()
        with explained(), self._pool.take() as connection:
            return prove(connection, keys, under, links, vkeys, senders=senders)

    def consistency(self, old: int, new: int) -> list[str]:
        """The proof that the tree of `new` leaves begins with that of `old`, in hexadecimal.

        Raises `ledger.no_root` for sizes that the tree never had.
        """
        with explained(), self._pool.take() as connection:
            if not 0 <= old <= new <= read_size(connection):
                raise LedgerError(Fault("ledger.no_root", value=f"{old}, {new}"))
            return link(Nodes(connection), old, new)

    def audit(self, keys: Sequence[TrustedKey] = (), anchors: Iterable[str] = ()) -> Audit:
        """Check everything from the events up; signatures only with keys."""
        with explained(), self._pool.take() as connection:
            return audit(connection, keys, anchors)

    def erase(self, keys: Sequence[UUID], reason: str) -> list[int]:
        """Erase events for good, with the declarations of their errors; the places of their
        leaves. Proofs and roots stay valid.

        `reason` is kept and signed with the next root: it names nobody.
        """
        with explained(), self._pool.take() as connection, locked(connection):
            take_in(connection)
            return erase(connection, keys, reason)
