"""Answers for machines, whole and cacheable: redirects, link sets, refusals, preflights.

Every answer may be read by any page of the web (CORS), names its link set in a `Link:` header, sets
no cookie, and may be kept by any cache for half a minute: a recall must show within that time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from nguon.errors import Fault, Language
from nguon.linksets.model import Link
from nguon.linksets.preferences import read_weighted
from nguon.linksets.types import NAMESPACE, PREFIX
from nguon.linksets.writing import (
    CONTEXT_REL,
    CONTEXT_URI,
    LINKSET_TYPE,
    absolute,
    write_json_ld,
    write_link_header,
    write_linkset,
)
from nguon.resolver.deciding import Resolution, choose_body
from nguon.resolver.reading import Asked

ALLOWED = "GET, HEAD, OPTIONS"
FRESH_SECONDS = 30
RETRY_AFTER = 30
_JSON_LD = "application/ld+json"
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_UGLY = re.compile(r"[^\x21-\x7e]")
_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("Địa chỉ không phải mã", "This address is no code"),
    404: ("Không có ở đây", "Nothing here"),
    405: ("Không nhận lệnh này", "This method is not taken"),
    503: ("Lỗi phía hệ thống", "Our own fault"),
}


def common_headers() -> dict[str, str]:
    """What every answer of the resolver bears."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Link, Location, ETag, Content-Language, Retry-After",
        "Vary": "Accept, Accept-Language",
        "X-Content-Type-Options": "nosniff",
    }
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return headers


_roots: dict[tuple[str, str, str], str] = {}


def find_root(request: HttpRequest) -> str:
    """Scheme and host that people reach us by; raises DisallowedHost for one that is not ours."""
    environ = request.META
    forwarded = environ.get("HTTP_X_FORWARDED_HOST", "")
    known = (environ.get("HTTP_HOST", ""), forwarded, request.scheme or "http")
    root = _roots.get(known)
    if root is None:
        root = f"{request.scheme}://{request.get_host()}"
        if len(_roots) < 1000:
            _roots[known] = root
    return root


