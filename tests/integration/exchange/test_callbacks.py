"""A webhook receiver that dies, answers 413, hangs: nothing lost, order kept, at least once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from nguon.epcis.query import query_error
from nguon.epcis.subscription import verify
from nguon.eventstore.query import FoundEvent
from nguon.eventstore.subscriptions import Turn
from nguon.exchange.problem import refuse
from nguon.exchange.subscriptions import courier
from nguon.exchange.subscriptions.rendering import Message
from nguon.exchange.subscriptions.sending import Sender
from nguon.exchange.subscriptions.services import resend
from tests.integration.exchange.receiver import Call, Receiver, Reply
from tests.integration.exchange.serving import (
    LIMITS,
    LOOPBACK,
    House,
    first_of_each,
    house,
    receiver,
)

__all__ = ["house", "receiver"]
pytestmark = pytest.mark.database


# -- how it should be -------------------------------------------------------------------------


def test_events_are_told_as_they_come_in_their_order(house: House, receiver: Receiver) -> None:
    house.capture()
    number = house.subscribe(receiver.url)
    told = house.capture(3) + house.captures(2)
    stands = house.serve(number)
    assert receiver.taken == told
    assert stands.last_notified_at is not None
    house.serve(number)
    assert receiver.taken == told, "nothing is told twice where all goes well"
    results = receiver.calls[0].results
    assert results["queryName"] == "all"
    assert results["subscriptionID"] == str(number)
    assert receiver.calls[0].document["type"] == "EPCISQueryDocument"
    assert receiver.calls[0].headers["Content-Type"] == "application/json"
    assert receiver.calls[0].headers["GS1-EPCIS-Version"] == "2.0.0"


def test_a_capture_that_fits_is_told_whole_and_in_the_order_of_its_events(
    house: House, receiver: Receiver
) -> None:
    number = house.subscribe(receiver.url)
    told = [house.capture(count) for count in (7, 7, 7, 40, 3)]
    house.serve(number)
    first, second, third, large, last = told
    assert receiver.calls[0].ids == first + second
    assert receiver.calls[1].ids == third
    assert set(receiver.taken) == {each for events in told for each in events}
    assert set(receiver.taken[21:61]) == set(large)
    assert receiver.taken[61:] == last


def test_only_what_answers_the_query_is_told(house: House, receiver: Receiver) -> None:
    house.subscriptions.add_query("shipped", {"EQ_bizStep": ["shipping"]}, {})
    number = house.subscribe(receiver.url, "shipped")
    house.capture(5)
    wanted = house.capture(2, bizStep="shipping", action="OBSERVE")
    house.capture(5)
    house.serve(number)
    assert receiver.taken == wanted


def test_a_callback_is_signed_over_its_body_and_time(house: House, receiver: Receiver) -> None:
    number = house.subscribe(receiver.url, signatureToken="khóa 123")
    house.capture()
    house.serve(number)
    call = receiver.calls[0]
    signature, now = call.headers["GS1-Signature"], int(datetime.now(UTC).timestamp())
    assert verify("khóa 123", call.body, signature, now)
    assert not verify("khóa 124", call.body, signature, now)
    plain = house.subscribe(receiver.url)
    house.capture()
    house.serve(plain)
    assert "GS1-Signature" not in receiver.calls[-1].headers


def test_xml_and_urns_for_who_asked_for_them(house: House, receiver: Receiver) -> None:
    number = house.subscribe(
        receiver.url, contentType="application/xml", epcFormat="Always_EPC_URN"
    )
    house.capture()
    house.serve(number)
    call = receiver.calls[0]
    assert call.headers["Content-Type"] == "application/xml"
    assert b"<queryName>all</queryName>" in call.body
    assert f"<subscriptionID>{number}</subscriptionID>".encode() in call.body
    assert b"urn:epc:class:lgtin:9521101.000001.L0" in call.body


def test_an_old_beginning_tells_what_was_before(house: House, receiver: Receiver) -> None:
    before = house.captures(3)
    number = house.subscribe(receiver.url, initialRecordTime="2020-01-01T00:00:00Z")
    told = before + house.captures(2)
    house.serve(number)
    assert receiver.taken == told


# -- schedules --------------------------------------------------------------------------------


def test_a_schedule_collects_until_its_time(house: House, receiver: Receiver) -> None:
    number = house.subscribe(receiver.url, schedule={"minute": "0/5"})
    told = house.captures(3)
    assert not house.serve(number).run_sent
    assert receiver.calls == []
    house.clock.leap(minutes=5)
    stands = house.serve(number)
    assert receiver.taken == told
    assert stands.next_at > house.clock()
    assert stands.min_record_time >= stands.created_at
    house.clock.leap(minutes=5)
    house.serve(number)
    assert len(receiver.calls) == 1, "nothing new is no report"


def test_an_empty_report_is_sent_where_it_is_asked_for(house: House, receiver: Receiver) -> None:
    number = house.subscribe(receiver.url, schedule={"minute": "0/5"}, reportIfEmpty=True)
    house.clock.leap(minutes=5)
    house.serve(number)
    assert [call.ids for call in receiver.calls] == [[]]
    told = house.capture()
    house.clock.leap(minutes=5)
    house.serve(number)
    assert [call.ids for call in receiver.calls] == [[], told]


def test_an_empty_report_that_fails_is_tried_again(house: House, receiver: Receiver) -> None:
    receiver.behave = lambda call: 503
    number = house.subscribe(receiver.url, schedule={"minute": "0/5"}, reportIfEmpty=True)
    house.clock.leap(minutes=5)
    assert house.serve(number).failures == 1
    receiver.behave = lambda call: 204
    house.clock.leap(seconds=2)
    stands = house.serve(number)
    assert (stands.failures, stands.run_until) == (0, None)
    assert [call.status for call in receiver.calls] == [503, 204]


def test_missed_times_are_made_up_for_once(house: House, receiver: Receiver) -> None:
    number = house.subscribe(receiver.url, schedule={"minute": "*"}, reportIfEmpty=True)
    house.clock.leap(hours=3)
    house.serve(number)
    assert len(receiver.calls) == 1


# -- receivers that do not do well ------------------------------------------------------------


def test_a_receiver_that_is_down_gets_all_when_it_is_back(house: House, receiver: Receiver) -> None:
    receiver.behave = lambda call: 503
    number = house.subscribe(receiver.url)
    told = house.captures(20)
    for _ in range(6):
        stands = house.serve(number)
        assert stands.next_at > house.clock()
        house.clock.leap(seconds=65)
    assert stands.failures == 6
    assert stands.last_error == {"status": 503, "reason": ""}
    receiver.behave = lambda call: 200
    tried = len(receiver.calls)
    stands = house.serve_out(number)
    assert receiver.taken == told
    assert len(receiver.calls[tried].ids) == 1, "one goes ahead to see whether it works"
    assert stands.failures == 0
    assert stands.last_error is None


def test_a_receiver_that_hangs_up_without_a_word_is_tried_again(
    house: House, receiver: Receiver
) -> None:
    answers = iter([None, None, 200])
    receiver.behave = lambda call: next(answers, 200)
    number = house.subscribe(receiver.url)
    told = house.captures(3)
    house.serve_out(number)
    assert receiver.taken == told
    assert len(receiver.calls) == 3


@pytest.mark.parametrize("drip", [0.0, 0.05])
def test_a_receiver_that_hangs_or_drips_is_cut_off(
    house: House, receiver: Receiver, drip: float
) -> None:
    house.sender = Sender(LOOPBACK, seconds=0.5)
    house.courier = house.make_courier()
    receiver.behave = (lambda call: Reply(drip=drip)) if drip else receiver.hang
    number = house.subscribe(receiver.url)
    told = house.captures(2)
    stands = house.serve(number)
    assert stands.failures == 1
    assert stands.last_error is not None
    assert "0.5 s" in stands.last_error["reason"]
    receiver.behave = lambda call: 200
    receiver.released.set()
    house.clock.leap(seconds=5)
    house.serve_out(number)
    assert receiver.calls[-1].ids == told


def test_a_receiver_that_took_it_but_did_not_say_so_is_told_again(
    house: House, receiver: Receiver
) -> None:
    """At least once: doubled is only what was sent and not acknowledged."""
    seen: list[str] = []

    def take_and_die(call: Call) -> int | None:
        seen.extend(call.ids)
        return None if len(seen) == 4 else 200

    receiver.behave = take_and_die
    number = house.subscribe(receiver.url)
    told = house.captures(4)
    house.serve_out(number)
    assert seen == told + told
    assert first_of_each(seen) == told


@pytest.mark.parametrize("most", [1, 3, 5])
def test_a_receiver_that_answers_413_gets_smaller_batches(
    house: House, receiver: Receiver, most: int
) -> None:
    receiver.behave = lambda call: 200 if len(call.ids) <= most else 413
    number = house.subscribe(receiver.url)
    told = house.captures(40)
    stands = house.serve_out(number)
    assert receiver.taken == told
    assert stands.letters == 0
    refused = [call for call in receiver.calls if call.status == 413]
    assert len(refused) <= 4 + len(receiver.calls) / 2


def test_one_event_too_large_is_set_aside_and_the_rest_goes_on(
    house: House, receiver: Receiver
) -> None:
    number = house.subscribe(receiver.url)
    before = house.captures(5)
    large = house.capture(readPoint={"id": "https://example.org/gate", "ext:note": "x" * 8000})
    after = house.captures(5)
    receiver.behave = lambda call: 413 if len(call.body) > 6000 else 200
    stands = house.serve_out(number)
    assert receiver.taken == before + after
    assert (stands.letters, stands.state) == (1, "active")
    (letter,) = house.subscriptions.letters(number)
    assert letter.error["status"] == 413
    receiver.behave = lambda call: 200
    sent = resend_all(house, number)
    assert receiver.calls[-1].ids == large
    assert sent == [200]
    assert house.subscriptions.letters(number) == []


def resend_all(house: House, number: UUID) -> list[int]:
    """What the list of those set aside is answered with when it is sent again."""
    letters = house.subscriptions.letters(number)
    sender = house.sender
    import nguon.exchange.subscriptions.services as module

    before = module.make_sender
    module.make_sender = lambda: sender  # type: ignore[assignment]
    try:
        answers = resend(house.subscriptions, house.look(number), letters)
    finally:
        module.make_sender = before
    return [answer["status"] for _, answer in answers]


def test_a_letter_that_is_refused_again_stays(house: House, receiver: Receiver) -> None:
    receiver.behave = lambda call: 413
    number = house.subscribe(receiver.url)
    house.capture()
    house.serve_out(number)
    assert resend_all(house, number) == [413]
    assert len(house.subscriptions.letters(number)) == 1


def test_a_receiver_that_takes_nothing_is_paused_with_most_of_it_still_to_come(
    house: House, receiver: Receiver
) -> None:
    receiver.behave = lambda call: 413
    number = house.subscribe(receiver.url)
    told = house.captures(15)
    stands = house.serve_out(number)
    assert (stands.state, stands.letters) == ("paused", LIMITS.set_aside)
    receiver.behave = lambda call: 200
    house.subscriptions.set_state(number, "active", house.clock())
    house.serve_out(number)
    assert receiver.taken == told[LIMITS.set_aside :]
    assert resend_all(house, number) == [200] * LIMITS.set_aside
    assert sorted(receiver.taken) == sorted(told), "late, and out of their order, but not lost"


@pytest.mark.parametrize("status", [401, 403, 404, 415])
def test_a_receiver_that_refuses_is_paused_visibly_and_goes_on_where_it_was(
    house: House, receiver: Receiver, status: int
) -> None:
    receiver.behave = lambda call: Reply(status, body="Không nhận".encode())
    number = house.subscribe(receiver.url)
    told = house.captures(3)
    stands = house.serve_out(number)
    assert stands.state == "paused"
    assert len(receiver.calls) == LIMITS.refusals
    assert stands.last_error == {"status": status, "reason": "Không nhận"}
    receiver.behave = lambda call: 200
    house.serve(number)
    assert receiver.taken == [], "paused is paused"
    told += house.captures(2)
    house.subscriptions.set_state(number, "active", house.clock())
    house.serve_out(number)
    assert receiver.taken == told


def test_a_redirect_is_not_followed(house: House, receiver: Receiver) -> None:
    other = Receiver()
    receiver.behave = lambda call: Reply(307, {"Location": other.url})
    number = house.subscribe(receiver.url)
    house.capture()
    assert house.serve_out(number).state == "paused"
    assert other.calls == []
    other.close()


def test_retry_after_is_waited_for(house: House, receiver: Receiver) -> None:
    receiver.behave = lambda call: Reply(429, {"Retry-After": "600"})
    number = house.subscribe(receiver.url)
    house.capture()
    before = house.clock()
    assert house.serve(number).next_at >= before + timedelta(seconds=600)


def test_an_address_that_became_private_is_not_called(house: House, receiver: Receiver) -> None:
    house.sender = Sender((), seconds=1.0)
    house.courier = house.make_courier()
    number = house.subscribe(receiver.url)
    house.capture()
    stands = house.serve_out(number)
    assert stands.state == "paused"
    assert stands.last_error is not None
    assert "127.0.0.1" in stands.last_error["reason"]
    assert receiver.calls == []


def test_a_deleted_query_ends_what_is_told(house: House, receiver: Receiver) -> None:
    receiver.behave = lambda call: (house.subscriptions.delete_query("all"), 200)[1]
    number = house.subscribe(receiver.url)
    house.captures(20)
    house.courier.serve(number)
    assert len(receiver.calls) == 1
    assert house.subscriptions.find(number) is None


def test_an_event_that_the_form_cannot_hold_is_set_aside(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = house.subscribe(receiver.url)
    told = house.captures(3)
    odd = house.capture()
    told += house.captures(3)
    plain = courier.render_message

    def render(events: Sequence[FoundEvent], *given: Any, **more: Any) -> Message:
        if any(event.event_id in odd for event in events):
            raise refuse(406, "not_acceptable", "x", header="Accept", offer="x")
        return plain(events, *given, **more)

    monkeypatch.setattr(courier, "render_message", render)
    stands = house.serve_out(before)
    assert (stands.letters, stands.state) == (1, "active")
    assert receiver.taken == told


@pytest.mark.parametrize(
    ("code", "state"), [("query_too_costly", "active"), ("query_unknown", "paused")]
)
def test_a_query_that_fails_is_told_once_and_tried_later_or_paused(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, code: str, state: str
) -> None:
    number = house.subscribe(receiver.url)
    told = house.captures(2)

    def fail(*given: object) -> None:
        raise query_error(code, "EQ_bizStep", limit=5)

    with monkeypatch.context() as broken:
        broken.setattr(Turn, "read", fail)
        for _ in range(3):
            stands = house.serve(number)
            house.clock.leap(hours=1)
    (problem,) = receiver.calls
    assert problem.document["type"].startswith("epcisException:Query")
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert stands.state == state
    assert stands.last_error is not None
    assert stands.last_error["code"] == f"epcis.{code}"
    receiver.calls.clear()
    house.subscriptions.set_state(number, "active", house.clock())
    house.serve_out(number)
    assert receiver.taken == told
