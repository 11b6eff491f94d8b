"""The query language of EPCIS 2.0 (section 8.2.7): parameters in, a typed query out, its meaning.

`read_rest` and `read_json` make a `Request` of parameters or refuse them; `matches` says whether
one event answers a `Query`; `Tokens` writes and reads the tokens of pages. How a query is answered
out of a store is the store's business (`nguon.eventstore.query`).
"""

from __future__ import annotations

from nguon.epcis.query.error import QueryError, query_error
from nguon.epcis.query.knowledge import NOTHING, Knowledge
from nguon.epcis.query.master import (
    matches_master,
    read_master_json,
    read_master_rest,
    shown_attributes,
)
from nguon.epcis.query.matching import matches, meets
from nguon.epcis.query.model import Condition, MasterQuery, Order, Query, Request
from nguon.epcis.query.parsing import read_json, read_rest
from nguon.epcis.query.token import Position, Tokens

__all__ = [
    "NOTHING",
    "Condition",
    "Knowledge",
    "MasterQuery",
    "Order",
    "Position",
    "Query",
    "QueryError",
    "Request",
    "Tokens",
    "matches",
    "matches_master",
    "meets",
    "query_error",
    "read_json",
    "read_master_json",
    "read_master_rest",
    "read_rest",
    "shown_attributes",
]
