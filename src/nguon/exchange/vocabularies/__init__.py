"""The door to captured master data: vocabularies, their elements, how those came to be so.

An extension of ours: the REST binding of EPCIS 2.0 has no address for master data.
"""

from __future__ import annotations
