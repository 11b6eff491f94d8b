"""Reads through the SOAP door: polls, names of queries, versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.utils import timezone
from psycopg_pool import ConnectionPool

from nguon import __version__
from nguon.epcis.query import query_error, read_master_json
from nguon.epcis.soap import Parameters, Poll, SoapError, write_names, write_results, write_text
from nguon.epcis.xml import Style, Version, write_vocabulary_answer, write_xml
from nguon.errors import Fault
from nguon.eventstore.query import FoundEvent
from nguon.eventstore.subscriptions import NamedQuery, Subscriptions
from nguon.exchange.answers import complete_event
from nguon.exchange.vocabularies.queries import gather_elements
from nguon.parts.engine import LentPool, borrow_pool, get_store
from nguon.rules import NGUON_VOC

STANDARD = ("SimpleEventQuery", "SimpleMasterDataQuery")
# What begins the name of a query that a subscription brought along.
OWN = "soap:"
# A poll has no pages.
_PAGING = ("perPage", "nextPageToken")
_NAMES = 1_000
# Partners of 1.2 know no Digital Link and no Web URI of the vocabulary.
STYLES: Mapping[Version, Style] = {
    "2.0": Style(),
    "1.2": Style(epc_format="Always_EPC_URN", cbv_format="Always_URN"),
}


def get_pool() -> ConnectionPool[Any]:
    """Django's pool as the store knows one."""
    return cast("ConnectionPool[Any]", LentPool(borrow_pool()))


def poll(call: Poll) -> bytes:
    """The answer to a poll. Raises `QueryError`, and `SoapError` where no query has the name."""
    if call.query_name == "SimpleMasterDataQuery":
        return _poll_master_data(call.params, call.version)
    request = find_query(call.query_name, call.params).read()
    found = get_store().query_all_events(request.query)
    return write_results(write_events(found, call.version, call.query_name))


def find_query(name: str, params: Parameters) -> NamedQuery:
    """The query of a name: SimpleEventQuery with its parameters, or a named one, which has none.

    Raises `QueryError` for parameters that cannot be, `SoapError` where no query has the name.
    """
    if name == "SimpleEventQuery":
        for paging in _PAGING:
            if paging in params.values:
                raise query_error("query_unknown", paging)
        query = NamedQuery(name, params.values, params.namespaces, "", timezone.now())
        query.read()
        return query
    found = Subscriptions(get_pool()).find_query(name)
    if found is None or name.startswith(OWN):
        raise refuse_name(name)
    if params.values:
        raise query_error("query_unknown", next(iter(params.values)))
    return found


def refuse_name(name: str) -> SoapError:
    """That no query has this name."""
    fault = Fault("exchange.soap_no_query", "/queryName", name)
    return SoapError(fault, exception="NoSuchNameException")


def write_events(found: Iterable[FoundEvent], version: Version, name: str) -> bytes:
    """The QueryResults of some events, with the ids and record times that the store gave them."""
    events = [complete_event(each) for each in found]
    return write_xml(
        events, version=version, kind="results", query_name=name, style=STYLES[version]
    )


def _poll_master_data(params: Parameters, version: Version) -> bytes:
    query = read_master_json(dict(params.values), params.namespaces)
    form = STYLES[version].epc_format
    vocabularies, namespaces = gather_elements(get_store().query_master_data(query), form)
    answer = write_vocabulary_answer(
        vocabularies, creation_date=None, version=version, namespaces=namespaces
    )
    return write_results(answer)


def list_names(version: Version) -> bytes:
    """The names of all queries that may be polled: the standard's, then those that were named."""
    named = Subscriptions(get_pool()).list_queries(limit=_NAMES)
    names = [query.name for query in named if not query.name.startswith(OWN)]
    return write_names("GetQueryNames", [*STANDARD, *names], version)


def tell_standard(version: Version) -> bytes:
    """The version of EPCIS that this message is answered in."""
    return write_text("GetStandardVersion", version, version)


def tell_vendor(version: Version) -> bytes:
    """Whose extensions may appear in answers: a URI of ours, with our version."""
    return write_text("GetVendorVersion", f"{NGUON_VOC}{__version__}", version)
