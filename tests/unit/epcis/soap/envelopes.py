"""SOAP messages as text, for tests."""

from __future__ import annotations

from typing import Final

NAMESPACES: Final = {
    "2.0": "urn:epcglobal:epcis-query:xsd:2",
    "1.2": "urn:epcglobal:epcis-query:xsd:1",
}
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES: Final = (
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def envelope(body: str, *, header: str = "", soap: str = SOAP) -> bytes:
    """An envelope around a body."""
    told = f"<s:Header>{header}</s:Header>" if header else ""
    return (
        f'<s:Envelope xmlns:s="{soap}" {TYPES}>{told}<s:Body>{body}</s:Body></s:Envelope>'.encode()
    )


def call(name: str, inner: str = "", version: str = "2.0") -> bytes:
    """A call of an operation."""
    return envelope(f'<q:{name} xmlns:q="{NAMESPACES[version]}">{inner}</q:{name}>')


def param(name: str, value: str, kind: str = "") -> str:
    """One parameter; `kind` is its xsi:type."""
    told = f' xsi:type="{kind}"' if kind else ""
    return f"<param><name>{name}</name><value{told}>{value}</value></param>"


def strings(name: str, *texts: str) -> str:
    """A parameter that is a list."""
    return param(name, "".join(f"<string>{text}</string>" for text in texts), "q:ArrayOfString")


def poll(*params: str, query: str = "SimpleEventQuery", version: str = "2.0") -> bytes:
    """A poll of a query."""
    inner = f"<queryName>{query}</queryName><params>{''.join(params)}</params>"
    return call("Poll", inner, version)
