"""The trace page and its JSON twin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nguon.errors import Language, NguonError
from nguon.parts.words import read_language
from nguon.tracing.asking import Question, read_question
from nguon.tracing.page import show_choices, show_form, show_trace
from nguon.tracing.queries import Recognised, Traced, make_trace, prove_trace, recognise
from nguon.tracing.twin import write_trace


@require_safe
def trace_code(request: HttpRequest) -> HttpResponse:
    """One code and everything it came from and went to.

    `?format=json` for machines; `?format=proof` its events with the proof that they are on the
    ledger as they were recorded (`nguon verify`).
    """
    question = read_question(request.GET)
    form = request.GET.get("format")
    as_json = form in ("json", "proof")
    if question.faults:
        return _refuse(request, question, as_json=as_json)
    if not question.text:
        return _render(request, "tracing/start.html", show_form(question))
    found = recognise(question.text)
    if len(found.keys) > 1:
        return _choose(request, question, found, as_json=as_json)
    if not found.keys:
        return _unknown(request, question, found, as_json=as_json)
    traced = make_trace(found.keys[0], question)
    if form == "proof":
        return _prove(traced)
    if as_json:
        return _finish(JsonResponse(write_trace(traced, question)))
    pages = (_read_page(request.GET.get(name, "")) for name in ("page", "gaps"))
    return _render(request, "tracing/trace.html", show_trace(traced, question, *pages))


def _prove(traced: Traced) -> HttpResponse:
    """The events of a trace with their proof, as a file; how many no root covers yet is told."""
    try:
        content, waiting = prove_trace(traced)
    except NguonError as error:
        faults = [fault.as_dict() for fault in error.faults]
        return _finish(JsonResponse({"errors": faults}, status=503))
    response = HttpResponse(content, content_type="application/json")
    name = f"nguon-proof-{traced.key.rstrip('/').rpartition('/')[2]}.json"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Nguon-Unproved"] = str(waiting)
    return _finish(response)


def _read_page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _finish(response: HttpResponse) -> HttpResponse:
    # What is known changes with every capture; the ETag makes asking again cheap.
    patch_cache_control(response, no_cache=True)
    return response


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return _finish(render(request, template, context, status=status))


def _refuse(request: HttpRequest, question: Question, *, as_json: bool) -> HttpResponse:
    if as_json:
        errors = [fault.as_dict() for fault in question.faults.values()]
        return JsonResponse({"errors": errors}, status=400)
    return _render(request, "tracing/start.html", show_form(question), 400)


def _choose(
    request: HttpRequest, question: Question, found: Recognised, *, as_json: bool
) -> HttpResponse:
    if as_json:
        return _finish(JsonResponse({"choices": list(found.keys)}, status=300))
    context = {**show_form(question), "choices": show_choices(found, question)}
    return _render(request, "tracing/start.html", context)


def _unknown(
    request: HttpRequest, question: Question, found: Recognised, *, as_json: bool
) -> HttpResponse:
    status = 400 if found.faults else 404
    if as_json:
        errors = [fault.as_dict() for fault in found.faults]
        return JsonResponse({"read": list(found.read), "errors": errors}, status=status)
    language: Language = "en" if read_language() == "en" else "vi"
    context = {
        **show_form(question),
        "state": {
            "kind": "none",
            "icon": "help",
            "title": _("Code not in this system"),
            "reason": _("Nothing here says whether the goods are genuine. Below is what was read."),
        },
        "read": found.read,
        "reasons": [(fault.sentence(language), fault.rule) for fault in found.faults],
    }
    return _render(request, "tracing/unknown.html", context, status)
