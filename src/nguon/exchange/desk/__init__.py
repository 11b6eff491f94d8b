"""The sender's pages on the desk: what was sent, what became of it, and a file tried or sent."""

from __future__ import annotations
