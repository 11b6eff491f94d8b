"""Stamps for machines: orders, runs, moves, scans of a stamp, imported serials."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from nguon.accounts.queries import read_actor
from nguon.accounts.services import require
from nguon.labels import queries, services
from nguon.labels.models import StampOrder, StampRun
from nguon.labels.services.texts import KEY, check_text

router = Router()

# Bounds of what is read at all; the rules, with their reasons, stand in the services.
Key = Annotated[str, Field(max_length=400)]
Code = Annotated[str, Field(max_length=1000)]
Text = Annotated[str, Field(max_length=300)]
Count = Annotated[int, Field(ge=-(10**12), le=10**12)]
Place = Annotated[int, Field(ge=1, le=10**12)] | Code
Serials = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1_000_000)]


class OrderIn(Schema):
    """A request for stamps, `product` in any syntax of its code.

    Without `design`, the first that fits.
    """

    organisation: Key
    product: Code
    quantity: Count
    design: Annotated[str, Field(max_length=80)] = ""
    covered: bool = False
    signed: bool = False
    note: Text = ""


class OrderOut(Schema):
    """An order and where it stands."""

    number: int
    organisation: str
    product: str
    quantity: int
    design: str
    covered: bool
    signed: bool
    state: str
    requested_at: datetime
    decided_at: datetime | None
    reason: str
    run: int | None


class DecisionIn(Schema):
    """A decision of the authority."""

    reason: Text = ""


class RunOut(Schema):
    """A run of stamps with its counts by state; they add up to `size`."""

    number: int
    organisation: str
    product: str
    kind: str
    size: int
    first_serial: str
    last_serial: str
    counts: dict[str, int]
    left: int
    used: int
    spoilt: int


class SpanOut(Schema):
    """A stretch of a run, by place in the run from 1."""

    first: int
    last: int
    state: str
    since: datetime
    lot: str
    maker: str


class MoveIn(Schema):
    """A move of a stretch. `first` and `last`: places from 1, or codes or serials of stamps."""

    first: Place
    last: Place
    to: str = Field(pattern="^(printed|activated|shipped|sold|consumed|void|lost|recalled)$")
    lot: Code = ""
    maker: Key = ""
    reason: Text = ""


class MovedOut(Schema):
    """How many stamps moved."""

    moved: int


class ImportIn(Schema):
    """Serials that were printed before or elsewhere."""

    organisation: Key
    product: Code
    serials: Serials


class QuotaIn(Schema):
    """A quota to set."""

    organisation: Key
    most: Count
    since: date
    until: date


class QuotaOut(Schema):
    """A quota and what is left of it."""

    organisation: str
    product: str
    most: int
    given: int
    left: int
    since: date
    until: date


def _tell_quota(view: queries.QuotaView) -> dict[str, object]:
    quota = view.quota
    return {
        "organisation": quota.organisation,
        "product": quota.product,
        "most": quota.most,
        "given": view.given,
        "left": view.left,
        "since": quota.valid_from,
        "until": quota.valid_until,
    }


def _tell_order(order: StampOrder) -> dict[str, object]:
    run = StampRun.objects.filter(order=order).values_list("pk", flat=True).first()
    names = OrderOut.model_fields.keys() - {"number", "run"}
    return {name: getattr(order, name) for name in names} | {"number": order.pk, "run": run}


def _tell_run(run: StampRun) -> dict[str, object]:
    counted = queries.reconcile_run(run)
    return {
        "number": run.pk,
        "organisation": run.organisation,
        "product": run.product,
        "kind": run.kind,
        "size": run.size,
        "first_serial": queries.name_serial(run, run.first),
        "last_serial": queries.name_serial(run, run.last),
        "counts": counted.counts,
        "left": counted.left,
        "used": counted.used,
        "spoilt": counted.spoilt,
    }


@router.post("/stamps/orders", response={201: OrderOut})
def request_stamps(request: HttpRequest, body: OrderIn):
    """Ask for stamps for a product of one's own."""
    order = services.request_stamps(read_actor(request), **body.dict())
    return Status(201, _tell_order(order))


@router.get("/stamps/orders", response=list[OrderOut])
def list_orders(request: HttpRequest, before: int = 0, most: int = 50):
    """Orders that the caller may see, the newest first; go on with `before` = the last number."""
    rows = queries.list_orders(read_actor(request))
    rows = rows.filter(pk__lt=before) if before else rows
    return [_tell_order(order) for order in rows[: min(max(most, 1), 200)]]


