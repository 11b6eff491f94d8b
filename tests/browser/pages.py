"""The pages that browsers are shown: one of each kind."""

from __future__ import annotations

PAGES = {
    "start": "/",
    "item": "/scan/01/09521204000043/10/RH260317A",
    "serial": "/scan/01/09521301000052/21/QN7K037?steps=all",
    "recalled": "/scan/01/09521105000012/10/L260512A",
    "unit": "/scan/00/395211052605120011",
    "product": "/scan/01/09521105000012",
    "unknown": "/scan/01/09521234000199/10/CM-261118-02",
    "missing": "/nowhere",
    "trace": "/trace/?key=https%3A%2F%2Fid.gs1.org%2F01%2F09521105000012%2F10%2FL260512B&d=both",
    "trace-start": "/trace/",
}
PUBLIC = [name for name in PAGES if not name.startswith("trace")]
