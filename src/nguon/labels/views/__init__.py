"""The desk pages of labels and stamps."""

from __future__ import annotations
