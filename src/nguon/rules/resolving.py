"""From the data files of an edition to whole templates: every `use` filled in, nothing typed yet.

`{"use": X, …}` takes the shared definition X and lays the keys beside it over it, key by key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nguon.errors import Fault
from nguon.rules.error import RulesError

Raw = Mapping[str, Any]
_ILMD = re.compile(r"ilmd\.([A-Za-z0-9]+:[A-Za-z0-9]+)")
RESOLVED = "nguon-sector-template/1 resolved"


def resolve_common(common: Raw) -> dict[str, Any]:
    """The shared part: base elements and common stages with every `use` filled in."""
    base = common["base_kdes"]
    return {
        "format": RESOLVED,
        "id": "common",
        "base_kdes": [
            _kde({"use": code}, common, f"/base_kdes/{i}") for i, code in enumerate(base)
        ],
        "ctes": [_step(cte, common, f"/ctes/{i}") for i, cte in enumerate(common["ctes"])],
    }


def resolve_sector(raw: Raw, common: Raw) -> dict[str, Any]:
    """A sector with every `use` filled in; its tail stays a list of references."""
    whole = {key: value for key, value in raw.items() if key not in ("ctes", "tail")}
    whole["references"] = [
        {**entry, **_about(entry["ref"], common, f"/references/{i}")}
        for i, entry in enumerate(raw["references"])
    ]
    whole["format"] = RESOLVED
    whole["ctes"] = [_step(cte, common, f"/ctes/{i}") for i, cte in enumerate(raw["ctes"])]
    whole["tail"] = list(raw["tail"])
    return whole


def find_tail(raw: Raw, common: Raw) -> list[dict[str, Any]]:
    """The common stages of a sector, with the sector's own deadline for what comes next."""
    known = {cte["code"]: cte for cte in common["ctes"]}
    steps = []
    for i, entry in enumerate(raw["tail"]):
        if entry["use"] not in known:
            raise _unknown(entry["use"], f"/tail/{i}/use")
        step = _step(known[entry["use"]], common, f"/tail/{i}")
        delay = entry.get("next_max_delay")
        if delay:
            step["next"] = [{**each, "max_delay": delay} for each in step["next"]]
        steps.append(step)
    return steps


def _definitions(common: Raw) -> dict[str, Raw]:
    return {kde["code"]: kde for kde in common["kdes"]}


def _step(raw: Raw, common: Raw, pointer: str) -> dict[str, Any]:
    step = dict(raw)
    step["kdes"] = [_kde(kde, common, f"{pointer}/kdes/{i}") for i, kde in enumerate(raw["kdes"])]
    if "ilmd" not in step:
        step["ilmd"] = _find_ilmd(step)
    step["class"] = _class_of(raw["src"], common, pointer)
    return step


def _find_ilmd(step: Raw) -> list[str]:
    """The master data of the lot that the elements of a stage fill, where an event may have any."""
    form = step["epcis"]
    if form["type"] != "TransformationEvent" and form.get("action") != "ADD":
        return []
    found = (_ILMD.match(kde["maps"]) for kde in step["kdes"])
    return sorted({match[1] for match in found if match})


def _kde(raw: Raw, common: Raw, pointer: str) -> dict[str, Any]:
    kde = dict(raw)
    name = kde.pop("use", None)
    if name is not None:
        known = _definitions(common)
        if name not in known:
            raise _unknown(name, f"{pointer}/use")
        kde = {**known[name], **kde, "from": f"common.{name}"}
    kde["class"] = _class_of(kde["src"], common, pointer)
    return kde


def _class_of(src: Sequence[str], common: Raw, pointer: str) -> str:
    """The class of the first source, which decides; a quotation of the press is a class itself."""
    for i, name in enumerate(src):
        if name not in common["sources"] and not name.startswith("press:"):
            raise _unknown(name, f"{pointer}/src/{i}")
    return src[0].partition(":")[0]


def _about(ref: str, common: Raw, pointer: str) -> dict[str, Any]:
    if ref not in common["sources"]:
        raise _unknown(ref, f"{pointer}/ref")
    source = common["sources"][ref]
    return {key: source[key] for key in ("class", "status", "title")}


def _unknown(name: str, pointer: str) -> RulesError:
    return RulesError(Fault("rules.unknown_reference", pointer, value=name))
