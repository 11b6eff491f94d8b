"""Link sets of a resolver: links, their choice, and how they are written (GS1-Conformant Resolver 1.2).

Pure: no framework, no database, no clock. The room `resolver` keeps the links and answers requests.
"""

from __future__ import annotations
