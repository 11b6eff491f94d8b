"""The SOAP door: EPCIS's query interface for trading partners that ask in XML (1.2 and 2.0)."""

from __future__ import annotations
