"""Labels on the desk: designs with a preview, print runs with their progress, their files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from msgspec.structs import replace

from nguon.accounts.decisions import Actor, may_anywhere
from nguon.accounts.doors import desk
from nguon.accounts.queries import read_actor
from nguon.carriers import (
    CarrierError,
    Design,
    LabelData,
    designs,
    draw,
    lay_out,
    read_design,
    write_svg,
)
from nguon.errors import Fault, NguonError
from nguon.labels import drawing, queries, services
from nguon.labels.designs import (
    DesignView,
    find_design,
    is_name,
    list_designs,
    list_unreadable,
)
from nguon.labels.models import PrintRun, StampRun
from nguon.labels.models.printing import PrintState
from nguon.labels.views.common import Names, lot_code, may, say_code, say_lot, show
from nguon.labels.views.stamps import read_count
from nguon.parts.files import path_of
from nguon.parts.words import read_language, say_instant, say_number
from nguon.registry.queries import Directory, find_owner, list_products, look_up

_FIELDS = ("name", "net", "expiry", "made", "maker", "address", "storage", "dpi")
_KINDS = {"ready": "ok", "failed": "stop", "cancelled": "", "waiting": "warn", "running": "warn"}
_WORDS = {
    "name": noop("Name on the label"),
    "net": noop("Net content"),
    "made": noop("Made on"),
    "maker": noop("Maker"),
    "address": noop("Address"),
    "storage": noop("Storage"),
}
_USUAL = "lot-40x30-qr"
_SAMPLE_SERIAL = "A7K3M9QTX2B4C6D8"
# Letters of both cases, as in a real one: with capitals alone the symbol would be too small.
_SAMPLE_SIGNATURE = ("aZ09-_xQ" * 12)[:90]


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print run in words."""

    number: int
    when: str
    product: str
    lot: str
    design: str
    total: str
    done: str
    state: str
    kind: str
    stamps: int | None


def _tell(run: PrintRun, names: Names) -> PrintRow:
    # As data: what was asked for stays on record, whatever a design may hold today.
    width, height = float(run.design["width"]), float(run.design["height"])
    return PrintRow(
        run.pk,
        say_instant(run.asked),
        names.product(run.subject),
        say_lot(run.subject) if run.stamps_id is None else "",
        f"{width:g} × {height:g}",
        say_number(run.total),
        say_number(run.done),
        str(PrintState(run.state).label),
        _KINDS[run.state],
        run.stamps_id,
    )


@desk
@require_safe
def list_labels(request: HttpRequest) -> HttpResponse:
    """Recent print runs, and the way to a new one."""
    actor = read_actor(request)
    runs = list(queries.list_prints(actor)[:50])
    names = Names([run.subject for run in runs])
    context = {
        "runs": [_tell(run, names) for run in runs],
        "may_print": bool(may_anywhere(actor, "labels:print")),
    }
    return show(request, "labels/labels.html", context)


@desk
@require_http_methods(["GET", "POST"])
def print_lot(request: HttpRequest) -> HttpResponse:
    """The form for labels of a lot; every choice is in the address, the preview beside it."""
    actor = read_actor(request)
    organisations = may_anywhere(actor, "labels:print")
    given = request.POST if request.method == "POST" else request.GET
    products = list_products(organisations)
    product = given.get("product") or (products[0].key if products else "")
    values = _fill_in(product, given)
    design = given.get("design") or _USUAL
    error = None
    if request.method == "POST":
        try:
            run = services.print_labels(
                actor,
                _choose_printer(product, organisations),
                lot_code(product, given.get("lot", "")),
                read_count(given.get("count", "")),
                design=design,
                layout=given.get("layout", "a4"),
                values=values,
            )
        except NguonError as refusal:
            error = refusal
        else:
            return redirect("print-run", number=run.pk)
    chosen = list_designs(organisations, stamps=False)
    context = {
        "given": given,
        "product": product,
        "products": products,
        "designs": chosen,
        "values": values,
        "design": design,
        "dots": drawing.DOTS,
        "preview": _address_preview(given, product, design, values),
        "left_out": _list_left_out(organisations, product, design, given, values),
        "sheet": _describe_sheet(chosen, design),
    }
    return show(request, "labels/print_lot.html", context, error)


def _choose_printer(product: str, organisations: tuple[str, ...]) -> str:
    owner = find_owner(product) if product else ""
    return owner if owner in organisations else (organisations[0] if organisations else "")


def _fill_in(product: str, given: QueryDict) -> dict[str, str]:
    """What was typed; what was not, from the register."""
    directory = look_up([product]) if product else Directory()
    entry = directory.product(product)
    known: dict[str, str] = {}
    if entry is not None:
        maker = str(entry.values.get("producer") or "")
        known = {
            "name": str(entry.values.get("name") or ""),
            "storage": str(entry.values.get("storage") or ""),
            "maker": directory.name_party(maker),
            "address": directory.name_address(maker),
        }
    return {name: given.get(name, known.get(name, "")) for name in _FIELDS}


