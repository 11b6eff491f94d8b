"""Who acts: people, their organisations and roles, keys of machines, and decisions that explain."""

from __future__ import annotations
