"""What the teller of a chain knows of it, kept apart from the events it tells.

From what was made of what, and what lay in which box from when to when, it answers which items
a chain's item came from and went into. Neither events nor links are read here, so that a tracer
can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_NEVER = 1 << 60
Sets = tuple[set[str], set[str]]


@dataclass(slots=True)
class Truth:
    """The world of one chain. Times are whole seconds.

    Lawful chains only: every input is there before what is made of it.
    """

    sources: dict[str, set[str]] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    lots: dict[str, str] = field(default_factory=dict)
    stays: list[tuple[str, str, int, int]] = field(default_factory=list)
    _open: dict[tuple[str, str], int] = field(default_factory=dict)

    def make(self, at: int, inputs: Iterable[str], outputs: Iterable[str], lot: str = "") -> None:
        """Outputs came into being, of inputs or of nothing; serials under the name of a lot."""
        given = list(inputs)
        made = list(outputs)
        for out in made:
            self.born.setdefault(out, at)
            self.sources.setdefault(out, set()).update(given)
            if lot and lot != out:
                self.lots[out] = lot
        if lot:
            self.sources.setdefault(lot, set()).update(given)
            self.born.setdefault(lot, at)
        for one in given:
            self.used.setdefault(one, []).extend(
                (at, out) for out in dict.fromkeys([*made, *([lot] if lot else [])])
            )

    def pack(self, at: int, box: str, content: Iterable[str]) -> None:
        """Things went into a box."""
        for one in content:
            self._open.setdefault((one, box), at)

    def unpack(self, at: int, box: str) -> None:
        """A box was emptied."""
        for (one, where), since in list(self._open.items()):
            if where == box:
                self.stays.append((one, box, since, at))
                del self._open[one, where]

    def _all_stays(self) -> list[tuple[str, str, int, int]]:
        return self.stays + [(one, box, at, _NEVER) for (one, box), at in self._open.items()]

    @property
    def boxes(self) -> set[str]:
        """Everything that ever held something."""
        return {box for _, box, _, _ in self._all_stays()}

    def items(self) -> list[str]:
        """Everything there is, in no order that means anything."""
        return sorted({*self.born, *self.boxes})

    def upstream(self, start: str) -> Sets:
        """(items, boxes) that an item was made of, or that a box held and what that was made of."""
        items: set[str] = set()
        inner: set[str] = set()
        waiting = [start]
        boxes = self.boxes
        while waiting:
            one = waiting.pop()
            found = set(self.sources.get(one, ()))
            if one in self.lots:
                items.add(self.lots[one])
            if one in boxes:
                held = {child for child, box, _, _ in self._all_stays() if box == one}
                inner |= held & boxes
                found |= held
            fresh = found - items - inner - {start}
            items |= found - boxes
            waiting += [each for each in found if each in fresh or (each in boxes)]
        return items - {start}, inner

    def downstream(self, start: str) -> Sets:
        """(items, boxes) that an item or what a box held went into."""
        stays = self._all_stays()
        boxes = self.boxes
        since: dict[str, int] = {}
        named: set[str] = set()
        inside: set[str] = set()
        if start in boxes:
            inside = self._open_box(start, since)
            named = {self.lots[one] for one in since if one in self.lots}
        else:
            since[start] = -1
        waiting = list(since)
        while waiting:
            one = waiting.pop()
            for at, out in self.used.get(one, ()):
                if at >= since[one] and at < since.get(out, _NEVER):
                    since[out] = at
                    waiting.append(out)
            members = [serial for serial, lot in self.lots.items() if lot == one]
            for serial in members:
                if serial not in since:
                    since[serial] = self.born[serial]
                    waiting.append(serial)
        holding = self._find_holders(since, stays) | inside
        return (set(since) | named) - {start}, holding - {start}

    def _open_box(self, start: str, since: dict[str, int]) -> set[str]:
        """The boxes inside a box; `since` is given its innermost things with their times."""
        boxes, inside, level = self.boxes, set(), [(start, -1, _NEVER)]
        while level:
            box, begin, end = level.pop()
            for one, where, came, left in self._all_stays():
                first, last = max(came, begin), min(left, end)
                if where != box or first > last:
                    continue
                if one in boxes:
                    inside.add(one)
                    level.append((one, first, last))
                else:
                    since[one] = min(first, since.get(one, _NEVER))
        return inside

    def _find_holders(
        self, since: dict[str, int], stays: list[tuple[str, str, int, int]]
    ) -> set[str]:
        """Boxes that held something affected while it was affected, and the boxes around them."""
        found: set[str] = set()
        level = [(one, at, _NEVER) for one, at in since.items()]
        while level:
            one, begin, end = level.pop()
            for child, box, came, left in stays:
                first, last = max(came, begin), min(left, end)
                if child == one and first <= last:
                    found.add(box)
                    level.append((box, first, last))
        return found
