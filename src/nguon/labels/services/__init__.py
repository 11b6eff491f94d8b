"""Every write of the room is a verb here: permission, transaction and history in one place."""

from __future__ import annotations

from nguon.labels.services.covers import use_cover
from nguon.labels.services.error import LabelError, refuse
from nguon.labels.services.files import cancel_print, confirm_print, resume_print, take_file
from nguon.labels.services.findings import close_finding, judge_recent, judge_stamp
from nguon.labels.services.fitness import check_file, check_key
from nguon.labels.services.moves import move_stamps
from nguon.labels.services.orders import (
    approve_order,
    refuse_order,
    request_stamps,
    withdraw_order,
)
from nguon.labels.services.printing import make_print, print_labels, print_stamps, save_design
from nguon.labels.services.quotas import set_quota
from nguon.labels.services.runs import import_serials, make_stamps
from nguon.labels.services.scans import drop_salts, note_place, note_scan, note_unissued

__all__ = [
    "LabelError",
    "approve_order",
    "cancel_print",
    "check_file",
    "check_key",
    "close_finding",
    "confirm_print",
    "drop_salts",
    "import_serials",
    "judge_recent",
    "judge_stamp",
    "make_print",
    "make_stamps",
    "move_stamps",
    "note_place",
    "note_scan",
    "note_unissued",
    "print_labels",
    "print_stamps",
    "refuse",
    "refuse_order",
    "request_stamps",
    "resume_print",
    "save_design",
    "set_quota",
    "take_file",
    "use_cover",
    "withdraw_order",
]
