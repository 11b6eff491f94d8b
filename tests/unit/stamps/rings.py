"""A key ring with an older key and an active one, its secrets fixed; classes to number."""

from __future__ import annotations

from datetime import date

from nguon.stamps import KeyRing

CLASS = "https://id.gs1.org/01/09521301000052"
LOCAL = "https://trace.example/local/hop-tac-xa/mien-dong"
ISSUER = "Sở Công Thương Quảng Ninh"
DAYS = (date(2026, 1, 15), date(2026, 11, 24))


def make_ring() -> KeyRing:
    """Key A, retired when B was made."""
    ring = KeyRing(ISSUER).rotate(DAYS[0], master=b"a" * 32, signing=b"b" * 32)
    return ring.rotate(DAYS[1], master=b"c" * 32, signing=b"d" * 32)
