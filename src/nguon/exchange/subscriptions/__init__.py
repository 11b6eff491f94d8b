"""Named queries and subscriptions at the EPCIS door: asked for by REST, served by callbacks."""

from __future__ import annotations