def answer(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """The answer to a machine, and the redirect for everybody."""
    link, asked = resolution.outcome.link, resolution.asked
    if asked is None or resolution.why:
        return refuse(request, resolution.status, resolution.faults)
    if link is not None:
        return _redirect(request, link, asked)
    return _show_set(request, resolution, asked)


def add_headers(
    request: HttpRequest, response: HttpResponse, resolution: Resolution | None = None
) -> HttpResponse:
    """The common headers and the `Link:` header, on an answer made elsewhere (a page)."""
    for name, value in common_headers().items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", f"public, max-age={FRESH_SECONDS}")
    asked = resolution.asked if resolution is not None else None
    if resolution is None or asked is None:
        return response
    if links := _links(asked, find_root(request), whole=not resolution.why):
        response.headers["Link"] = links
    return response


def _links(asked: Asked, root: str, *, whole: bool = False, body: bool = False) -> str:
    """Values of `Link:`: where the whole set is, the uncompressed link, the context of a body."""
    address = root + asked.path
    values = []
    if whole:
        values.append(write_link_header(f"{address}?linkType=linkset", "linkset", LINKSET_TYPE))
    if asked.packed:
        dates = f"?{asked.dates}" if asked.dates else ""
        values.append(write_link_header(address + dates, "owl:sameAs"))
    if body:
        values.append(write_link_header(CONTEXT_URI, CONTEXT_REL, _JSON_LD))
    return ", ".join(values)


def _redirect(request: HttpRequest, link: Link, asked: Asked) -> HttpResponse:
    root = find_root(request)
    response = HttpResponse(status=307, headers=common_headers())
    del response.headers["Content-Type"]
    response.headers["Location"] = absolute(pass_query(link.href, asked), root)
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response.headers["Link"] = _links(asked, root, whole=True)
    response.headers["Content-Length"] = "0"
    return response


def pass_query(href: str, asked: Asked) -> str:
    """The target with the whole raw query of the request (2.12), before its fragment.

    A target of ours that has the query already does not get it twice.
    """
    query = asked.query
    if not query:
        return href
    if _UGLY.search(query):
        query = quote(query.encode("latin-1", "ignore"), safe=_VISIBLE)
    target, mark, fragment = href.partition("#")
    own = target.partition("?")[2]
    if target.startswith("/") and own and own == query:
        return href
    joint = "" if target.endswith(("?", "&")) else "&" if "?" in target else "?"
    return f"{target}{joint}{query}{mark}{fragment}"


def _show_set(request: HttpRequest, resolution: Resolution, asked: Asked) -> HttpResponse:
    """A link set with its own type, or as JSON or JSON-LD where those are asked for."""
    root = find_root(request)
    kind = choose_body(request.META.get("HTTP_ACCEPT", ""))
    kind = LINKSET_TYPE if kind == "text/html" else kind
    write = write_json_ld if kind == _JSON_LD else write_linkset
    body = orjson.dumps(write(resolution.sets, root))
    headers = {
        **common_headers(),
        "Link": _links(asked, root, body=True),
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
    }
    return finish(request, HttpResponse(body, kind, resolution.status, headers=headers))


def finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """ETag and 304 for what was asked for before; no body for HEAD."""
    tag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = tag
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    if response.status_code == 200 and given:
        tags = {one.removeprefix("W/") for one in parse_etags(given)}
        if tag in tags or "*" in tags:
            response.status_code = 304
            response.content = b""
            del response.headers["Content-Type"]
            return response
    return _strip(request, response)


def _strip(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The length is said here: the middleware that would say it may be passed by."""
    response.headers["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        response.content = b""
    return response


def refuse(request: HttpRequest, status: int, faults: tuple[Fault, ...]) -> HttpResponse:
    """A refusal as a problem body (RFC 9457), in the caller's language with both beside."""
    language = choose_language(request)
    vi, en = _TITLES[status]
    body = {
        "type": f"urn:nguon:fault:{faults[0].code}",
        "title": vi if language == "vi" else en,
        "status": status,
        "detail": faults[0].sentence(language),
        "errors": [fault.as_dict() for fault in faults],
    }
    headers = {
        **common_headers(),
        "Cache-Control": f"public, max-age={FRESH_SECONDS}" if status < 405 else "no-store",
        "Content-Language": language,
    }
    if status == 405:
        headers["Allow"] = ALLOWED
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    kind = "application/problem+json"
    response = HttpResponse(orjson.dumps(body), kind, status, headers=headers)
    return finish(request, response) if status < 405 else _strip(request, response)


def refuse_method(request: HttpRequest) -> HttpResponse:
    """405: a code's address is read, never written to."""
    return refuse(request, 405, (Fault("resolver.method", value=request.method),))


def choose_language(request: HttpRequest) -> Language:
    """Vietnamese unless English is liked better."""
    for name, weight in read_weighted(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if weight and name[:2] in ("vi", "en"):
            return "vi" if name.startswith("vi") else "en"
    return "vi"


def preflight() -> HttpResponse:
    """OPTIONS: what may be asked from any page of the web."""
    response = HttpResponse(status=204, headers=common_headers())
    del response.headers["Content-Type"]
    response.headers["Allow"] = ALLOWED
    response.headers["Access-Control-Allow-Methods"] = ALLOWED
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def describe_resolver(request: HttpRequest) -> HttpResponse:
    """The resolver description file (clause 3)."""
    description: dict[str, Any] = {
        "name": f"Nguồn · {settings.NGUON_REGION}",
        "resolverRoot": find_root(request),
        "supportedPrimaryKeys": ["all"],
        "supportedLinkType": [{"namespace": NAMESPACE, "prefix": PREFIX}],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT_URI,
    }
    if settings.NGUON_OPERATOR:
        description["contact"] = {"fn": settings.NGUON_OPERATOR}
    headers = {**common_headers(), "Cache-Control": "public, max-age=3600"}
    body = orjson.dumps(description)
    return finish(request, HttpResponse(body, "application/json", headers=headers))
