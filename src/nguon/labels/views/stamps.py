"""Stamps on the desk: orders, their decisions, runs with their ranges, reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nguon.accounts.decisions import may_anywhere
from nguon.accounts.doors import desk
from nguon.accounts.queries import read_actor
from nguon.errors import NguonError
from nguon.labels import queries, services
from nguon.labels.designs import list_designs
from nguon.labels.models import StampMove, StampOrder, StampRun
from nguon.labels.services.moves import ACTIONS
from nguon.labels.telling import tell_finding
from nguon.labels.views.common import Chip, Names, chip_of, lot_code, may, say_code, say_lot, show
from nguon.labels.views.texts import read_text
from nguon.parts.codes import read_any
from nguon.parts.engine import get_store
from nguon.parts.words import read_language, say_instant, say_number
from nguon.registry.queries import find_owner, list_products
from nguon.stamps.spans import Reconciliation, Span
from nguon.stamps.states import states

_SHOWN = 50
# What stamps become whose recall is lifted.
_LIFTED = ("activated", "shipped", "sold")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list, its words ready."""

    run: StampRun
    product: str
    owner: str
    counted: Reconciliation
    made: str

    @property
    def cells(self) -> list[str]:
        """Printed, activated and later, void or lost, left."""
        printed = self.counted.size - self.counted["generated"]
        figures = (self.run.size, printed, self.counted.used, self.counted.spoilt, self.left)
        return [say_number(figure) for figure in figures]

    @property
    def left(self) -> int:
        """Stamps not on goods yet."""
        return self.counted.left


@desk
@require_safe
def list_stamps(request: HttpRequest) -> HttpResponse:
    """Orders that wait, and the runs with what became of their stamps."""
    actor = read_actor(request)
    orders = list(queries.list_orders(actor)[:_SHOWN])
    runs = list(queries.list_runs(actor)[:_SHOWN])
    names = Names(
        [*(order.product for order in orders), *(run.product for run in runs)],
        [*(order.organisation for order in orders), *(run.organisation for run in runs)],
    )
    counted = queries.reconcile_runs(runs)
    context = {
        "orders": [_tell_order(order, names) for order in orders if order.state != "generated"],
        "runs": [
            RunRow(
                run,
                names.product(run.product),
                names.organisation(run.organisation),
                counted[run.pk],
                say_instant(run.made_at),
            )
            for run in runs
        ],
        "may_order": bool(may_anywhere(actor, "stamps:order")),
        "authority": actor.authority,
    }
    return show(request, "labels/stamps.html", context)


def _tell_order(order: StampOrder, names: Names) -> dict[str, Any]:
    return {
        "number": order.pk,
        "product": names.product(order.product),
        "code": say_code(order.product),
        "owner": names.organisation(order.organisation),
        "quantity": say_number(order.quantity),
        "state": order.get_state_display(),
        "kind": {"requested": "warn", "approved": "ok", "refused": "stop"}.get(order.state, ""),
        "asked": say_instant(order.requested_at),
        "order": order,
    }


@desk
@require_http_methods(["GET", "POST"])
def order_stamps(request: HttpRequest) -> HttpResponse:
    """The form of an order."""
    actor = read_actor(request)
    organisations = may_anywhere(actor, "stamps:order")
    given = request.POST
    error = None
    if request.method == "POST":
        try:
            _check_choices(organisations, given)
            order = services.request_stamps(
                actor,
                given.get("organisation") or (organisations[0] if organisations else ""),
                given.get("product", ""),
                read_count(given.get("quantity", "")),
                design=given.get("design", ""),
                covered="covered" in given,
                signed="signed" in given,
                note=given.get("note", ""),
            )
        except NguonError as refusal:
            error = refusal
        else:
            messages.success(request, _("Asked for. The department decides; you see it here."))
            return redirect("stamp-order", number=order.pk)
    context = {
        "given": given,
        "organisations": organisations,
        "products": list_products(organisations),
        "choices": _group_designs(organisations),
        "quotas": [view for key in organisations for view in queries.list_quotas(key)],
    }
    return show(request, "labels/order_form.html", context, error)


def _group_designs(organisations: tuple[str, ...]) -> list[dict[str, Any]]:
    """The designs of stamps, by what a stamp must have to be printed with them."""
    names = {
        (False, False): _("Neither covered code nor signature"),
        (True, False): _("Covered code"),
        (False, True): _("Signature"),
        (True, True): _("Covered code and signature"),
    }
    known = list_designs(organisations, stamps=True)
    grouped = [
        {"name": name, "designs": [v for v in known if (v.design.covered, v.design.signed) == has]}
        for has, name in names.items()
    ]
    return [group for group in grouped if group["designs"]]


