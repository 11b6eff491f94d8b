"""The trace room: one code, everything it came from and went to, drawn and listed."""

from __future__ import annotations