def _address_preview(given: QueryDict, product: str, design: str, values: dict[str, str]) -> str:
    asked = {"product": product, "lot": given.get("lot", ""), "design": design}
    return urlencode({**asked, **values})


def _list_left_out(
    organisations: tuple[str, ...],
    product: str,
    name: str,
    given: QueryDict,
    values: dict[str, str],
) -> list[str]:
    """The lines that found no room on the label; what the label is refused for stands elsewhere."""
    try:
        design = read_design(find_design(_own(organisations), name))
        label = drawing.label_of(_preview_key(design, product, given), values)
        left_out = draw(design, label, drawing.read_dpi(values)).left_out
        return [_(_WORDS[name]) if name in _WORDS else name for name in left_out]
    except NguonError:
        return []


def _describe_sheet(chosen: list[DesignView], name: str) -> str:
    design = next((view.design for view in chosen if view.name == name), None)
    if design is None:
        return ""
    try:
        count = lay_out(design, "a4").count
    except CarrierError as error:
        return error.fault.sentence(read_language())
    text = ngettext("%(count)s label on a sheet", "%(count)s labels on a sheet", count)
    return text % {"count": count}


@desk
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """One label as it will be printed, or the refusal as a picture that says so."""
    actor = read_actor(request)
    given = request.GET
    organisations = actor.organisations
    try:
        design = read_design(find_design(_own(organisations), given.get("design", "")))
        key = _preview_key(design, given.get("product", ""), given)
        label = _sample(design, drawing.label_of(key, given.dict()))
        picture = write_svg(draw(design, label, drawing.read_dpi(given.dict())))
    except NguonError as error:
        return HttpResponse(_draw_refusal(error.fault), content_type="image/svg+xml")
    return HttpResponse(picture, content_type="image/svg+xml")


def _own(organisations: tuple[str, ...]) -> str:
    return organisations[0] if organisations else ""


def _sample(design: Design, label: LabelData) -> LabelData:
    """What only a real stamp has, made up at its true size."""
    cover = _SAMPLE_SERIAL[:8] if design.covered else ""
    return replace(label, cover=cover, signature=_SAMPLE_SIGNATURE if design.signed else "")


def _preview_key(design: Design, product: str, given: QueryDict) -> str:
    if design.stamp:
        return drawing.key_of(product, _SAMPLE_SERIAL)
    return lot_code(product, given.get("lot", "") or "LOT-1")


def _draw_refusal(fault: Fault) -> str:
    """The sentence in lines, for where the label would stand."""
    words, rows = fault.sentence(read_language()).split(), [""]
    for word in words:
        if len(rows[-1]) + len(word) > 44:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    lines = "".join(
        f'<text x="10" y="{24 + 18 * number}" font-size="14" font-family="sans-serif"'
        f' fill="#aa1816">{escape(row)}</text>'
        for number, row in enumerate(rows)
    )
    size = f'width="340" height="{24 + 18 * len(rows)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect width="100%" height="100%" fill="#fff"/>{lines}</svg>'
    )


@desk
@require_http_methods(["GET", "POST"])
def print_stamps(request: HttpRequest, number: int) -> HttpResponse:
    """The form for printing a stretch of a run of stamps."""
    actor = read_actor(request)
    stamps = queries.find_run(actor, number)
    given = request.POST if request.method == "POST" else request.GET
    values = _fill_in(stamps.product, given)
    error = None
    if request.method == "POST":
        try:
            run = services.print_stamps(
                actor,
                stamps.pk,
                queries.read_number(stamps, given.get("first", "")),
                queries.read_number(stamps, given.get("last", "")),
                design=given.get("design", ""),
                layout=given.get("layout", "a4"),
                values=values,
            )
        except NguonError as refusal:
            error = refusal
        else:
            return redirect("print-run", number=run.pk)
    return show(request, "labels/print_stamps.html", _frame_stamps(stamps, given, values), error)


def _frame_stamps(stamps: StampRun, given: QueryDict, values: dict[str, str]) -> dict[str, Any]:
    names = Names([stamps.product])
    known = list_designs([stamps.organisation], stamps=True, covered=stamps.covered)
    fitting = [view for view in known if view.design.signed == stamps.signed]
    wanted = stamps.order.design if stamps.order else ""
    left = next((s for s in queries.list_spans(stamps) if s.state == "generated"), None)
    first = given.get("first") or (str(left.first - stamps.first + 1) if left else "1")
    last = given.get("last") or (str(left.last - stamps.first + 1) if left else str(stamps.size))
    design = given.get("design") or next((v.name for v in fitting if v.name == wanted), "")
    asked = {"product": stamps.product, "design": design or (fitting[0].name if fitting else "")}
    return {
        "run": stamps,
        "dots": drawing.DOTS,
        "product": names.product(stamps.product),
        "designs": fitting,
        "design": asked["design"],
        "values": values,
        "first": first,
        "last": last,
        "given": given,
        "size": say_number(stamps.size),
        "preview": urlencode({**asked, **values}),
    }


