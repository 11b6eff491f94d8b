"""The well-known address of the ledger: open to every site, cached by any proxy, never an event."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from nguon.errors import Fault, NguonError
from nguon.ledger import LedgerError
from nguon.proofs import queries

View = Callable[..., HttpResponse]
_MINUTES, _FOR_EVER = "public, max-age=300", "public, max-age=31536000, immutable"


def _open(view: View) -> View:
    """Readable from any site; faults as JSON with their code."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            response = view(request, *args, **values)
        except NguonError as error:
            response = _refuse(error)
        response["Access-Control-Allow-Origin"] = "*"
        response.setdefault("Cache-Control", _MINUTES)
        return response

    return answer


def _refuse(error: NguonError) -> HttpResponse:
    # The sentences about a key file name a place of this machine: that is for its keeper.
    shown: dict[str, Any] = {"code": error.code}
    if not error.code.partition(".")[2].startswith("ring_"):
        shown = error.fault.as_dict()
    response = JsonResponse(shown, status=int(getattr(error, "status", 500)))
    response["Cache-Control"] = "no-store"
    return response


@_open
def answer_ledger(request: HttpRequest) -> HttpResponse:
    """Name, public keys, newest root."""
    del request
    return JsonResponse(queries.describe_ledger())


@_open
def answer_checkpoint(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """A signed root as text: the newest, or that of a number, which never changes."""
    del request
    root = queries.find_newest() if number is None else queries.find_root(number)
    if root is None:
        raise LedgerError(Fault("ledger.no_root"))
    response = HttpResponse(root.note, content_type="text/plain; charset=utf-8")
    if number is not None:
        response["Cache-Control"] = _FOR_EVER
    return response


@_open
def answer_roots(request: HttpRequest) -> HttpResponse:
    """A page of roots, oldest first, behind `after`."""
    return JsonResponse(queries.list_roots(_read_number(request, "after", "0")))


@_open
def answer_consistency(request: HttpRequest) -> HttpResponse:
    """The proof that the tree of `new` leaves begins with that of `old`."""
    old, new = _read_number(request, "old"), _read_number(request, "new")
    return JsonResponse(queries.prove_growth(old, new))


def _read_number(request: HttpRequest, name: str, default: str = "") -> int:
    text = request.GET.get(name, default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise LedgerError(Fault("ledger.number", name, text))
    return int(text)
