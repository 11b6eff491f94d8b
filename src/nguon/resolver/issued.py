"""The seam to the room of stamps: was this serial number ever issued?"""

from __future__ import annotations

from nguon.labels.queries import Judgement, judge_serial

__all__ = ["Judgement", "judge"]


def judge(class_key: str, serial: str) -> Judgement:
    """Whether a class's serials are managed here, and whether this one was issued."""
    return judge_serial(class_key, serial)
