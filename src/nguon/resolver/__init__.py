"""The resolver: who may set which links for which key, and the answers to whoever asks."""

from __future__ import annotations