def _check_choices(organisations: tuple[str, ...], given: QueryDict) -> None:
    """Raise LabelError for a design that lacks, or has, what was not chosen beside it."""
    chosen = ("covered" in given, "signed" in given)
    known = {view.name: view.design for view in list_designs(organisations, stamps=True)}
    design = known.get(given.get("design", ""))
    if design and (design.covered, design.signed) != chosen:
        raise services.refuse("design_unfit", design.name)


def read_day(text: str) -> date:
    """A day of a date field; raises LabelError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise services.refuse("day_malformed", text, field=_("Until")) from error


def read_count(text: str) -> int:
    """A number as people type it: thousands with points, commas or blanks."""
    digits = text.replace(".", "").replace(",", "").replace(" ", "").replace("\u00a0", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0


@desk
@require_http_methods(["GET", "POST"])
def show_order(request: HttpRequest, number: int) -> HttpResponse:
    """An order: where it stands, and what may be done with it."""
    actor = read_actor(request)
    order = queries.find_order(actor, number)
    error = None
    if request.method == "POST":
        try:
            return _carry_out(request, order)
        except NguonError as refusal:
            error = refusal
            order.refresh_from_db()
    names = Names([order.product], [order.organisation])
    run = StampRun.objects.filter(order=order).first()
    context = {
        **_tell_order(order, names),
        "decided": say_instant(order.decided_at) if order.decided_at else "",
        "run": run,
        "may_approve": may(actor, "stamps:approve", order.organisation),
        "may_quota": may(actor, "stamps:quota", order.organisation),
        "year_end": f"{timezone.localdate().year}-12-31",
        "may_make": may(actor, "stamps:print", order.organisation),
        "may_withdraw": may(actor, "stamps:order", order.organisation),
        "quotas": queries.list_quotas(order.organisation),
    }
    return show(request, "labels/order.html", context, error)


def _carry_out(request: HttpRequest, order: StampOrder) -> HttpResponse:
    actor, reason = read_actor(request), request.POST.get("reason", "")
    match request.POST.get("do"):
        case "approve":
            services.approve_order(actor, order.pk, reason)
            messages.success(request, _("Approved. The maker can make the numbers now."))
        case "refuse":
            services.refuse_order(actor, order.pk, reason)
            messages.success(request, _("Refused, with the reason."))
        case "withdraw":
            services.withdraw_order(actor, order.pk, reason)
            messages.success(request, _("Taken back."))
        case "quota":
            most = read_count(request.POST.get("most", ""))
            until = read_day(request.POST.get("until", ""))
            services.set_quota(actor, order.organisation, most, timezone.localdate(), until)
            messages.success(request, _("The quota is set."))
        case "make":
            run = services.make_stamps(actor, order.pk)
            messages.success(
                request,
                ngettext("%(count)s number made", "%(count)s numbers made", run.size)
                % {"count": say_number(run.size)},
            )
            return redirect("stamp-run", number=run.pk)
    return redirect("stamp-order", number=order.pk)


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A stretch of a run as a row."""

    first: str
    last: str
    size: str
    chip: Chip
    lot: str
    lot_link: str
    since: str


@desk
@require_http_methods(["GET", "POST"])
def show_run(request: HttpRequest, number: int) -> HttpResponse:
    """A run: its reconciliation, its stretches, the form that moves some of it, its history."""
    actor = read_actor(request)
    run = queries.find_run(actor, number)
    error = None
    if request.method == "POST":
        try:
            moved = _move(request, run)
        except NguonError as refusal:
            error = refusal
        else:
            text = ngettext("%(count)s stamp moved", "%(count)s stamps moved", moved)
            messages.success(request, text % {"count": say_number(moved)})
            return redirect("stamp-run", number=run.pk)
    names = Names([run.product], [run.organisation])
    spans = queries.list_spans(run)
    counted = queries.reconcile_run(run)
    context = {
        "run": run,
        "product": names.product(run.product),
        "code": say_code(run.product),
        "owner": names.organisation(run.organisation),
        "size": say_number(run.size),
        "first_serial": queries.name_serial(run, run.first),
        "last_serial": queries.name_serial(run, run.last),
        "spans": [_tell_span(run, span) for span in spans[:200]],
        "hidden_spans": max(0, len(spans) - 200),
        "balance": _balance(counted),
        "sum": say_number(counted.size),
        "targets": _list_targets(actor, run),
        "lots": get_store().lots_of(run.product)[:40],
        "moves": [_tell_move(run, move) for move in queries.list_moves(run)],
        "may_print": may(actor, "stamps:print", run.organisation),
        "given": request.POST,
    }
    return show(request, "labels/run.html", context, error)


