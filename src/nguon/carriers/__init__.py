"""Data carriers and labels: symbols, designs, sheets, and reading back what was drawn.

Pure: bytes in, bytes out. Which labels are printed for whom is the room `labels`' business.
"""

from __future__ import annotations
