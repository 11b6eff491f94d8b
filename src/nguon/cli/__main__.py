"""`python -m nguon.cli`: the same as the `nguon` command."""

from __future__ import annotations

from nguon.cli import main

if __name__ == "__main__":
    main()
