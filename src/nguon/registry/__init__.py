"""The register: who takes part, where, with which products and papers."""

from __future__ import annotations
