"""`nguon subscriptions`: who is told of events, how it goes, and what to do where it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from nguon.cli.common import EXIT_REFUSED, data_option, explained, open_database, speak
from nguon.cli.database import start_django

if TYPE_CHECKING:
    from nguon.eventstore.subscriptions import DeadLetter, Subscription, Subscriptions

_WORDS = {
    "vi": {
        "none": "Chưa có đăng ký nào.",
        "unknown": "Không có đăng ký {number}. Xem `nguon subscriptions list`.",
        "active": "đang chạy",
        "failing": "đang lỗi, còn thử lại",
        "paused": "tạm dừng",
        "error": "lỗi gần nhất {at}: {status} {reason}",
        "next": "thử lại lúc {at}",
        "letters": "{count} sự kiện bị để lại, xem `nguon subscriptions letters {number}`",
        "no_letters": "Không có sự kiện nào bị để lại.",
        "letter": "{number}  {event}  {at}  {tries} lần  {status} {reason}",
        "sent": "{number}  {event}  đã nhận ({status})",
        "not_sent": "{number}  {event}  vẫn chưa nhận: {status} {reason}",
        "dropped": "Đã bỏ {count} sự kiện khỏi danh sách.",
        "set_active": "Đăng ký {number} chạy tiếp từ chỗ đã dừng.",
        "set_paused": "Đăng ký {number} tạm dừng; sự kiện vẫn chờ.",
    },
    "en": {
        "none": "There are no subscriptions.",
        "unknown": "There is no subscription {number}. See `nguon subscriptions list`.",
        "active": "active",
        "failing": "failing, still tried",
        "paused": "paused",
        "error": "last error {at}: {status} {reason}",
        "next": "next try at {at}",
        "letters": "{count} events set aside, see `nguon subscriptions letters {number}`",
        "no_letters": "Nothing was set aside.",
        "letter": "{number}  {event}  {at}  {tries} tries  {status} {reason}",
        "sent": "{number}  {event}  taken ({status})",
        "not_sent": "{number}  {event}  still not taken: {status} {reason}",
        "dropped": "{count} events left the list.",
        "set_active": "Subscription {number} goes on from where it stopped.",
        "set_paused": "Subscription {number} is paused; events wait for it.",
    },
}


def _say(name: str, **values: object) -> str:
    return _WORDS[speak()][name].format(**values)


@click.group()
def subscriptions() -> None:
    """Who is told of events by webhook: state, errors, events set aside."""


@contextmanager
def _opened(data: Path) -> Iterator[Subscriptions]:
    with open_database(data) as url:
        start_django(url)
        from nguon.exchange.subscriptions.services import get_subscriptions

        yield get_subscriptions()


@subscriptions.command("list")
@click.option("--query", "query_name", help="Only those of this named query.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_option
@explained
def list_subscriptions(query_name: str | None, as_json: bool, data: Path) -> None:  # noqa: FBT001 - a flag of the command
    """Show every subscription, how far it is and what went wrong."""
    with _opened(data) as store:
        from nguon.exchange.subscriptions.queries import write_subscription

        found = store.list_all(query_name)
        for stands in found:
            shown = write_subscription(stands)
            click.echo(json.dumps(shown, ensure_ascii=False) if as_json else _describe(stands))
        if not found and not as_json:
            click.echo(_say("none"))


def _describe(stands: Subscription) -> str:
    from nguon.exchange.subscriptions.queries import describe_state

    state = describe_state(stands)
    schedule = stands.controls.schedule
    when = "stream" if schedule is None else f"{dict(schedule.elements)} {schedule.zone}"
    lines = [f"{stands.id}  {stands.query_name} → {stands.controls.dest}  {when}  [{_say(state)}]"]
    if stands.last_error is not None and stands.last_error_at is not None:
        lines.append(_say("error", at=_show(stands.last_error_at), **_told(stands.last_error)))
    if state == "failing":
        lines.append(_say("next", at=_show(stands.next_at)))
    if stands.letters:
        lines.append(_say("letters", count=stands.letters, number=stands.id))
    return "\n    ".join(lines)


def _told(error: Any) -> dict[str, Any]:
    return {"status": error.get("status") or "–", "reason": error.get("reason", "")}


def _show(moment: Any) -> str:
    return str(moment.astimezone().isoformat(timespec="seconds"))


def _find(store: Subscriptions, number: UUID) -> Subscription:
    found = store.find(number)
    if found is None:
        click.echo(_say("unknown", number=number), err=True)
        raise SystemExit(EXIT_REFUSED)
    return found


@subscriptions.command()
@click.argument("number", type=click.UUID)
@data_option
@explained
def pause(number: UUID, data: Path) -> None:
    """Tell a subscriber nothing for a while; events wait for it."""
    _set_state(number, "paused", data)


@subscriptions.command()
@click.argument("number", type=click.UUID)
@data_option
@explained
def resume(number: UUID, data: Path) -> None:
    """Let a paused subscription go on from where it stopped."""
    _set_state(number, "active", data)


def _set_state(number: UUID, state: Any, data: Path) -> None:
    with _opened(data) as store:
        from nguon.exchange.subscriptions.services import set_state

        _find(store, number)
        set_state(store, number, state)
    click.echo(_say(f"set_{state}", number=number))


@subscriptions.command()
@click.argument("number", type=click.UUID)
@data_option
@explained
def letters(number: UUID, data: Path) -> None:
    """Show the events that a receiver would not take, and why."""
    with _opened(data) as store:
        _find(store, number)
        found = list(_iter_letters(store, number))
        names = {
            event.event_key: event.event_id
            for event in store.events([letter.event_key for letter in found])
        }
        for letter in found:
            told = {"at": _show(letter.created_at), "tries": letter.tries, **_told(letter.error)}
            event = names.get(letter.event_key, letter.event_key)
            click.echo(_say("letter", number=letter.number, event=event, **told))
        if not found:
            click.echo(_say("no_letters"))


def _iter_letters(store: Subscriptions, number: UUID) -> Iterator[DeadLetter]:
    after = 0
    while found := store.letters(number, after=after):
        yield from found
        after = found[-1].number


@subscriptions.command()
@click.argument("number", type=click.UUID)
@click.argument("chosen", type=int, nargs=-1, metavar="[LETTER]...")
@data_option
@explained
def resend(number: UUID, chosen: Sequence[int], data: Path) -> None:
    """Send again what was set aside: all of it, or the letters named. What is taken leaves."""
    refused = False
    with _opened(data) as store:
        from nguon.exchange.subscriptions import services

        stands = _find(store, number)
        for letter in list(_iter_letters(store, number)):
            if chosen and letter.number not in chosen:
                continue
            event = store.events([letter.event_key])[0].event_id
            ((_, answer),) = services.resend(store, stands, [letter])
            taken = 200 <= answer["status"] < 300
            refused = refused or not taken
            name = "sent" if taken else "not_sent"
            click.echo(_say(name, number=letter.number, event=event, **_told(answer)))
    if refused:
        raise SystemExit(EXIT_REFUSED)


@subscriptions.command()
@click.argument("number", type=click.UUID)
@click.argument("chosen", type=int, nargs=-1, required=True, metavar="LETTER...")
@data_option
@explained
def drop(number: UUID, chosen: Sequence[int], data: Path) -> None:
    """Let events go that were set aside; they stay in the store."""
    with _opened(data) as store:
        _find(store, number)
        known = {letter.number for letter in _iter_letters(store, number)}
        dropped = sum(store.drop_letter(letter) for letter in chosen if letter in known)
    click.echo(_say("dropped", count=dropped))
