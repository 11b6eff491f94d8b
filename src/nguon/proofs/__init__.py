"""The ledger in public: its roots and keys at a well-known address and as files, closed daily."""

from __future__ import annotations
