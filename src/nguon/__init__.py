"""Nguồn: open traceability, from the recorded event to the answer of a scanned code."""

from __future__ import annotations

__version__ = "0.1.0"
