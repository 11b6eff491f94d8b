"""The operations of the query interface as values (EPCIS 1.2 and 2.0, section 8.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from nguon.epcis.error import EpcisError
from nguon.epcis.xml.layout import Version
from nguon.errors import Fault

FaultCode = Literal["Client", "Server", "VersionMismatch", "MustUnderstand"]


class Parameters(Struct, frozen=True):
    """The parameters of a query by name, as JSON has their values, under the XML's prefixes."""

    values: Mapping[str, Any] = MappingProxyType({})
    namespaces: Mapping[str, str] = MappingProxyType({})


class GetQueryNames(Struct, frozen=True):
    """Which queries there are."""

    version: Version


class GetStandardVersion(Struct, frozen=True):
    """Which version of the standard answers."""

    version: Version


class GetVendorVersion(Struct, frozen=True):
    """Whose extensions answer."""

    version: Version


class Poll(Struct, frozen=True):
    """Answer a query at once."""

    version: Version
    query_name: str
    params: Parameters


class Controls(Struct, frozen=True):
    """When a subscription reports: by schedule, on a trigger, from when on, also with nothing.

    Schedule and time are as written; whoever subscribes reads them.
    """

    schedule: Mapping[str, str] | None = None
    trigger: str | None = None
    initial_record_time: str | None = None
    report_if_empty: bool = False


class Subscribe(Struct, frozen=True):
    """Report a query's answers to an address from now on."""

    version: Version
    query_name: str
    params: Parameters
    dest: str
    controls: Controls
    subscription_id: str


class Unsubscribe(Struct, frozen=True):
    """End a subscription."""

    version: Version
    subscription_id: str


class GetSubscriptionIDs(Struct, frozen=True):
    """Which subscriptions a query has."""

    version: Version
    query_name: str


Call: TypeAlias = (
    GetQueryNames
    | GetStandardVersion
    | GetVendorVersion
    | Poll
    | Subscribe
    | Unsubscribe
    | GetSubscriptionIDs
)

_ALWAYS = ("SecurityException", "ValidationException", "ImplementationException")
_COSTLY = ("QueryParameterException", "QueryTooLargeException", "QueryTooComplexException")
# The operations of the WSDL, and the exceptions that each may end with.
OPERATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "getQueryNames": _ALWAYS,
        "subscribe": (
            *("NoSuchNameException", "InvalidURIException", "DuplicateSubscriptionException"),
            *("QueryParameterException", "QueryTooComplexException"),
            *("SubscriptionControlsException", "SubscribeNotPermittedException", *_ALWAYS),
        ),
        "unsubscribe": ("NoSuchSubscriptionException", *_ALWAYS),
        "getSubscriptionIDs": ("NoSuchNameException", *_ALWAYS),
        "poll": (*_COSTLY, "NoSuchNameException", *_ALWAYS),
        "getStandardVersion": _ALWAYS,
        "getVendorVersion": _ALWAYS,
    }
)


def name_of(call: Call) -> str:
    """The operation's name as the WSDL has it."""
    name = type(call).__name__
    return name[0].lower() + name[1:]


class SoapError(EpcisError):
    """A message that is not answered: the exception of the WSDL, and who is at fault."""

    def __init__(
        self, *faults: Fault, exception: str = "ValidationException", code: FaultCode = "Client"
    ) -> None:
        super().__init__(*faults)
        self.exception = exception
        self.fault_code: FaultCode = code
