"""What a subscriber is sent: EPCISQueryDocuments and problems, with the headers around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nguon import __version__
from nguon.epcis.subscription import Controls, sign
from nguon.epcis.xml import write_query_exception
from nguon.eventstore.query import FoundEvent
from nguon.exchange.answers import render_events
from nguon.exchange.forms import Form
from nguon.exchange.problem import CONTENT_TYPE, XML_CONTENT_TYPE, Problem
from nguon.exchange.rendered import encode_json


@dataclass(frozen=True, slots=True)
class Message:
    """A body and its headers."""

    body: bytes
    headers: dict[str, str]


def make_form(controls: Controls) -> Form:
    """The form that was chosen when subscribing."""
    epc, cbv = controls.epc_format, controls.cbv_format
    return Form(
        media_type=controls.form,
        version=controls.version,
        # As for answers: what nobody has a wish for stays as it came.
        epc_format="Never_Translates" if epc == "No_Preference" else epc,
        cbv_format="Always_Web_URI" if cbv == "Always_Web_URI" else "Always_URN",
    )


def render_message(
    events: Sequence[FoundEvent],
    controls: Controls,
    *,
    query_name: str,
    subscription_id: str,
    now: datetime,
) -> Message:
    """Some events, oldest first within what was recorded together.

    Raises Problem for an event that the form cannot hold.
    """
    ordered = sorted(events, key=lambda event: (event.record_time, event.at))
    rendered = render_events(
        ordered,
        make_form(controls),
        created=now,
        query_name=query_name,
        subscription_id=subscription_id,
    )
    return _seal(rendered.body, rendered.media_type, rendered.headers, controls, now)


def render_problem(problem: Problem, controls: Controls, now: datetime) -> Message:
    """What went wrong on our side, in the form of a refusal.

    Over SOAP it is an exception of the query callback interface, of which there are two.
    """
    if controls.subscription_id:
        large = problem.name == "QueryTooLargeException"
        body = write_query_exception(
            "QueryTooLargeException" if large else "ImplementationException",
            problem.fault.sentence("en"),
            creation_date=now,
            version=controls.version,
            query_name=controls.query_name,
            subscription_id=controls.subscription_id,
            severity=None if large else "ERROR",
        )
        return _seal(body, "application/xml", {}, controls, now)
    if controls.form == "application/xml":
        return _seal(problem.xml("en"), XML_CONTENT_TYPE, {}, controls, now)
    return _seal(encode_json(problem.body("en")), CONTENT_TYPE, {}, controls, now)


def _seal(
    body: bytes, media_type: str, told: dict[str, str], controls: Controls, now: datetime
) -> Message:
    headers = {
        **told,
        "Content-Type": media_type,
        "User-Agent": f"nguon/{__version__}",
        "Accept": "application/json, */*;q=0.1",
    }
    if controls.signature_token is not None:
        headers["GS1-Signature"] = sign(controls.signature_token, body, int(now.timestamp()))
    return Message(body, headers)
