"""The scan room: the start page and the public page that a code opens."""

from __future__ import annotations
