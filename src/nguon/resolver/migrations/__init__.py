"""The tables of the room, step by step."""

from __future__ import annotations
