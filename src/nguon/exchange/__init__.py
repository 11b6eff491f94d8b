"""The exchange room: the doors through which systems hand events in and out (EPCIS 2.0 REST)."""

from __future__ import annotations
