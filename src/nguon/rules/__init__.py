"""Law and standards as dated data, and the one name space of our own vocabulary."""

from __future__ import annotations

NGUON_VOC = "https://nguon.example/voc/"
"""Our extension vocabulary in events (`nguon:cte`, `nguon:evidence`). A placeholder domain."""
