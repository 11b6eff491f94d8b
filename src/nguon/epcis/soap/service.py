"""The description that clients are made from: WSDL 1.1 and the schema of its messages.

Names, messages and faults are those of GS1's WSDL, the text is made here out of the table of
operations. The schema says of events only that they are XML, for which GS1's own schemas are the
authority; every message that it lets through is one of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

from nguon.epcis.soap.model import OPERATIONS
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.namespaces import QUERY
from nguon.epcis.xml.signs import in_attribute

_RESULTS = {"poll": "QueryResults"}
_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def write_schema(version: Version) -> bytes:
    """The XML Schema of a version's messages."""
    return _template().replace("{query}", QUERY[version]).encode()


@cache
def _template() -> str:
    return resources.files("nguon").joinpath("epcis", "soap", "query.xsd").read_text("utf-8")


def write_wsdl(version: Version, address: str, schema: str) -> bytes:
    """The WSDL of a version: the address that answers, and the one its schema lies at."""
    own = f"urn:epcglobal:epcis:wsdl:{version[0]}"
    imported = f'<xsd:import namespace="{QUERY[version]}" schemaLocation="{in_attribute(schema)}"/>'
    parts = (
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<wsdl:definitions name="EPCIS" targetNamespace="{own}" xmlns:impl="{own}"',
        f' xmlns:epcisq="{QUERY[version]}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"',
        ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
        f'<wsdl:types><xsd:schema targetNamespace="{own}">{imported}</xsd:schema></wsdl:types>',
        *_messages(),
        '<wsdl:portType name="EPCISServicePortType">',
        *(_operation(name) for name in OPERATIONS),
        '</wsdl:portType><wsdl:binding name="EPCISServiceBinding"',
        ' type="impl:EPCISServicePortType">',
        f'<soap:binding style="document" transport="{_TRANSPORT}"/>',
        *(_bound(name) for name in OPERATIONS),
        '</wsdl:binding><wsdl:service name="EPCglobalEPCISService">',
        '<wsdl:port name="EPCglobalEPCISServicePort" binding="impl:EPCISServiceBinding">',
        f'<soap:address location="{in_attribute(address)}"/>',
        "</wsdl:port></wsdl:service></wsdl:definitions>",
    )
    return "".join(parts).encode()


def _messages() -> Iterable[str]:
    for name in OPERATIONS:
        element = name[0].upper() + name[1:]
        yield _message(f"{name}Request", "parms", element)
        yield _message(f"{name}Response", f"{name}Return", _RESULTS.get(name, f"{element}Result"))
    for exception in dict.fromkeys(each for told in OPERATIONS.values() for each in told):
        yield _message(f"{exception}Response", "fault", exception)


def _message(name: str, part: str, element: str) -> str:
    inner = f'<wsdl:part name="{part}" element="epcisq:{element}"/>'
    return f'<wsdl:message name="{name}">{inner}</wsdl:message>'


def _operation(name: str) -> str:
    faults = [
        f'<wsdl:fault message="impl:{exception}Response" name="{exception}Fault"/>'
        for exception in OPERATIONS[name]
    ]
    return (
        f'<wsdl:operation name="{name}">'
        f'<wsdl:input message="impl:{name}Request" name="{name}Request"/>'
        f'<wsdl:output message="impl:{name}Response" name="{name}Response"/>'
        f"{''.join(faults)}</wsdl:operation>"
    )


def _bound(name: str) -> str:
    literal = '<soap:body use="literal"/>'
    names = [f'name="{exception}Fault"' for exception in OPERATIONS[name]]
    faults = [
        f'<wsdl:fault {each}><soap:fault {each} use="literal"/></wsdl:fault>' for each in names
    ]
    return (
        f'<wsdl:operation name="{name}"><soap:operation soapAction=""/>'
        f'<wsdl:input name="{name}Request">{literal}</wsdl:input>'
        f'<wsdl:output name="{name}Response">{literal}</wsdl:output>'
        f"{''.join(faults)}</wsdl:operation>"
    )
