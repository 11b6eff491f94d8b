"""What a query is refused with: the standard's exceptions (EPCIS 2.0 section 8.2.3), explained."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from nguon.epcis.error import EpcisError
from nguon.errors import Fault

PARAMETER: Final = "QueryParameterException"
TOO_LARGE: Final = "QueryTooLargeException"
TOO_COMPLEX: Final = "QueryTooComplexException"
IMPLEMENTATION: Final = "ImplementationException"

_EXCEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "epcis.query_too_large": TOO_LARGE,
        "epcis.query_too_many": TOO_COMPLEX,
        "epcis.query_too_costly": TOO_COMPLEX,
        "epcis.query_too_slow": TOO_COMPLEX,
        "epcis.query_unreadable": IMPLEMENTATION,
    }
)
_STATUS: Mapping[str, int] = MappingProxyType(
    {PARAMETER: 400, TOO_LARGE: 413, TOO_COMPLEX: 413, IMPLEMENTATION: 500}
)


class QueryError(EpcisError):
    """A query that is not answered. `exception` is the standard's name for it."""

    @property
    def exception(self) -> str:
        """`QueryParameterException`, `QueryTooLargeException` …: the end of `epcisException:…`."""
        return _EXCEPTIONS.get(self.code, PARAMETER)

    @property
    def status(self) -> int:
        """The HTTP status that the REST binding gives it."""
        return _STATUS[self.exception]


def query_error(code: str, name: str, value: object = "", /, **words: object) -> QueryError:
    """The error `epcis.<code>` about the parameter of that name, ready to be raised."""
    params = {"name": shown(name), **words}
    return QueryError(Fault(f"epcis.{code}", f"/{pointed(name)}", value, None, params))


def shown(name: str) -> str:
    """A parameter's name as it may stand in a sentence."""
    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return clean if len(clean) <= 80 else clean[:79] + "…"


def pointed(name: str) -> str:
    """The name as a token of a JSON pointer, short enough to be shown."""
    return shown(name).replace("~", "~0").replace("/", "~1")
