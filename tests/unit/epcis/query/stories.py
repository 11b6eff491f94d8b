"""Events in which little happens over and over, spelt in every way: what queries may get wrong.

Few things, places and times, so that any two conditions meet in some event; each identifier and
word in several syntaxes; fields under two prefixes of one namespace; numbers and times as numbers
and as text. The same seed tells the same story.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

HOME = "https://id.gs1.org"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/epcis/", "my": "https://ns.example.com/epcis/"},
]
NAMESPACES = {"ex": "https://ns.example.com/epcis/"}
SERIALS = [
    [f"{HOME}/01/09521234000129/21/A{n}", f"urn:epc:id:sgtin:9521234.000012.A{n}",
     f"https://shop.example/01/09521234000129/21/A{n}"]
    for n in range(3)
] + [[f"{HOME}/00/095212340000000013", "urn:epc:id:sscc:9521234.0000000001"]]  # fmt: skip
LOTS = [
    [f"{HOME}/01/09521234000129/10/L1", "urn:epc:class:lgtin:9521234.000012.L1"],
    [f"{HOME}/01/09521234000136/10/L1", "urn:epc:class:lgtin:9521234.000013.L1"],
    [f"{HOME}/01/09521234000129", "urn:epc:idpat:sgtin:9521234.000012.*"],
]
GLN = f"{HOME}/414/9521234000020"
PLACES = [
    [GLN, "urn:epc:id:sgln:9521234.00002.0"],
    [f"{GLN}/254/G1", "urn:epc:id:sgln:9521234.00002.G1"],
    [f"{HOME}/414/9521234000037"],
    ["https://nguon.example/place/qn-06978-h003-k1"],
]
PARTIES = [
    [f"{HOME}/417/9521234000013", "urn:epc:id:pgln:9521234.00001.".rstrip("."),
     "https://shop.example/vi/417/9521234000013"],
    [f"{HOME}/417/9521234000044"],
]  # fmt: skip
_GIAI = "8004/9521234400"
DEVICES = [
    [f"{HOME}/{_GIAI}", "urn:epc:id:giai:9521234.400", f"https://shop.example/{_GIAI}"],
    ["urn:example:device:7"],
]
DOCUMENTS = [
    [f"{HOME}/253/9521234000013PO7", "urn:epc:id:gdti:9521234.00001.PO7"],
    ["urn:example:po:1"],
]
TIMES = [
    "2026-05-01T00:00:00Z", "2026-05-01T07:00:00+07:00", "2026-05-01T00:00:00.000001Z",
    "2026-05-02T10:30:00+07:00", "2026-05-03T00:00:00-05:00", "2026-05-04T00:00:00.5Z",
]  # fmt: skip
STEPS = ["shipping", "receiving", "https://ns.example.com/voc/drying"]
DISPOSITIONS = ["in_transit", "active", "recalled"]
FIELD_VALUES: list[Any] = [
    5, 7.25, -1, "5", "7.250", "abc", "Đỏ", "", True, "urn:example:po:1", [5, "abc"], [], {},
    "2026-05-01T07:00:00+07:00", "2026-05-02T03:30:00.0Z", {"@value": "abc"}, {"@value": 5},
    {"@id": "urn:example:po:1"}, {"ex:x": 7.25}, {"my:x": ["abc", {"ex:y": 5}]},
    [[5], [{"elt": "in"}]],
]  # fmt: skip
# A UUID in capitals is the same.
CORRECTIVE = f"urn:uuid:{str(uuid.UUID(int=0xABC)).upper()}"
FIELDS = ["ex:x", "my:x", "ex:y", "cbvmda:lotNumber", "gs1:z"]


class Teller:
    """Tells events one after another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def _one(self, spellings: list[list[str]]) -> str:
        return self.random.choice(self.random.choice(spellings))

    def _some(self, spellings: list[list[str]]) -> list[str]:
        chosen = self.random.sample(spellings, self.random.randint(0, len(spellings)))
        return [self.random.choice(each) for each in chosen]

    def _maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def _fields(self) -> dict[str, Any]:
        names = self.random.sample(FIELDS, self.random.randint(0, 2))
        return {name: self.random.choice(FIELD_VALUES) for name in names}

    def _quantities(self) -> list[dict[str, Any]]:
        found = []
        for name in self._some(LOTS):
            element: dict[str, Any] = {"epcClass": name}
            if self._maybe(0.8):
                element["quantity"] = self.random.choice([1, 2.5, 1000])
                if self._maybe():
                    element["uom"] = self.random.choice(["KGM", "GRM", "LTR"])
                else:
                    element["quantity"] = int(element["quantity"])
            found.append(element)
        return found

    def _report(self) -> dict[str, Any]:
        report: dict[str, Any] = {"type": self.random.choice(["Temperature", "Pressure"])}
        if report["type"] == "Temperature":
            unit, value = self.random.choice(
                [("CEL", 25), ("KEL", 298.15), ("FAH", 77), ("CEL", -3.5)]
            )
        else:
            unit, value = self.random.choice([("PAL", 100000), ("BAR", 1), ("A97", 990.5)])
        report |= {"value": value, "uom": unit}
        if self._maybe(0.3):
            report |= {"minValue": value - 1, "maxValue": value + 1, "meanValue": value}
        if self._maybe(0.3):
            report |= {"sDev": 2, "percRank": 50, "percValue": value}
        extra: dict[str, Any] = {
            "stringValue": self.random.choice(["abc", "Đỏ", "a'b"]),
            "booleanValue": self._maybe(),
            "hexBinaryValue": self.random.choice(["0aF1", "0AF1", "FF"]),
            "uriValue": self._one(DOCUMENTS),
            "microorganism": self._one(DEVICES),
            "chemicalSubstance": self._one(DEVICES),
        }
        chosen = self.random.sample(sorted(extra), self.random.randint(0, 3))
        return report | {name: extra[name] for name in chosen} | self._fields()

    def _device(self) -> dict[str, Any]:
        return {
            "deviceID": self._one(DEVICES),
            "dataProcessingMethod": self._one(DOCUMENTS),
            "bizRules": self._one(DOCUMENTS),
            "rawData": self._one(DOCUMENTS),
            "deviceMetadata": self._one(DEVICES),
            "time": self.random.choice(TIMES),
        }

    def _sensor(self) -> dict[str, Any]:
        reports = [self._report() for _ in range(self.random.randint(1, 2))]
        element: dict[str, Any] = {"sensorReport": reports, **self._fields()}
        if self._maybe():
            element["sensorMetadata"] = {
                "startTime": self.random.choice(TIMES[:3]),
                "endTime": self.random.choice(TIMES[3:]),
                **self._fields(),
            }
            if self._maybe():
                element["sensorMetadata"] |= self._device()
                return element
        if self._maybe():
            reports[0] |= self._device()
        return element

    def _place(self) -> dict[str, Any]:
        return {"id": self._one(PLACES), **self._fields()}

    def _common(self) -> dict[str, Any]:
        members: dict[str, Any] = {
            "eventID": f"urn:uuid:{uuid.UUID(int=self.random.getrandbits(128), version=4)}",
            "eventTime": self.random.choice(TIMES),
            "eventTimeZoneOffset": "+07:00",
        }
        optional: dict[str, Any] = {
            "bizStep": self.random.choice(STEPS),
            "disposition": self.random.choice(DISPOSITIONS),
            "readPoint": self._place(),
            "bizLocation": self._place(),
            "persistentDisposition": {"set": ["recalled"], "unset": ["active"]},
            "sensorElementList": [self._sensor() for _ in range(self.random.randint(1, 2))],
            "bizTransactionList": [{"type": "po", "bizTransaction": self._one(DOCUMENTS)}],
            "sourceList": [{"type": "owning_party", "source": self._one(PARTIES)}],
            "destinationList": [{"type": "possessing_party", "destination": self._one(PARTIES)}],
            "errorDeclaration": {
                "declarationTime": "2026-05-09T00:00:00+07:00",
                "reason": "incorrect_data",
                "correctiveEventIDs": [CORRECTIVE],
                **self._fields(),
            },
        }  # fmt: skip
        rare = ("errorDeclaration", "persistentDisposition")
        chosen = [name for name in optional if self._maybe(0.25 if name in rare else 0.6)]
        return members | {name: optional[name] for name in chosen} | self._fields()

    def tell(self) -> dict[str, Any]:
        """One event."""
        common = self._common()
        kind = self.random.choice(["object", "object", "pack", "mix", "tie", "trade"])
        action = self.random.choice(["ADD", "OBSERVE", "DELETE"])
        things = {"epcList": self._some(SERIALS), "quantityList": self._quantities()}
        inside = {"childEPCs": self._some(SERIALS[:3]), "childQuantityList": self._quantities()}
        parent = self.random.choice(SERIALS[3])
        match kind:
            case "object":
                ilmd = self._fields() if action == "ADD" else None
                members = {"type": "ObjectEvent", "action": action, **things}
                return common | members | ({"ilmd": ilmd} if ilmd else {})
            case "pack":
                return common | {
                    "type": "AggregationEvent", "action": action, "parentID": parent, **inside
                }  # fmt: skip
            case "tie":
                return common | {
                    "type": "AssociationEvent", "action": "ADD", "parentID": self._one(PLACES[:1]),
                    **inside,
                }  # fmt: skip
            case "trade":
                listed = [{"type": "po", "bizTransaction": self._one(DOCUMENTS)}]
                return common | {
                    "type": "TransactionEvent", "action": action, "parentID": parent,
                    "bizTransactionList": listed, **things,
                }  # fmt: skip
        return common | {
            "type": "TransformationEvent",
            "inputEPCList": self._some(SERIALS[:2]),
            "inputQuantityList": self._quantities(),
            "outputEPCList": self._some(SERIALS[1:3]),
            "outputQuantityList": self._quantities(),
            "transformationID": self._one(DOCUMENTS),
            "ilmd": self._fields(),
        }

    def tell_many(self, count: int) -> list[dict[str, Any]]:
        """Several events."""
        return [self.tell() for _ in range(count)]
