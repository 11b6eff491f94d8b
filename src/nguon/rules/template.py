"""Sector templates as values: what is recorded at each stage, by which rule, what must follow.

The shape follows the data files in `editions/`; docs/reference/sectors.md lists them. A class of
source (`law`, `std`, `proposal`) says who asks for a fact; it is no proof that the wording of a
law fixes our field.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

Need = Literal["law", "std", "recommended", "optional"]
Expect = Literal["required", "one_of", "recommended", "optional"]
Party = Literal["holder", "receiver", "giver", "laboratory", "authority"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in Vietnamese and, where there is one, in English."""

    vi: str
    en: str = ""

    def word(self, language: str) -> str:
        """The name in `language`; Vietnamese where there is no English."""
        return self.en if language == "en" and self.en else self.vi


class RuleSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A law, a standard, or our own proposal; `read` says how well its text was read."""

    kind: Literal["law", "std", "proposal", "press"] = msgspec.field(name="class")
    title: str
    status: str
    effective: date | None = None
    read: str = ""
    url: str = ""
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it applied on a day; one whose first day is not known counts as older."""
        return self.effective is None or self.effective <= day


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a choice."""

    code: str
    vi: str
    en: str = ""


class Kde(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key data element: one fact of a stage.

    `maps` tells where the value stands in an event: a member, `ilmd.…`, `nguon:…`, or
    `master.…` for the register. `unit` is a code of UN/CEFACT Recommendation 20. `since` is the
    day from which the source that gives `need` asks for it; None where that day is not known.
    """

    code: str
    label: Words
    type: str
    need: Need
    src: tuple[str, ...]
    default: str
    maps: str
    visibility: Literal["public", "partner", "authority", "private"]
    help: str = ""
    unit: str = ""
    unit_text: str = ""
    choices: tuple[Choice, ...] = ()
    validate: tuple[dict[str, Any], ...] = ()
    repeat: bool = False
    note: str = ""
    origin: str = msgspec.field(name="from", default="")
    kind: str = msgspec.field(name="class", default="")
    since: date | None = None

    @property
    def is_owed(self) -> bool:
        """Whether a law or a standard asks for it."""
        return self.need in ("law", "std")


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage that comes before or after, within `max_delay` of the event."""

    cte: str
    max_delay: timedelta
    expect: Expect


class YieldRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The range of output per input that is usual; outside is worth a look, never a refusal."""

    kind: str
    min: Decimal
    max: Decimal
    src: tuple[str, ...]
    note: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is plainly output per input in one unit, so that events alone can tell."""
        return self.kind in _SHARES


_SHARES = (
    *("output_per_input_mass", "output_per_input_volume", "output_per_input_count"),
    *("litre_per_litre", "output_per_live_mass", "survival", "grafted_per_mother"),
)


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that goes with an event, by type of business transaction."""

    type: str
    what: str
    need: str


class EventForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a stage is in EPCIS; the first disposition is the usual one."""

    type: str
    biz_step: str = msgspec.field(name="bizStep")
    disposition: tuple[str, ...]
    action: str | None = None


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kinds of place that stand as read point and business location (None: left out)."""

    read_point: str | None = msgspec.field(name="readPoint", default=None)
    biz_location: str | None = msgspec.field(name="bizLocation", default=None)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who fills the stage in, and the at most three things asked first."""

    actor: str
    quick: tuple[str, ...]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A critical tracking event of a template: what is recorded and what must follow.

    `code` is bare (`HARVEST`); `cte` as it stands in events is `<sector>.<code>`.
    """

    code: str
    label: Words
    help: str
    src: tuple[str, ...]
    form: Form
    epcis: EventForm
    what: dict[str, str]
    where: Places
    occurs: str
    kdes: tuple[Kde, ...]
    previous: tuple[Expectation, ...] = ()
    next: tuple[Expectation, ...] = ()
    ilmd: tuple[str, ...] = ()
    evidence: str = ""
    sources: tuple[str, ...] = msgspec.field(name="sourceList", default=())
    destinations: tuple[str, ...] = msgspec.field(name="destinationList", default=())
    papers: tuple[Paper, ...] = msgspec.field(name="bizTransactions", default=())
    yields: YieldRange | None = msgspec.field(name="yield", default=None)
    sensor: dict[str, Any] = {}
    certificates: str = msgspec.field(name="certificationInfo", default="")
    note: str = ""
    gdst: str = ""
    fsma204: str = ""
    kind: str = msgspec.field(name="class", default="")
    sector: str = ""
    owed_by: Party = "holder"

    @property
    def cte(self) -> str:
        """The stage as events name it in `nguon:cte`."""
        return f"{self.sector}.{self.code}"

    @property
    def expects(self) -> tuple[Expectation, ...]:
        """What must or may follow."""
        return self.next

    def kde(self, code: str) -> Kde | None:
        """The element of that code."""
        return next((kde for kde in self.kdes if kde.code == code), None)


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long records are kept, from which day on."""

    months: int
    starts: str = msgspec.field(name="from")
    when: str
    src: tuple[str, ...]


class Completeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stages of a whole chain, alternatives by `|`, and those without which a page may only
    say "information", not "traceability".
    """

    chain: tuple[str, ...]
    must_for_public_proof: tuple[str, ...]
    src: tuple[str, ...]


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sector's template on a day: its own steps, the common ones, and what they rest on."""

    id: str
    edition: str
    name: Words
    steps: tuple[Step, ...]
    common: tuple[Step, ...]
    base_kdes: tuple[Kde, ...]
    completeness: Completeness
    retention: dict[str, Retention]
    sources: dict[str, RuleSource]
    lot_rule: dict[str, Any] = {}
    actors: tuple[dict[str, str], ...] = ()
    places: tuple[dict[str, str], ...] = ()
    examples: tuple[dict[str, Any], ...] = ()
    risks: tuple[dict[str, Any], ...] = ()
    regimes: tuple[str, ...] = ()

    def step(self, code: str) -> Step | None:
        """The step of a code, bare or with its sector; the sector's own before the common."""
        bare = code.rpartition(".")[2]
        return next((step for step in (*self.steps, *self.common) if step.code == bare), None)
