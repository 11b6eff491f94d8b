"""Measurements as ratios: both sides in one run, on one machine, over the same data."""

from __future__ import annotations
