"""Stamps (tem) that can be believed: serials, keys, states, signed forms, and findings over scans.

Pure: no framework, no database, no clock. The room `labels` keeps orders, states and scans.
What is promised, and what is not: docs/algorithms/stamps.md.
"""

from __future__ import annotations

from nguon.stamps.cover import cover_code, is_cover_code
from nguon.stamps.error import StampError
from nguon.stamps.findings import Finding, Scan, Sighting, Step, find_bursts, find_odd, find_unknown
from nguon.stamps.jwks import PublicKey, read_jwks
from nguon.stamps.keys import KeyRing, StampKey
from nguon.stamps.seal import Verdict, attach, seal, verify
from nguon.stamps.serial import Issued, issue, issue_range, normalise, read
from nguon.stamps.spans import Change, Quota, Reconciliation, Span, move, reconcile
from nguon.stamps.states import Refusal, refuse

__all__ = [
    "Change",
    "Finding",
    "Issued",
    "KeyRing",
    "PublicKey",
    "Quota",
    "Reconciliation",
    "Refusal",
    "Scan",
    "Sighting",
    "Span",
    "StampError",
    "StampKey",
    "Step",
    "Verdict",
    "attach",
    "cover_code",
    "find_bursts",
    "find_odd",
    "find_unknown",
    "is_cover_code",
    "issue",
    "issue_range",
    "move",
    "normalise",
    "read",
    "read_jwks",
    "reconcile",
    "refuse",
    "seal",
    "verify",
]