@desk
@require_http_methods(["GET", "POST"])
def show_run(request: HttpRequest, number: int) -> HttpResponse:
    """A print run: how far it is, its file, what stopped it."""
    actor = read_actor(request)
    run = queries.find_print(actor, number)
    error = None
    if request.method == "POST":
        try:
            return _carry_out(request, run)
        except NguonError as refusal:
            error = refusal
            run.refresh_from_db()
    names = Names([run.subject])
    under_way = run.state in (PrintState.WAITING, PrintState.RUNNING)
    context = {
        "row": _tell(run, names),
        "run": run,
        "code": say_code(run.subject),
        "under_way": under_way,
        "percent": run.done * 100 // run.total,
        "stopped": _tell_stop(run),
        "confirmable": _is_confirmable(actor, run),
        "may_print": may(actor, "labels:print", run.organisation),
        "may_take": may(
            actor, "stamps:print" if run.stamps_id else "labels:print", run.organisation
        ),
        "lost": bool(run.file) and not path_of(run.file).exists(),
    }
    response = show(request, "labels/print_run.html", context, error)
    if under_way:
        # Without script: the browser asks again by itself while the worker is at it.
        response["Refresh"] = "2"
    return response


def _tell_stop(run: PrintRun) -> list[dict[str, str]]:
    language = read_language()
    return [
        {"sentence": fault[language], "rule": fault["rule"], "code": fault["code"]}
        for fault in run.fault or []
    ]


def _is_confirmable(actor: Actor, run: PrintRun) -> bool:
    if run.stamps is None or run.state != PrintState.READY:
        return False
    last = run.first + run.total - 1
    waiting = run.stamps.spans.filter(first__lte=last, last__gte=run.first, state="generated")
    return may(actor, "stamps:print", run.organisation) and waiting.exists()


def _carry_out(request: HttpRequest, run: PrintRun) -> HttpResponse:
    actor = read_actor(request)
    match request.POST.get("do"):
        case "cancel":
            services.cancel_print(actor, run.pk)
            messages.success(request, _("Stopped. What is made is kept."))
        case "resume":
            services.resume_print(actor, run.pk)
        case "printed":
            count = services.confirm_print(actor, run.pk)
            text = ngettext("%(count)s stamp is printed", "%(count)s stamps are printed", count)
            messages.success(request, text % {"count": say_number(count)})
            return redirect("stamp-run", number=run.stamps_id)
    return redirect("print-run", number=run.pk)


@desk
@require_GET
def send_file(request: HttpRequest, number: int) -> HttpResponse:
    """The file of a finished run; that it was taken is kept."""
    path = services.take_file(read_actor(request), number)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"nguon-{number}.pdf",
        content_type="application/pdf",
    )


@desk
@require_safe
def list_own_designs(request: HttpRequest) -> HttpResponse:
    """Every design with a preview."""
    actor = read_actor(request)
    products = list_products(actor.organisations)
    product = products[0].key if products else "https://id.gs1.org/01/09521234000129"
    values = _fill_in(product, QueryDict("net=500 g&expiry=2027-05-18&made=2026-11-18"))
    shown = [
        {
            "view": view,
            "preview": urlencode({"product": product, "design": view.name, **values}),
            "size": f"{view.design.width:g} × {view.design.height:g} mm",
        }
        for view in list_designs(actor.organisations)
    ]
    context = {
        "designs": shown,
        "may_edit": bool(may_anywhere(actor, "labels:design")),
        "unreadable": [
            {"name": name, "leads": is_name(name)} for name in list_unreadable(actor.organisations)
        ],
    }
    return show(request, "labels/designs.html", context)


@desk
@require_http_methods(["GET", "POST"])
def edit_design(request: HttpRequest, name: str) -> HttpResponse:
    """A design as data: sizes, carriers, lines; saved as the organisation's own next version."""
    actor = read_actor(request)
    organisation = _own(may_anywhere(actor, "labels:design") or actor.organisations)
    found = find_design(organisation, name)
    text = request.POST.get("data") or json.dumps(found, ensure_ascii=False, indent=1)
    error = None
    if request.method == "POST":
        try:
            data = _read_json(text)
            saved = request.POST.get("name", "").strip() or name
            services.save_design(actor, organisation, saved, data)
        except NguonError as refusal:
            error = refusal
        else:
            messages.success(request, _("Saved as your own design."))
            return redirect("designs")
    proposed = request.POST.get("name") or (f"{name}-rieng" if name in designs() else name)
    context = {"name": name, "data": text, "proposed": proposed}
    return show(request, "labels/design.html", context, error)


def _read_json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise services.refuse("design_json", str(error)) from error
    if not isinstance(data, dict):
        raise services.refuse("design_json", "{…}")
    return data
