"""What the room keeps: designs and print runs, orders and runs of stamps, scans and findings."""

from __future__ import annotations

from nguon.labels.models.printing import LabelDesign, PrintPart, PrintRun, PrintTaking
from nguon.labels.models.scans import CoverUse, Finding, ScanEntry, ScanSalt, ScanSummary, Unissued
from nguon.labels.models.stamps import (
    ImportedSerial,
    StampCounter,
    StampMove,
    StampOrder,
    StampQuota,
    StampRun,
    StampSpan,
)

__all__ = [
    "CoverUse",
    "Finding",
    "ImportedSerial",
    "LabelDesign",
    "PrintPart",
    "PrintRun",
    "PrintTaking",
    "ScanEntry",
    "ScanSalt",
    "ScanSummary",
    "StampCounter",
    "StampMove",
    "StampOrder",
    "StampQuota",
    "StampRun",
    "StampSpan",
    "Unissued",
]
