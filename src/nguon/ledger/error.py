"""The error of this package (texts in `faults.toml`)."""

from __future__ import annotations

from nguon.errors import Fault, NguonError

_STATUS = {
    "ledger.no_root": 404,
    "ledger.unknown_event": 404,
    "ledger.busy": 503,
    "ledger.tree_broken": 500,
}


class LedgerError(NguonError):
    """Something about the ledger, its roots, its keys or its proofs breaks a rule."""

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return (
            503 if self.code.partition(".")[2].startswith("ring_") else _STATUS.get(self.code, 400)
        )


def ledger_fault(code: str, pointer: str = "", value: object = "", **words: object) -> Fault:
    """The fault `ledger.<code>` at a place; `words` fill the sentence."""
    return Fault(f"ledger.{code}", pointer, value, params=words)


def ledger_error(code: str, value: object = "", /, **words: object) -> LedgerError:
    """The error `ledger.<code>` about `value`, ready to be raised."""
    return LedgerError(ledger_fault(code, "", value, **words))
