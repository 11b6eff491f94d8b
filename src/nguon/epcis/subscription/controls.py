"""What a subscriber asks for: the body of `POST …/subscriptions`, and the parameters of a stream.

EPCIS 2.0 REST binding, AbstractQuerySubscription, QueryScheduleSubscription and
QueryStreamSubscription. `contentType` and `epcFormat` are members of ours in the request: JSON or
XML, and the syntax of identifiers, of what will be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct

from nguon.epcis.query.values import read_instant
from nguon.epcis.subscription.error import subscription_error
from nguon.epcis.subscription.schedule import ELEMENTS, Schedule, read_schedule
from nguon.epcis.xml import CbvFormat, EpcFormat, Version

Form = Literal["application/json", "application/xml"]
_LONGEST_TOKEN = 4096
_ELEMENTS = tuple(name for name, _, _ in ELEMENTS)


class Controls(Struct, frozen=True):
    """A subscription as it was asked for. Without a schedule it is a stream.

    `version` is that of XML: partners that subscribe over SOAP may be of 1.2. They also choose the
    `subscription_id`, and are told of the query by the name that they gave it.
    """

    dest: str = ""
    signature_token: str | None = None
    initial_record_time: datetime | None = None
    schedule: Schedule | None = None
    report_if_empty: bool = False
    epc_format: EpcFormat = "No_Preference"
    cbv_format: CbvFormat = "No_Preference"
    form: Form = "application/json"
    version: Version = "2.0"
    query_name: str = ""
    subscription_id: str = ""


def read_controls(body: object, zone: str) -> Controls:
    """The controls of a webhook. Raises `SubscriptionError`.

    `zone` is the time zone that schedules are read in. Whether `dest` may be called is not judged
    here.
    """
    if not isinstance(body, Mapping):
        raise subscription_error("subscription_body", "", body)
    members = {str(name): value for name, value in body.items()}
    for name in members:
        if name not in _MEMBERS:
            raise subscription_error("subscription_member", _at(name), name)
    dest = _text("dest", members.get("dest", ""))
    if not dest:
        raise subscription_error("subscription_dest", "/dest", dest)
    found = {
        field: read(name, members[name])
        for name, (field, read) in _MEMBERS.items()
        if field and name in members
    }
    return Controls(**found, schedule=_read_when(members, zone))


def read_stream_controls(parameters: Mapping[str, str], zone: str) -> Controls:
    """The controls of a WebSocket, out of its address. Raises `SubscriptionError`."""
    members: dict[str, Any] = {}
    elements: dict[str, str] = {}
    for name, value in parameters.items():
        if name in ("stream", "reportIfEmpty"):
            if value not in ("true", "false"):
                raise subscription_error("subscription_flag", _at(name), value, name=name)
            members[name] = value == "true"
        elif name in _ELEMENTS:
            elements[name] = value
        elif name in ("initialRecordTime", "epcFormat", "contentType"):
            members[name] = value
        else:
            raise subscription_error("subscription_member", _at(name), name)
    if elements:
        members["schedule"] = elements
    found = {
        field: read(name, members[name])
        for name, (field, read) in _MEMBERS.items()
        if field and name in members
    }
    return Controls(**found, schedule=_read_when(members, zone))


def _read_when(members: Mapping[str, Any], zone: str) -> Schedule | None:
    """Stream or schedule: exactly one, for a stream is not to begin by oversight."""
    stream = _flag("stream", members.get("stream", False))
    given = members.get("schedule")
    if stream == (given is not None):
        raise subscription_error("subscription_when", "/stream")
    return None if given is None else read_schedule(given, zone)


def _at(name: str) -> str:
    return "/" + name[:80].replace("~", "~0").replace("/", "~1")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise subscription_error("subscription_text", _at(name), value, name=name)
    return value


def _token(name: str, value: Any) -> str | None:
    if value is None:
        return None
    text = _text(name, value)
    # No trace of a secret in an answer, not even of a wrong one.
    if not text or len(text) > _LONGEST_TOKEN or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise subscription_error("subscription_token", _at(name), limit=_LONGEST_TOKEN)
    return text


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise subscription_error("subscription_flag", _at(name), value, name=name)
    return value


def _time(name: str, value: Any) -> datetime:
    found = read_instant(value) if isinstance(value, str) else None
    if found is None:
        raise subscription_error("subscription_time", _at(name), value, name=name)
    return found


def _choose(choices: tuple[str, ...]) -> Callable[[str, Any], str]:
    def choose(name: str, value: Any) -> str:
        if value not in choices:
            offer = ", ".join(choices)
            raise subscription_error(
                "subscription_choice", _at(name), value, name=name, offer=offer
            )
        return str(value)

    return choose


# Member of the request: field of ours (none where it is read elsewhere) and its reader.
_MEMBERS: Mapping[str, tuple[str, Callable[[str, Any], Any]]] = {
    "dest": ("dest", _text),
    "signatureToken": ("signature_token", _token),
    "initialRecordTime": ("initial_record_time", _time),
    "stream": ("", _flag),
    "schedule": ("", _flag),
    "reportIfEmpty": ("report_if_empty", _flag),
    "epcFormat": ("epc_format", _choose(get_args(EpcFormat))),
    "cbvXmlFormat": ("cbv_format", _choose(get_args(CbvFormat))),
    "contentType": ("form", _choose(get_args(Form))),
}
