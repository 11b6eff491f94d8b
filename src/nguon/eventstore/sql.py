"""Named SQL: the `queries.sql` of a package, one described query after another.

-- links_from --
-- What it is for, in a sentence.
select …;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import LiteralString

_HEAD = re.compile(r"^-- (?P<name>[a-z_]+) --\n", re.MULTILINE)


_STORE = "nguon.eventstore"


@cache
def queries(package: str = _STORE) -> Mapping[str, str]:
    """Every query by name. Raises ValueError for one without a description or named twice."""
    text = resources.files(package).joinpath("queries.sql").read_text("utf-8")
    found: dict[str, str] = {}
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        name = head["name"]
        body = text[head.end() : following.start() if following else len(text)].strip()
        if not body.startswith("-- ") or name in found:
            raise ValueError(f"query {name} needs one description and a name of its own")
        found[name] = body.rstrip(";")
    return found


def query(name: str, package: str = _STORE) -> LiteralString:
    """The text of one query. It comes from the package, never from input."""
    return queries(package)[name]  # mypy takes any str for a literal one
