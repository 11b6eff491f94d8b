"""Icons: one symbol each in `icons.svg`; a page carries the symbols that it uses, once."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from django.utils.safestring import SafeString, mark_safe

_SYMBOL = re.compile(r'<symbol id="([a-z]+)".*?</symbol>', re.DOTALL)


@cache
def read_symbols() -> dict[str, str]:
    """Every symbol's markup by name."""
    text = resources.files("nguon.web").joinpath("icons.svg").read_text("utf-8")
    return {match[1]: match[0] for match in _SYMBOL.finditer(text)}


class IconSheet:
    """The icons that one page used, in the order of first use."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    def draw(self, name: str) -> SafeString:
        """Markup of one icon; an unknown name is a programmer's mistake."""
        if name not in read_symbols():
            raise KeyError(name)
        self._names[name] = None
        # Only names out of our own file reach the page, so nothing needs escaping.
        return mark_safe(f'<svg class="i" aria-hidden="true"><use href="#{name}"/></svg>')  # noqa: S308 - see above

    def sheet(self) -> SafeString:
        """The symbols used so far, for the end of the page."""
        symbols = "".join(read_symbols()[name] for name in self._names)
        return mark_safe(f'<svg width="0" height="0" hidden>{symbols}</svg>')  # noqa: S308 - our own file
