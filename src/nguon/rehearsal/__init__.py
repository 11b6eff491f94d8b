"""A lawful province by seed, of any size, with faults sown in it and the sheet that tells them.

For the demo, training, tests and benchmarks alike. Pure and deterministic: the same plan gives
the same bytes. See docs/explanation/rehearsal.md.
"""

from __future__ import annotations

from nguon.rehearsal.faults import KINDS, LAWFUL, Side, Sown
from nguon.rehearsal.province import Certificate, Organisation, Province
from nguon.rehearsal.stream import Plan, Recorded, Stream
from nguon.rehearsal.truth import Truth
from nguon.rehearsal.writing import whole_document, write_document

__all__ = [
    "KINDS",
    "LAWFUL",
    "Certificate",
    "Organisation",
    "Plan",
    "Province",
    "Recorded",
    "Side",
    "Sown",
    "Stream",
    "Truth",
    "whole_document",
    "write_document",
]
