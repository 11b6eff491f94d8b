"""Signed codes for the offline page: what `nguon.stamps` signs, in every way it may be written."""

from __future__ import annotations

from datetime import date

from nguon.stamps import KeyRing, attach, issue

CLASS = "https://id.gs1.org/01/09521301000052"
ISSUER = "Sở Công Thương Quảng Ninh"
RING = KeyRing(ISSUER).rotate(date(2026, 1, 5), master=b"m" * 32, signing=b"s" * 32)
STRANGER = KeyRing("Khác").rotate(date(2026, 1, 5), master=b"x" * 32, signing=b"y" * 32)
SERIAL = issue(RING.active_key, CLASS, 7)
PATH = f"/01/09521301000052/10/L260512A/21/{SERIAL}"
GENUINE = attach(RING.active_key, f"https://trace.example{PATH}?17=261231&3103=000500")

FORMS = [
    f"https://trace.example{PATH}?17=261231&3103=000500&linkType=gs1:pip#part",
    f"HTTPS://TRACE.EXAMPLE/01/09521301000052/21/{SERIAL}",
    f"trace.example/stem/vi{PATH}/",
    f"https://trace.example/gtin/9521301000052/lot/L1/ser/{SERIAL}",
    "https://trace.example/01/95201238/21/A",
    "https://trace.example/01/95201230/21/A",
    "https://trace.example/01/09521301000052/10/A%2fB/21/x%21'()*",
    "https://id.gs1.org/01/09521301000052/22/2A/10/A-1?7003=2611241200&11=261101&15=270101",
    f"(01)09521301000052(21){SERIAL}(17)261231(3103)000500",
    f"(01)09521301000052(10)A\\(1)(21){SERIAL}",
    f"(17)261231(21){SERIAL}(01)09521301000052(10)L1",
    f"]d2010952130100005221{SERIAL}\x1d17261231",
    f"]Q3010952130100005217261231\x1d10L-1\x1d21{SERIAL}",
    f"010952130100005221{SERIAL}^17261231",
    f"010952130100005221{SERIAL}<GS>3103000500",
    "https://trace.example/00/395211052605120011",
    "(00)395211052605120011",
    "https://trace.example/8003/09521301000052ABC",
    "https://trace.example/414/9521301000007/254/A?x=1",
    "https://trace.example/o/QN-0042/mien-dong/lo-7",
    "https://trace.example/o/QN-0042/mien-dong?lo=7&x&y=a%20b#z",
    "https://trace.example/tin/01/20261124/mua",
    "HTTPS://trace.example/o/QN-0042/Miến",
    "https://trace.example",
]
