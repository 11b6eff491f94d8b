"""What all rooms share: the event store on Django's pool, paths of pages, words for values."""

from __future__ import annotations
