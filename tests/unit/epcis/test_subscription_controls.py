"""What a subscriber may ask for, what it is refused, and the signature that it checks."""

from __future__ import annotations

import hashlib
import hmac
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.subscription import (
    SubscriptionError,
    read_controls,
    read_stream_controls,
    sign,
    verify,
)

ROOT = Path(__file__).resolve().parents[3]
ZONE = "Asia/Ho_Chi_Minh"
DEST = "https://client.example.com/queryCallback"
STREAM: dict[str, Any] = {"dest": DEST, "stream": True}


def test_the_example_of_the_standard_is_read() -> None:
    found = read_controls(
        {
            "dest": DEST,
            "signatureToken": "13df38d8275b13f05704629e5f1cf3d45d6132d5",
            "reportIfEmpty": True,
            "schedule": {"hour": "1", "minute": "5"},
        },
        ZONE,
    )
    assert (found.dest, found.report_if_empty) == (DEST, True)
    assert found.schedule is not None
    assert found.schedule.hour == {1}


def test_a_stream_asks_for_its_form_and_its_beginning() -> None:
    found = read_controls(
        STREAM
        | {
            "initialRecordTime": "2026-05-01T08:00:00+07:00",
            "epcFormat": "Always_EPC_URN",
            "cbvXmlFormat": "Always_URN",
            "contentType": "application/xml",
        },
        ZONE,
    )
    assert found.schedule is None
    assert found.initial_record_time is not None
    assert found.initial_record_time.isoformat() == "2026-05-01T08:00:00+07:00"
    assert (found.epc_format, found.form) == ("Always_EPC_URN", "application/xml")


@pytest.mark.parametrize(
    ("changes", "pointer", "exception"),
    [
        ({"dest": ""}, "/dest", "SubscriptionControlsException"),
        ({"dest": 5}, "/dest", "SubscriptionControlsException"),
        ({"stream": False}, "/stream", "SubscriptionControlsException"),
        ({"stream": "true"}, "/stream", "SubscriptionControlsException"),
        ({"schedule": {"hour": "1"}}, "/stream", "SubscriptionControlsException"),
        ({"signatureToken": ""}, "/signatureToken", "SubscriptionControlsException"),
        ({"signatureToken": 7}, "/signatureToken", "SubscriptionControlsException"),
        ({"signatureToken": "x" * 5000}, "/signatureToken", "SubscriptionControlsException"),
        ({"initialRecordTime": "yesterday"}, "/initialRecordTime", "SubscriptionControlsException"),
        (
            {"initialRecordTime": "2026-05-01T08:00:00"},
            "/initialRecordTime",
            "SubscriptionControlsException",
        ),
        ({"reportIfEmpty": 1}, "/reportIfEmpty", "SubscriptionControlsException"),
        ({"epcFormat": "URN"}, "/epcFormat", "SubscriptionControlsException"),
        ({"contentType": "text/csv"}, "/contentType", "SubscriptionControlsException"),
        (
            {"initialrecordtime": "2026-05-01T08:00:00Z"},
            "/initialrecordtime",
            "ValidationException",
        ),
    ],
)
def test_what_cannot_be_done_is_told_at_its_place(
    changes: dict[str, Any], pointer: str, exception: str
) -> None:
    with pytest.raises(SubscriptionError) as told:
        read_controls(STREAM | changes, ZONE)
    assert told.value.fault.pointer == pointer
    assert told.value.exception == exception
    for language in ("vi", "en"):
        assert told.value.fault.sentence(language)


def test_no_refusal_repeats_a_secret() -> None:
    with pytest.raises(SubscriptionError) as told:
        read_controls(STREAM | {"signatureToken": "\ud800secret"}, ZONE)
    assert "secret" not in str(told.value.fault.as_dict())


@pytest.mark.parametrize("body", [None, [], "x", 5, [STREAM]])
def test_a_body_is_an_object(body: object) -> None:
    with pytest.raises(SubscriptionError) as told:
        read_controls(body, ZONE)
    assert told.value.code == "epcis.subscription_body"


_values = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just({"hour": "1"})


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "dest",
                "stream",
                "schedule",
                "signatureToken",
                "initialRecordTime",
                "reportIfEmpty",
                "x",
            ]
        ),
        _values,
    )
)
def test_no_body_breaks_the_reader(body: dict[str, Any]) -> None:
    try:
        found = read_controls(body, ZONE)
    except SubscriptionError:
        return
    assert found.dest


def test_a_websocket_says_the_same_in_its_address() -> None:
    found = read_stream_controls({"minute": "5", "hour": "1", "reportIfEmpty": "true"}, ZONE)
    assert found.schedule is not None
    assert found.report_if_empty
    assert read_stream_controls({"stream": "true"}, ZONE).schedule is None
    for wrong in ({}, {"stream": "yes"}, {"stream": "true", "hour": "1"}, {"x": "1"}):
        with pytest.raises(SubscriptionError):
            read_stream_controls(wrong, ZONE)


def test_the_signature_is_what_the_guide_says() -> None:
    body = '{"type":"EPCISQueryDocument","xã":"Quảng Ninh"}'.encode()
    header = sign("khóa bí mật", body, 1_780_000_000)
    right = hmac.new("khóa bí mật".encode(), b"1780000000." + body, hashlib.sha256).hexdigest()
    assert header == f"t=1780000000,v1={right}"
    assert verify("khóa bí mật", body, header, 1_780_000_100)


@pytest.mark.parametrize("header", ["", "t=1", "v1=aa", "t=x,v1=aa", "t=1780000000,v1=ă", "t=,v1="])
def test_no_other_header_is_a_signature(header: str) -> None:
    assert not verify("k", b"{}", header, 1_780_000_000)


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_another_body_another_key_another_time_are_no_match(body: bytes, other: bytes) -> None:
    header = sign("k", body, 1_780_000_000)
    assert verify("k", other, header, 1_780_000_000) == (body == other)
    assert not verify("l", body, header, 1_780_000_000)
    assert not verify("k", body, header, 1_780_000_301)
    assert not verify("k", body, header.replace("t=1780000000", "t=1780000001"), 1_780_000_000)


def test_the_check_of_the_guide_takes_what_is_sent() -> None:
    """The lines that people copy: run as they stand in both guides."""
    now = int(time.time())
    for guide in ("subscribe.md", "subscribe.vi.md"):
        text = (ROOT / "docs/how-to" / guide).read_text("utf-8")
        lines = text.split("```python\n")[1].split("```")[0]
        names: dict[str, Any] = {}
        exec(lines, names)
        check = names["is_from_nguon"]
        assert check(sign("khóa", b"{}", now), b"{}", "khóa")
        assert not check(sign("khóa", b"{}", now), b"{ }", "khóa")
        assert not check(sign("khác", b"{}", now), b"{}", "khóa")
        assert not check(sign("khóa", b"{}", now - 400), b"{}", "khóa")