@router.get("/stamps/orders/{number}", response=OrderOut)
def show_order(request: HttpRequest, number: int):
    """One order."""
    return _tell_order(queries.find_order(read_actor(request), number))


@router.post("/stamps/orders/{number}/approve", response=OrderOut)
def approve_order(request: HttpRequest, number: int, body: DecisionIn):
    """Let the stamps be made; for the authority."""
    return _tell_order(services.approve_order(read_actor(request), number, body.reason))


@router.post("/stamps/orders/{number}/refuse", response=OrderOut)
def refuse_order(request: HttpRequest, number: int, body: DecisionIn):
    """Say no, with the reason; for the authority."""
    return _tell_order(services.refuse_order(read_actor(request), number, body.reason))


@router.post("/stamps/orders/{number}/withdraw", response=OrderOut)
def withdraw_order(request: HttpRequest, number: int, body: DecisionIn):
    """Take an order back before its numbers are made."""
    return _tell_order(services.withdraw_order(read_actor(request), number, body.reason))


@router.post("/stamps/orders/{number}/make", response={201: RunOut})
def make_stamps(request: HttpRequest, number: int):
    """Make the numbers of an approved order."""
    return Status(201, _tell_run(services.make_stamps(read_actor(request), number)))


@router.post("/stamps/quotas", response={201: QuotaOut})
def set_quota(request: HttpRequest, body: QuotaIn):
    """The most stamps an organisation may be given from one day to another; for the authority."""
    actor = read_actor(request)
    quota = services.set_quota(actor, body.organisation, body.most, body.since, body.until)
    return Status(201, _tell_quota(queries.QuotaView(quota, queries.count_given(quota))))


@router.get("/stamps/quotas", response=list[QuotaOut])
def list_quotas(request: HttpRequest, organisation: str):
    """The quotas of an organisation with what is left of them."""
    owner = check_text(organisation, KEY, "organisation")
    require(read_actor(request), "labels:read", owner, owner)
    return [_tell_quota(view) for view in queries.list_quotas(owner)]


@router.post("/stamps/import", response={201: RunOut})
def import_serials(request: HttpRequest, body: ImportIn):
    """Take over serials printed before or elsewhere: all of them or none.

    They count against the quota; without one, only the authority takes them over.
    """
    return Status(201, _tell_run(services.import_serials(read_actor(request), **body.dict())))


@router.get("/stamps/runs", response=list[RunOut])
def list_runs(request: HttpRequest, before: int = 0, most: int = 50):
    """Runs that the caller may see, the newest first."""
    rows = queries.list_runs(read_actor(request))
    rows = rows.filter(pk__lt=before) if before else rows
    return [_tell_run(run) for run in rows[: min(max(most, 1), 200)]]


@router.get("/stamps/runs/{number}", response=RunOut)
def show_run(request: HttpRequest, number: int):
    """One run, reconciled."""
    return _tell_run(queries.find_run(read_actor(request), number))


@router.get("/stamps/runs/{number}/spans", response=list[SpanOut])
def list_spans(request: HttpRequest, number: int):
    """The stretches of a run that are alike."""
    run = queries.find_run(read_actor(request), number)
    return [
        {
            "first": span.first - run.first + 1,
            "last": span.last - run.first + 1,
            "state": span.state,
            "since": span.since,
            "lot": span.lot,
            "maker": span.maker,
        }
        for span in queries.list_spans(run)
    ]


@router.get("/stamps/runs/{number}/serials", response=list[str])
def list_serials(request: HttpRequest, number: int, first: int = 1, most: int = 1000):
    """Serials of a run by their place from 1, for a line that prints them itself."""
    actor = read_actor(request)
    run = queries.find_run(actor, number)
    require(actor, "stamps:print", run.organisation, run.product)
    begin = run.first + max(first, 1) - 1
    end = min(run.last, begin + min(max(most, 1), 10_000) - 1)
    spans = queries.list_spans(run)
    if any(s.state == "generated" and s.first <= end and s.last >= begin for s in spans):
        services.check_key(run)
    return queries.name_serials(run, begin, end)


@router.post("/stamps/runs/{number}/move", response=MovedOut)
def move_stamps(request: HttpRequest, number: int, body: MoveIn):
    """Move a stretch: all of it or nothing, with each stretch that cannot be moved and why."""
    actor = read_actor(request)
    run = queries.find_run(actor, number)
    first = queries.read_number(run, str(body.first))
    last = queries.read_number(run, str(body.last))
    moved = services.move_stamps(
        actor, number, first, last, body.to, lot=body.lot, maker=body.maker, reason=body.reason
    )
    return {"moved": moved}
