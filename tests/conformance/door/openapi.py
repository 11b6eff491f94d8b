"""GS1's OpenAPI of the REST binding, with what is broken in it mended, each with its reason.

Without the mending no tool can use the file at all (patterns of another regex language, schemas
behind addresses that must not be fetched), or would call right answers wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.conformance.epcis.shared import EPCIS

# A list of numbers and ranges as the text of the standard has it: 1,5,[10-20].
_ELEMENT = r"([0-9]{1,2}|\[[0-9]{1,2}-[0-9]{1,2}\])"
_SCHEDULE = rf"^{_ELEMENT}(,{_ELEMENT})*$"
_STUB = "https://gs1.github.io/EPCIS/"
_WORDS = ("bizStep", "disposition", "error-reason", "measurementType")
_PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Mend:
    """What stands where in the file, what it becomes, and why."""

    path: tuple[str, ...]
    value: Any
    reason: str


def _problem_type(response: str, kind: str, *names: str) -> Mend:
    return Mend(
        ("components", "responses", response, "content", kind, "schema", "allOf", "0",
         "properties", "type", "enum"),
        [f"epcisException:{name}" for name in names],
        "the names that the prose and the examples of this answer give are not in its list",
    )  # fmt: skip


def _status(kind: str) -> Mend:
    return Mend(
        ("components", "responses", "409ResourceAlreadyExistsException", "content", kind,
         "schema", "allOf", "0", "properties", "status", "enum"),
        [409],
        "the body of a 409 would have to say 406",
    )  # fmt: skip


MENDED = [
    *(
        Mend(
            ("components", "schemas", f"GS1-Query-{field}", "pattern"),
            _SCHEDULE,
            r"\g<name> calls a group in PCRE only, and [0-59] is the signs 0 to 5 and 9",
        )
        for field in ("Second", "Minute", "Hour", "DayOfMonth", "Month", "DayOfWeek")
    ),
    Mend(
        ("components", "schemas", "AbstractQuerySubscription", "required"),
        ["dest"],
        "`secret` is required, but the property is signatureToken, and the prose has it optional",
    ),
    *(
        Mend(
            ("components", "schemas", "CaptureJob", "allOf", "1", "oneOf", place, "required"),
            [name],
            "errors or errorFile, but neither is required, so that each job matches both: no oneOf",
        )
        for place, name in (("0", "errors"), ("1", "errorFile"))
    ),
    Mend(
        (
            "paths",
            "/queries/{queryName}",
            "get",
            "responses",
            "200",
            "content",
            "application/json",
            "schema",
        ),
        {"$ref": "#/components/schemas/QueryDefinition"},
        "a list of queries, where the prose and the example have the one that was asked for",
    ),
    Mend(
        (
            "paths",
            "/queries/{queryName}/subscriptions",
            "post",
            "responses",
            "201",
            "headers",
            "Location",
            "schema",
        ),
        {"$ref": "#/components/schemas/Location"},
        "every other Location may be relative, as the schema of that name and RFC 9110 have it",
    ),
    Mend(
        ("components", "schemas", "Link"),
        {"type": "string"},
        "a Link header is `<uri>; rel=…` (RFC 8288) as in its own example, which is no URI",
    ),
    Mend(
        ("components", "schemas", "GS1-Extensions"),
        {"type": "string"},
        "the header is written `prefix=uri, …` in every example, which no object schema describes",
    ),
    *(
        Mend(
            ("components", "parameters", name, "schema"),
            {"type": "string", "minLength": 1},
            "words of the CBV stand bare in JSON, as in its own example in_progress: no URI",
        )
        for name in ("BizStep", "Disposition")
    ),
    Mend(
        ("paths", "/capture", "post", "requestBody", "content", "application/json", "schema"),
        {"type": "object"},
        "oneOf two documents whose schemas are elsewhere (see _keep_at_home)",
    ),
    *(
        _problem_type("404ResourceNotFound", kind, "NoSuchNameException", "NoSuchResourceException")
        for kind in (_PROBLEM, "application/problem+xml")
    ),
    *(
        _problem_type(
            "400SubscriptionIssues",
            kind,
            "SubscriptionControlsException",
            "ValidationException",
            "QueryParameterException",
        )
        for kind in ("application/json", "application/xml")
    ),
    _problem_type(
        "415UnsupportedMediaType", "application/problem+xml", "UnsupportedMediaTypeException"
    ),
    *(_status(kind) for kind in (_PROBLEM, "application/problem+xml")),
]

# Statuses that the file leaves out of an operation, though its own prose or HTTP asks for them.
_QUERY = (
    "a parameter that cannot be read is a QueryParameterException (prose of the query language)"
)
_TOKEN = "a page token or perPage that cannot be read; only events and queries have the 400"
_LIMIT = "maxEventCount exceeded is a QueryTooLargeException, a costly query QueryTooComplex"
ADDED_STATUSES: dict[tuple[str, str], dict[str, str]] = {
    ("/events", "get"): {"400": _QUERY, "413": _LIMIT},
    ("/capture", "get"): {"400": _TOKEN},
    ("/queries", "get"): {"400": _TOKEN},
    ("/queries", "post"): {
        "400": "a query that cannot be read is a QueryValidationException",
        "413": "a body over the announced limit",
    },
    ("/queries/{queryName}/subscriptions", "post"): {
        "400": "controls that cannot be read are a SubscriptionControlsException",
        "413": "a body over the announced limit",
    },
    **{
        (path, "get"): {"400": _TOKEN}
        for path in (
            *("/eventTypes", "/epcs", "/bizSteps"),
            *("/bizLocations", "/readPoints", "/dispositions"),
        )
    },
    **{
        (f"/{kind}/{{{name}}}/events", "get"): {"413": _LIMIT}
        for kind, name in (
            ("eventTypes", "eventType"),
            ("epcs", "epc"),
            ("bizSteps", "bizStep"),
            ("bizLocations", "bizLocation"),
            ("readPoints", "readPoint"),
            ("dispositions", "disposition"),
        )
    },
    ("/nextPageToken/{token}", "delete"): {
        "404": "a token that this server never gave out",
        "401": "as everywhere else",
        "403": "as everywhere else",
        "500": "as everywhere else",
    },
}


def load() -> dict[str, Any]:
    """The file as it is."""
    loaded: dict[str, Any] = yaml.safe_load((EPCIS / "openapi.yaml").read_text("utf-8"))
    return loaded


def mended() -> dict[str, Any]:
    """The file, mended."""
    spec = load()
    for mend in MENDED:
        *way, last = mend.path
        place: Any = spec
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        place[last] = mend.value
    _keep_at_home(spec)
    _describe_forms(spec)
    for (path, method), statuses in ADDED_STATUSES.items():
        for status, reason in statuses.items():
            spec["paths"][path][method]["responses"][status] = {
                "description": reason,
                "content": {
                    kind: {"schema": {"$ref": "#/components/schemas/RFC7807ProblemResponseBody"}}
                    for kind in (_PROBLEM, "application/problem+xml")
                },
            }
    return spec


def _keep_at_home(place: Any) -> None:
    """Documents and events become plain objects: their schemas are behind GS1's own address.

    Nothing is fetched in a test; what comes back is held against the ratified schema instead.
    """
    for value in place.values() if isinstance(place, dict) else place:
        if isinstance(value, dict):
            reference = str(value.get("$ref", ""))
            if reference.startswith(_STUB):
                value.clear()
                value["type"] = "string" if reference.endswith(_WORDS) else "object"
            _keep_at_home(value)
        elif isinstance(value, list):
            _keep_at_home(value)


def _describe_forms(spec: dict[str, Any]) -> None:
    """Both forms on every answer, JSON and XML (prose of section 12), where one is forgotten.

    Problems are problem+json and problem+xml (RFC 7807). What answers in JSON answers as JSON-LD
    too, for that is what it is; an XML body is held against the XML Schema instead.
    """
    inline = [
        each
        for path, method in operations(spec)
        for each in spec["paths"][path][method]["responses"].values()
    ]
    for response in [*spec["components"]["responses"].values(), *inline]:
        content = response.get("content", {})
        schema = next(iter(content.values()), {}).get("schema")
        if "problem" in str(content) or "epcisException" in str(schema):
            for kind in (_PROBLEM, "application/problem+xml"):
                content.setdefault(kind, {"schema": schema})
        elif "application/json" in content:
            content.setdefault("application/ld+json", {"schema": schema})
            content["application/xml"] = {"schema": {}}


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every path with each of its methods."""
    for path, item in spec["paths"].items():
        for method in item:
            if method != "parameters":
                yield path, method
