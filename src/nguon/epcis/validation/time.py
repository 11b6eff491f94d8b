"""When: the event's time, its offset, and the record time (EPCIS 2.0 section 7.4.1)."""

from __future__ import annotations

import re
from datetime import timedelta

from nguon.epcis.error import Policy
from nguon.epcis.memory import remember
from nguon.epcis.model import AnyEvent
from nguon.errors import Fault

_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")
_LARGEST = timedelta(hours=14)
_NONE = timedelta()


@remember(256)
def read_offset(text: str) -> timedelta | None:
    """The offset from UTC, None for a text that is none (±hh:mm, at most 14:00)."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if offset > _LARGEST:
        return None
    return -offset if match[1] == "-" else offset


def check_time(
    event: AnyEvent, faults: list[Fault], policy: Policy, *, served: bool, timed: bool
) -> None:
    """The offset's form and whether it agrees, events of the future, record times from outside."""
    offset = read_offset(event.event_time_zone_offset)
    if offset is None:
        faults.append(
            Fault("epcis.offset_malformed", "/eventTimeZoneOffset", event.event_time_zone_offset)
        )
    if event.record_time is not None and not served:
        moment = event.record_time.isoformat()
        faults.append(Fault("epcis.record_time_given", "/recordTime", moment))
    if not timed:
        return
    own = event.event_time.utcoffset()
    # UTC is how many systems normalise a time; any other zone was meant.
    if offset is not None and own and own not in (offset, _NONE):
        params = {"zone": event.event_time.strftime("%z")}
        pointer = "/eventTimeZoneOffset"
        faults.append(
            Fault("epcis.offset_differs", pointer, event.event_time_zone_offset, None, params)
        )
    if policy.now is not None and event.event_time > policy.now + policy.tolerance:
        params = {"now": policy.now.isoformat()}
        moment = event.event_time.isoformat()
        faults.append(Fault("epcis.future", "/eventTime", moment, None, params))
