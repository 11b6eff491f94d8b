"""The query interface of EPCIS over SOAP 1.1, versions 1.2 and 2.0 (WSDL; section 11.2 of 1.2).

`read_call` makes a call of an envelope, the `write_…` functions envelopes of answers and faults,
`write_wsdl` and `write_schema` what clients are made from. What the calls do is the caller's.
"""

from __future__ import annotations

from nguon.epcis.soap.model import (
    OPERATIONS,
    Call,
    Controls,
    GetQueryNames,
    GetStandardVersion,
    GetSubscriptionIDs,
    GetVendorVersion,
    Parameters,
    Poll,
    SoapError,
    Subscribe,
    Unsubscribe,
    name_of,
)
from nguon.epcis.soap.reading import guess_version, read_call
from nguon.epcis.soap.service import write_schema, write_wsdl
from nguon.epcis.soap.writing import write_fault, write_names, write_results, write_text, write_void

__all__ = [
    "OPERATIONS",
    "Call",
    "Controls",
    "GetQueryNames",
    "GetStandardVersion",
    "GetSubscriptionIDs",
    "GetVendorVersion",
    "Parameters",
    "Poll",
    "SoapError",
    "Subscribe",
    "Unsubscribe",
    "guess_version",
    "name_of",
    "read_call",
    "write_fault",
    "write_names",
    "write_results",
    "write_schema",
    "write_text",
    "write_void",
    "write_wsdl",
]
