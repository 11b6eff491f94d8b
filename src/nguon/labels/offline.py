"""The page that checks stamps without network, its service worker, and the public keys.

After one visit the page, its files and the keys are kept by the browser; what is checked never
leaves the device. Nothing here asks the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nguon import __version__
from nguon.errors import Language
from nguon.labels.keys import read_ring
from nguon.parts.words import read_language
from nguon.stamps import StampError
from nguon.stamps.seal import verdict_words

HOME = "/verify/"
WORKER_PATH = "/verify/sw.js"
KEYS_PATH = "/.well-known/nguon-stamp-keys.json"
_FILES = ("verify.css", "verify.js", "camera.js", "check.js", "code.js")
# Brought by npm at build; without it browsers use their own Ed25519 or say that they have none.
_VENDOR = "vendor/noble-ed25519.js"
_ICONS = {
    "genuine": "cert",
    "unsigned": "help",
    "unknown_key": "lock",
    "wrong": "alert",
    "revoked": "alert",
    "expired": "clock",
    "unreadable": "scan",
    "unable": "info",
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' '{style}'; img-src 'self';"
    " connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# What a worker passes on is judged by its own policy, scripts as scripts.
_WORKER_POLICY = "default-src 'self'"


@require_safe
def show_verify(request: HttpRequest) -> HttpResponse:
    """The page, with its own policy: scripts of ours alone, and nothing from elsewhere."""
    context = {
        "states": _list_states(read_language()),
        "folder": static("labels/verify/"),
        "version": read_version(),
        "keys_path": KEYS_PATH,
        "worker_path": WORKER_PATH,
        "home": HOME,
    }
    response = render(request, "labels/verify.html", context)
    sheet = response.content.decode("utf-8").partition("<style>")[2].partition("</style>")[0]
    answer = _finish(request, response, _PAGE_POLICY.format(style=_hash_source(sheet)))
    answer["Permissions-Policy"] = "camera=(self)"
    return answer


def _finish(request: HttpRequest, response: HttpResponse, policy: str) -> HttpResponse:
    """The response, or 304, with its policy on either.

    A browser takes over the headers of a 304 (RFC 9111, 3.2): one that middleware made would
    bring the policy of pages without script, and stop this page on its second visit.
    """
    response["Cache-Control"] = "no-cache"
    set_response_etag(response)
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    answer = answer or response
    answer["Content-Security-Policy"] = policy
    return answer


@require_safe
def answer_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files belong to this version."""
    folder = static("labels/verify/")
    names = [*_FILES, *([_VENDOR] if _vendor().is_file() else [])]
    release = {
        "version": read_version(),
        "home": HOME,
        "pages": {language: f"{HOME}?lang={language}" for language in ("vi", "en")},
        "files": [f"{folder}{name}?v={read_version()}" for name in names]
        + [static("web/mark.svg")],
        "keys": KEYS_PATH,
    }
    source = _folder().joinpath("worker.js").read_text("utf-8")
    text = f"const RELEASE = {json.dumps(release)};\n{source}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    return _finish(request, response, _WORKER_POLICY)


@require_safe
def answer_keys(request: HttpRequest) -> HttpResponse:
    """The public keys as a JWK Set; open to every site, as keys that verify are for all."""
    del request
    try:
        response = JsonResponse(read_ring().publish())
    except (StampError, OSError) as error:
        # The sentence names a file of this machine: that is for the log of its keeper.
        code = error.code if isinstance(error, StampError) else "stamps.key_file_missing"
        response = JsonResponse({"code": code}, status=503)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response


def _list_states(language: Language) -> list[dict[str, str]]:
    """Every answer as the page holds it ready, in the words that the command uses too."""
    found = [
        {
            "status": status,
            "kind": words["kind"],
            "icon": _ICONS[status],
            "title": words[f"title_{language}"],
            "sentence": words[language],
        }
        for status, words in verdict_words().items()
    ]
    unable = {
        "status": "unable",
        "kind": "none",
        "icon": _ICONS["unable"],
        "title": _("This browser cannot check signatures."),
        "sentence": _("Use a newer browser over https, or look the code up when there is network."),
    }
    return [*found, unable]


def _folder() -> Traversable:
    return resources.files("nguon.labels").joinpath("static", "labels", "verify")


def _vendor() -> Traversable:
    return _folder().joinpath(_VENDOR)


@cache
def read_version() -> str:
    """A short name of this version of page and files: it changes when any of them does."""
    digest = hashlib.sha256(__version__.encode())
    page = resources.files("nguon.labels").joinpath("templates", "labels", "verify.html")
    parts = [*(_folder().joinpath(name) for name in (*_FILES, "worker.js")), page]
    for part in (*parts, *([_vendor()] if _vendor().is_file() else [])):
        digest.update(part.read_bytes())
    return digest.hexdigest()[:8]


def _hash_source(sheet: str) -> str:
    """A style sheet's CSP source (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(sheet.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
