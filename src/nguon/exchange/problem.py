"""Refusals as RFC 7807 bodies, under the exception names of the EPCIS 2.0 REST binding.

A body has the members of the RFC (`type`, `title`, `status`, `detail`) and our `errors`: every
fault with its place, stable code, rule, and sentence in Vietnamese and English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nguon.errors import Fault, Language, NguonError

CONTENT_TYPE = "application/problem+json"

# What each name means in a few words; the names are those of the standard's OpenAPI.
_TITLES: Mapping[str, tuple[str, str]] = {
    "ValidationException": (
        "The content goes against a rule of EPCIS",
        "Nội dung trái quy tắc của EPCIS",
    ),
    "QueryParameterException": ("A parameter cannot be used", "Một tham số không dùng được"),
    "SecurityException": ("Access refused", "Chưa được phép"),
    "NoSuchResourceException": ("Nothing here", "Không có ở đây"),
    "CaptureLimitExceededException": ("The capture is too large", "Lần gửi quá lớn"),
    "NotAcceptableException": ("This form is not offered", "Không trả được dạng này"),
    "ResourceAlreadyExistsException": ("Already on record", "Đã có trong hệ thống"),
    "UnsupportedMediaTypeException": ("This form is not read", "Không đọc được dạng này"),
    "ImplementationException": ("Our own fault", "Lỗi phía hệ thống"),
}

_NAMES: Mapping[int, str] = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    405: "ImplementationException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    415: "UnsupportedMediaTypeException",
}


class Problem(NguonError):  # noqa: N818 - the RFC's own word
    """A refusal: the status, what is wrong, and headers that go with it.

    `name` is the exception's name in the binding; left out, it follows from the status.
    """

    def __init__(
        self,
        status: int,
        *faults: Fault,
        name: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(*faults)
        self.status = status
        self.name = name
        self.headers = dict(headers or {})

    def body(self, language: Language = "en") -> dict[str, Any]:
        """The RFC 7807 object; `detail` tells the first fault and how many more there are."""
        return describe(self.status, self.faults, language, self.name)


def refuse(
    status: int, code: str, value: object = "", *, name: str = "", **params: object
) -> Problem:
    """A problem of one fault out of this room's catalogue, to be raised."""
    return Problem(status, Fault(f"exchange.{code}", value=value, params=params), name=name)


def describe(
    status: int, faults: Sequence[Fault], language: Language = "en", name: str = ""
) -> dict[str, Any]:
    """The RFC 7807 object for these faults; errors stand before what is only flagged."""
    name = name or _NAMES.get(status, "ImplementationException")
    told = sorted(faults, key=lambda fault: fault.level != "error")
    english, vietnamese = _TITLES[name]
    return {
        "type": f"epcisException:{name}",
        "title": english if language == "en" else vietnamese,
        "status": status,
        "detail": _summarise(told, language),
        "errors": [fault.as_dict() for fault in told],
    }


def _summarise(faults: Sequence[Fault], language: Language) -> str:
    first = faults[0].sentence(language)
    if len(faults) == 1:
        return first
    more = len(faults) - 1
    return f"{first} (+{more} in errors)" if language == "en" else f"{first} (+{more} ở errors)"
