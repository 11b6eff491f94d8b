"""What stands before a desk page: somebody signed in, or the way to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from nguon.accounts.queries import read_actor

View = Callable[..., HttpResponse]


def keep_private(response: HttpResponse) -> HttpResponse:
    """The answer, kept by no cache: it holds what only its reader may see."""
    patch_cache_control(response, private=True, no_store=True)
    return response


def desk(view: View) -> View:
    """The view as a page of the desk: signed-in people only, kept by no cache.

    The request is marked, so that the page that tells of a fault in the view is kept by none either
    (`web.middleware.FaultMiddleware`).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_desk = True
        if not read_actor(request).known:
            return redirect_to_login(request.get_full_path(), login_url="/sign-in")
        return keep_private(view(request, *args, **kwargs))

    return guarded
