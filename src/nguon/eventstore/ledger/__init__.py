"""The ledger on PostgreSQL: taking events in, closing roots, proofs, the check of everything,
erasure.
"""

from __future__ import annotations

from nguon.eventstore.ledger.auditing import Audit
from nguon.eventstore.ledger.ledger import Ledger
from nguon.eventstore.ledger.proving import Proved
from nguon.eventstore.ledger.roots import Root

__all__ = ["Audit", "Ledger", "Proved", "Root"]
