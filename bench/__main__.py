"""`python -m bench [NAME …]`: runs measurements and prints their ratios."""

from __future__ import annotations

import importlib
import sys

from bench.report import describe_machine

NAMES = {
    "capture": "capture",
    "streaming": "streaming",
    "trace": "tracing",
    "query": "query",
    "xml": "xml_documents",
    "resolve": "resolve",
    "identification": "identification",
    "stamps": "stamps",
    "labels": "labels",
    "ledger": "ledger",
    "subscriptions": "subscriptions",
}


def main(names: list[str]) -> int:
    """Run what is named, or everything."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(describe_machine())
    for name in names or NAMES:
        print(importlib.import_module(f"bench.{NAMES[name]}").run(None).text(), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
