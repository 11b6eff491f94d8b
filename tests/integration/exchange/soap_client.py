"""zeep, a SOAP client that knows nothing of us, over Django's test client."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import zeep
from django.test import Client
from zeep.transports import Transport

from nguon.epcis.xml import Version
from tests.unit.epcis.soap.envelopes import NAMESPACES

ADDRESS = "http://soap.test/epcis/soap"


class Line(Transport):
    """Carries zeep's requests to the door, and keeps what went over it."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self.sent: list[bytes] = []
        self.answered: list[Any] = []
        self.loaded: list[str] = []

    def _load_remote_data(self, url: str) -> bytes:
        parts = urlsplit(url)
        self.loaded.append(url)
        response = self._client.get(f"{parts.path}?{parts.query}")
        assert response.status_code == 200, url
        return response.content

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        assert address == ADDRESS
        self.sent.append(message)
        told = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
        kind = told.pop("HTTP_CONTENT_TYPE")
        response = self._client.post("/epcis/soap", message, content_type=kind, **told)
        response.encoding = "utf-8"
        self.answered.append(response)
        return response


class Partner:
    """A trading partner's program, made from our WSDL."""

    def __init__(self, client: Client, version: Version) -> None:
        self.line = Line(client)
        told = "" if version == "2.0" else "=1.2"
        self.client = zeep.Client(f"{ADDRESS}?wsdl{told}", transport=self.line)
        self.call = self.client.service
        self._query = NAMESPACES[version]

    def make(self, kind: str, *values: Any, **members: Any) -> Any:
        """A value of one of the schema's types."""
        return self.client.get_type(f"{{{self._query}}}{kind}")(*values, **members)

    def params(self, **values: Any) -> dict[str, Any]:
        """QueryParams: lists, whole numbers, texts and times, each with its type."""
        return {"param": [{"name": n, "value": self._typed(v)} for n, v in values.items()]}

    def _typed(self, value: Any) -> Any:
        if isinstance(value, list):
            kind = self.client.get_type(f"{{{self._query}}}ArrayOfString")
            return zeep.xsd.AnyObject(kind, kind(string=value))
        if value is None:
            kind = self.client.get_type(f"{{{self._query}}}VoidHolder")
            return zeep.xsd.AnyObject(kind, kind())
        types = {int: zeep.xsd.Int(), str: zeep.xsd.String(), bool: zeep.xsd.Boolean()}
        return zeep.xsd.AnyObject(types.get(type(value), zeep.xsd.DateTime()), value)

    def poll(self, name: str = "SimpleEventQuery", **values: Any) -> Any:
        """The results of a query."""
        return self.call.poll(queryName=name, params=self.params(**values))
