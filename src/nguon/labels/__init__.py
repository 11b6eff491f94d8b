"""Labels and stamps: designs, print runs, orders of stamps, their activation and their scans."""

from __future__ import annotations
