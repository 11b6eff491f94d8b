"""Reads through the SOAP door: polls, names of queries, versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nguon import __version__
from nguon.epcis.query import query_error, read_json, read_master_json
from nguon.epcis.soap import Parameters, Poll, SoapError, write_names, write_results, write_text
from nguon.epcis.xml import Style, Version, write_vocabulary_answer, write_xml
from nguon.errors import Fault
from nguon.eventstore.query import FoundEvent
from nguon.exchange.answers import complete_event
from nguon.exchange.vocabularies.queries import gather_elements
from nguon.parts.engine import get_store
from nguon.rules import NGUON_VOC

STANDARD = ("SimpleEventQuery", "SimpleMasterDataQuery")
# A poll has no pages.
_PAGING = ("perPage", "nextPageToken")
# Partners of 1.2 know no Digital Link and no Web URI of the vocabulary.
_STYLES: Mapping[Version, Style] = {
    "2.0": Style(),
    "1.2": Style(epc_format="Always_EPC_URN", cbv_format="Always_URN"),
}


def poll(call: Poll) -> bytes:
    """The answer to a poll. Raises `QueryError`, and `SoapError` where no query has the name."""
    match call.query_name:
        case "SimpleEventQuery":
            return _poll_events(call.params, call.version, call.query_name)
        case "SimpleMasterDataQuery":
            return _poll_master_data(call.params, call.version)
    raise refuse_name(call.query_name)


def refuse_name(name: str) -> SoapError:
    """That no query has this name."""
    fault = Fault("exchange.soap_no_query", "/queryName", name)
    return SoapError(fault, exception="NoSuchNameException")


def _poll_events(params: Parameters, version: Version, name: str) -> bytes:
    for paging in _PAGING:
        if paging in params.values:
            raise query_error("query_unknown", paging)
    request = read_json(dict(params.values), params.namespaces)
    found = get_store().query_all_events(request.query)
    return write_results(write_events(found, version, name))


def write_events(found: Iterable[FoundEvent], version: Version, name: str) -> bytes:
    """The QueryResults of some events, with the ids and record times that the store gave them."""
    events = [complete_event(each) for each in found]
    return write_xml(
        events, version=version, kind="results", query_name=name, style=_STYLES[version]
    )


def _poll_master_data(params: Parameters, version: Version) -> bytes:
    query = read_master_json(dict(params.values), params.namespaces)
    form = _STYLES[version].epc_format
    vocabularies, namespaces = gather_elements(get_store().query_master_data(query), form)
    answer = write_vocabulary_answer(
        vocabularies, creation_date=None, version=version, namespaces=namespaces
    )
    return write_results(answer)


def list_names(version: Version) -> bytes:
    """The names of all queries that may be polled."""
    return write_names("GetQueryNames", STANDARD, version)


def tell_standard(version: Version) -> bytes:
    """The version of EPCIS that this message is answered in."""
    return write_text("GetStandardVersion", version, version)


def tell_vendor(version: Version) -> bytes:
    """Whose extensions may appear in answers: a URI of ours, with our version."""
    return write_text("GetVendorVersion", f"{NGUON_VOC}{__version__}", version)