def _move(request: HttpRequest, run: StampRun) -> int:
    given = request.POST
    lot = given.get("lot", "").strip()
    if lot and "/" not in lot and "(" not in lot:
        lot = lot_code(run.product, lot)
    return services.move_stamps(
        read_actor(request),
        run.pk,
        queries.read_number(run, given.get("first", "")),
        queries.read_number(run, given.get("last", "") or given.get("first", "")),
        given.get("to", ""),
        lot=lot,
        reason=given.get("reason", ""),
    )


def _tell_span(run: StampRun, span: Span) -> SpanRow:
    return SpanRow(
        say_number(span.first - run.first + 1),
        say_number(span.last - run.first + 1),
        say_number(span.size),
        chip_of(span.state),
        say_lot(span.lot),
        span.lot,
        say_instant(span.since),
    )


def _tell_move(run: StampRun, move: StampMove) -> dict[str, str]:
    language = read_language()
    return {
        "at": say_instant(move.at),
        "range": "–".join(say_number(end - run.first + 1) for end in (move.first, move.last)),
        "before": states()[move.before].say(language),
        "after": states()[move.after].say(language),
        "lot": say_lot(move.lot),
        "reason": move.reason,
        "by": move.by or _("a shopper, by the covered code"),
    }


def _balance(counted: Reconciliation) -> list[dict[str, Any]]:
    """The states that hold any stamps, with their share of the run."""
    return [
        {
            "chip": chip_of(name),
            "count": say_number(count),
            "share": say_number(count * 100 / counted.size, places=1),
            "value": count,
        }
        for name, count in counted.counts.items()
        if count
    ]


def _list_targets(actor: Any, run: StampRun) -> list[dict[str, str]]:
    """The states that the actor may move stamps of the run to."""
    language = read_language()
    held = {span.state for span in queries.list_spans(run)}
    # Whoever may recall may lift a recall: to where the stamps were before.
    lifts = "recalled" in held and may(actor, "stamps:recall", run.organisation)
    return [
        {"name": name, "word": states()[name].say(language)}
        for name, action in ACTIONS.items()
        if may(actor, action, run.organisation) or (lifts and name in _LIFTED)
    ]


@desk
@require_http_methods(["GET", "POST"])
def import_serials(request: HttpRequest) -> HttpResponse:
    """Serials that were printed before or elsewhere, pasted or as a file, one to a line."""
    actor = read_actor(request)
    organisations = may_anywhere(actor, "stamps:import")
    error = None
    if request.method == "POST":
        try:
            product = read_any(request.POST.get("product", ""))[0].key
            run = services.import_serials(
                actor, _find_holder(product, organisations), product, _read_serials(request)
            )
        except NguonError as refusal:
            error = refusal
        else:
            messages.success(request, _("Taken over. Other numbers are “not issued” from now on."))
            return redirect("stamp-run", number=run.pk)
    context = {"products": list_products(organisations), "given": request.POST}
    return show(request, "labels/import.html", context, error)


def _find_holder(product: str, organisations: tuple[str, ...]) -> str:
    """Whose serials they are: for the authority, those of whoever holds the product's prefix."""
    owner = find_owner(product) if product else ""
    return owner or (organisations[0] if organisations else "")


def _read_serials(request: HttpRequest) -> list[str]:
    """The lines of the file, or of the field; raises LabelError for a file that is no text."""
    given = request.FILES.get("file")
    if given is None:
        return request.POST.get("serials", "").splitlines()
    return read_text(given.read(), given.name or "").splitlines()


@desk
@require_safe
def list_findings(request: HttpRequest) -> HttpResponse:
    """What the rules found odd, with the reason and the figures."""
    return _show_findings(request)


@desk
@require_POST
def close_finding(request: HttpRequest, number: int) -> HttpResponse:
    """Close a finding with what it turned out to be."""
    try:
        services.close_finding(read_actor(request), number, request.POST.get("outcome", ""))
    except NguonError as error:
        return _show_findings(request, error)
    messages.success(request, _("Closed. It opens again if new scans are odd."))
    return redirect("stamp-findings")


def _show_findings(request: HttpRequest, error: NguonError | None = None) -> HttpResponse:
    actor = read_actor(request)
    found = list(queries.list_findings(actor)[:_SHOWN])
    closed = list(queries.list_findings(actor, closed=True)[:20])
    names = Names([one.product for one in (*found, *closed)])
    context = {
        "findings": [tell_finding(one, names.product(one.product)) for one in found],
        "closed": [tell_finding(one, names.product(one.product)) for one in closed],
        "may_close": bool(may_anywhere(actor, "findings.close")) or actor.authority,
    }
    return show(request, "labels/findings.html", context, error)
