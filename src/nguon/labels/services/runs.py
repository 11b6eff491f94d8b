"""Runs of stamps: numbers made for an approved order, or taken over from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.errors import Fault
from nguon.eventstore.sql import query
from nguon.gs1 import Gs1Error
from nguon.gs1.local import LocalCode, read_local_uri
from nguon.gs1.values import check_value
from nguon.labels.issued import ROOM, forget_runs
from nguon.labels.keys import read_ring
from nguon.labels.models import StampCounter, StampOrder, StampRun, StampSpan
from nguon.labels.models.stamps import OrderState, RunKind
from nguon.labels.reading import read_class
from nguon.labels.services.error import LabelError, refuse
from nguon.labels.services.orders import MOST as MOST_AT_ONCE
from nguon.labels.services.orders import check_product
from nguon.labels.services.quotas import check_quota
from nguon.labels.services.sides import acts_as_authority
from nguon.labels.services.texts import KEY, check_text
from nguon.registry.services import require_grant
from nguon.stamps.serial import MOST

_SHOWN_FAULTS = 100


@transaction.atomic
def make_stamps(actor: Actor, number: int) -> StampRun:
    """The numbers of an approved order, made once: a run that no other shares a counter with.

    Raises AccessError, LabelError (not approved, made already) or StampError (no key).
    """
    order = StampOrder.objects.select_for_update().filter(pk=number).first()
    if order is None:
        raise refuse("order_unknown", number)
    require(actor, "stamps:print", order.organisation, order.product)
    if order.state != OrderState.APPROVED:
        raise refuse("order_not_approved", number, state=str(OrderState(order.state).label))
    key = read_ring().active_key
    first = _take_counters(order.product, order.quantity)
    run = StampRun.objects.create(
        order=order,
        organisation=order.organisation,
        product=order.product,
        key_id=key.id,
        first=first,
        last=first + order.quantity - 1,
        covered=order.covered,
        signed=order.signed,
        made_by=actor.name,
    )
    _begin(run, "generated")
    order.state = OrderState.GENERATED
    order.save(update_fields=["state"])
    return run


def _take_counters(product: str, count: int) -> int:
    """The first of `count` counters of the product that nobody else gets."""
    StampCounter.objects.get_or_create(product=product)
    counter = StampCounter.objects.select_for_update().get(product=product)
    first = counter.following
    if first + count > MOST:
        raise refuse("counters_used_up", product, most=MOST)
    counter.following = first + count
    counter.save(update_fields=["following"])
    return int(first)


def _begin(run: StampRun, state: str) -> None:
    StampSpan.objects.create(
        run=run, first=run.first, last=run.last, state=state, since=timezone.now()
    )
    transaction.on_commit(lambda: forget_runs(run.product))


@transaction.atomic
def import_serials(
    actor: Actor, organisation: str, product: str, serials: Iterable[str]
) -> StampRun:
    """Take over serials that were printed before or elsewhere; all of them or none.

    From then on the product's serials are managed: one that is in no run is "not issued". They
    begin as printed. They count against the quota as orders do; where the authority set none, it
    takes them over itself. Raises AccessError, RegistryError, or LabelError with every faulty line.
    """
    owner = check_text(organisation, KEY, "organisation")
    found = read_class(product)
    require(actor, "stamps:import", owner, found.key)
    check_product(found, product)
    require_grant(owner, found.key)
    checked = list(_check_serials(found.key, serials))
    _check_import(actor, owner, found.key, len(checked))
    run = StampRun.objects.create(
        organisation=owner,
        product=found.key,
        kind=RunKind.IMPORTED,
        first=1,
        last=len(checked),
        made_by=actor.name,
    )
    _copy(run, checked)
    _begin(run, "printed")
    return run


def _check_import(actor: Actor, organisation: str, product: str, count: int) -> None:
    """Raise unless so many may be taken over: within the quotas, or by the authority."""
    if not count:
        raise refuse("import_empty")
    if count > MOST_AT_ONCE:
        raise refuse("import_size", count, most=MOST_AT_ONCE)
    quotas = check_quota(organisation, product, count)
    if not quotas and not acts_as_authority(actor, "stamps:import"):
        refusal = refuse("import_needs_approval", count)
        refusal.status = 403
        raise refusal


def _check_serials(product: str, serials: Iterable[str]) -> Iterator[str]:
    """Each serial, judged as a value of the product's serial; repeats and faults are collected.

    Codes of one's own are kept small, as their addresses are.
    """
    local = read_local_uri(product)
    seen: dict[str, int] = {}
    faults: list[Fault] = []
    good: list[str] = []
    for line, given in enumerate(serials, 1):
        serial = given.strip().lower() if local else given.strip()
        if not serial:
            continue
        if serial in seen:
            faults.append(_at(line, serial, "import_repeated", first=seen[serial]))
            continue
        seen[serial] = line
        if fault := _judge(serial, local):
            faults.append(fault.at(f"/{line}"))
        else:
            good.append(serial)
    if faults:
        raise LabelError(*faults[:_SHOWN_FAULTS])
    return iter(good)


def _at(line: int, value: str, code: str, **params: object) -> Fault:
    return Fault(f"labels.{code}", pointer=f"/{line}", value=value, params=params)


def _judge(serial: str, local: LocalCode | None) -> Fault | None:
    try:
        if local:
            LocalCode(local.owner, local.name, serial=serial)
        else:
            check_value("21", serial)
    except Gs1Error as error:
        return error.fault
    return None


def _copy(run: StampRun, serials: list[str]) -> None:
    """By COPY: a million rows are seconds. A serial that is there already names itself."""
    try:
        with connection.cursor() as cursor, cursor.copy(query("copy_serials", ROOM)) as copy:
            for number, serial in enumerate(serials, 1):
                copy.write_row((run.product, serial, run.pk, number))
    except UniqueViolation as error:
        raise refuse("import_known", str(error.diag.message_detail or "")) from error
