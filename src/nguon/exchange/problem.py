"""Refusals as RFC 7807 bodies, under the exception names of the EPCIS 2.0 REST binding.

A body has the members of the RFC (`type`, `title`, `status`, `detail`) and our `errors`: every
fault with its place, stable code, rule, and sentence in Vietnamese and English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nguon.epcis.xml import Problem as Written
from nguon.epcis.xml import write_problem
from nguon.epcis.xml.signs import FORBIDDEN
from nguon.errors import Fault, Language, NguonError

CONTENT_TYPE = "application/problem+json"
XML_CONTENT_TYPE = "application/problem+xml"
# So many faults an answer in XML spells out: its schema has one sentence for all of them.
_TOLD = 10

# What each name means in a few words; the names are those of the standard's OpenAPI.
_TITLES: Mapping[str, tuple[str, str]] = {
    "ValidationException": (
        "The content goes against a rule of EPCIS",
        "Nội dung trái quy tắc của EPCIS",
    ),
    "QueryValidationException": ("The query cannot be read", "Không đọc được truy vấn"),
    "QueryParameterException": ("A parameter cannot be used", "Một tham số không dùng được"),
    "QueryTooLargeException": ("The answer would be too large", "Kết quả quá lớn"),
    "QueryTooComplexException": ("The query would cost too much", "Truy vấn tốn quá nhiều"),
    "SubscriptionControlsException": (
        "The subscription cannot be set up so",
        "Không đăng ký được như vậy",
    ),
    "NoSuchNameException": ("No such name", "Không có tên này"),
    "URITooLongException": ("The address is too long", "Địa chỉ quá dài"),
    "SecurityException": ("Access refused", "Chưa được phép"),
    "NoSuchResourceException": ("Nothing here", "Không có ở đây"),
    "CaptureLimitExceededException": ("The capture is too large", "Lần gửi quá lớn"),
    "NotAcceptableException": ("This form is not offered", "Không trả được dạng này"),
    "ResourceAlreadyExistsException": ("Already on record", "Đã có trong hệ thống"),
    "UnsupportedMediaTypeException": ("This form is not read", "Không đọc được dạng này"),
    "ImplementationException": ("Our own fault", "Lỗi phía hệ thống"),
}
# The binding has no name for what an address does not do (405 and the like): no fault of ours.
_NOT_DONE = ("This address does not do that", "Địa chỉ này không làm việc đó")

_NAMES: Mapping[int, str] = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    405: "ImplementationException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
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

    def xml(self, language: Language = "en") -> bytes:
        """The same as an EPCISException, whose schema has no place for single faults."""
        body = self.body(language)
        told = sorted(self.faults, key=lambda fault: fault.level != "error")[:_TOLD]
        lines = [f"{one.pointer} {one.sentence(language)}".strip() for one in told]
        if more := len(self.faults) - len(told):
            lines.append(f"(+{more})")
        detail = FORBIDDEN.sub("\ufffd", "\n".join(lines))
        return write_problem(Written(body["type"], body["title"], self.status, detail))


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
    ours = name == "ImplementationException" and status >= 500
    english, vietnamese = _TITLES[name] if ours or name != "ImplementationException" else _NOT_DONE
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
