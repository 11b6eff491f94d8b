"""Every write of the room is a verb here: permission, transaction and history in one place."""

from __future__ import annotations

from nguon.labels.services.error import LabelError, refuse
from nguon.labels.services.findings import close_finding, judge_recent, judge_stamp
from nguon.labels.services.moves import move_stamps, use_cover
from nguon.labels.services.orders import (
    approve_order,
    refuse_order,
    request_stamps,
    set_quota,
    withdraw_order,
)
from nguon.labels.services.printing import (
    cancel_print,
    confirm_print,
    make_print,
    print_labels,
    print_stamps,
    resume_print,
    save_design,
)
from nguon.labels.services.runs import import_serials, make_stamps
from nguon.labels.services.scans import note_place, note_scan, note_unissued

__all__ = [
    "LabelError",
    "approve_order",
    "cancel_print",
    "close_finding",
    "confirm_print",
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
    "use_cover",
    "withdraw_order",
]
