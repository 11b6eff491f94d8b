"""Stamps (tem) that can be believed: serials, keys, states, signed forms, and findings over scans.

Pure: no framework, no database, no clock. The room `labels` keeps orders, states and scans.
"""

from __future__ import annotations
