"""Identifiers go from one syntax into the other, and say when they cannot."""

from __future__ import annotations

from typing import Any

import pytest

from nguon.epcis import AnyEvent, canonical
from nguon.epcis.xml import EpcFormat, translate
from nguon.errors import Fault
from tests.unit.epcis.events import read_one

LINK = "https://id.gs1.org/01/09521234000129/21/A1"
SENSED = [{"sensorReport": [{"type": "Count", "deviceID": "urn:epc:id:giai:9521234.7"}]}]
EVERYWHERE: dict[str, Any] = {
    "epcList": ["urn:epc:id:sgtin:9521234.000012.A1"],
    "quantityList": [{"epcClass": "urn:epc:class:lgtin:9521234.000012.L1"}],
    "readPoint": {"id": "urn:epc:id:sgln:9521234.00002.0", "ex:a": "urn:epc:id:giai:9521234.7"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:9521234.00001.6"}],
    "sourceList": [{"type": "location", "source": "urn:epc:id:sgln:9521234.00002.0"}],
    "sensorElementList": SENSED,
}


def made(**members: Any) -> AnyEvent:
    result = read_one(**members).event
    assert result is not None
    return result


def test_every_urn_becomes_a_digital_link_and_means_the_same() -> None:
    faults: list[Fault] = []
    before = made(**EVERYWHERE)
    after = translate(before, "Always_GS1_Digital_Link", faults)
    assert canonical(after) == canonical(before)
    assert faults == []
    assert after.epc_list == (LINK,)  # type: ignore[union-attr]  # an ObjectEvent by default
    assert after.read_point is not None
    assert after.read_point.id == "https://id.gs1.org/414/9521234000020"
    assert after.read_point.extensions == {"ex:a": "urn:epc:id:giai:9521234.7"}
    (element,) = after.sensor_element_list
    assert element.sensor_report[0].device_id == "https://id.gs1.org/8004/95212347"


def test_every_digital_link_becomes_a_urn_and_means_the_same() -> None:
    faults: list[Fault] = []
    before = translate(made(**EVERYWHERE), "Always_GS1_Digital_Link", faults)
    after = translate(before, "Always_EPC_URN", faults)
    assert faults == []
    assert canonical(after) == canonical(before)
    assert "https://id.gs1.org" not in repr(after)


def test_a_link_on_a_domain_of_its_own_stays_a_link_that_leads_there() -> None:
    own = "https://example.com/01/09521234000129/21/A1"
    after = translate(made(epcList=[own]), "Always_GS1_Digital_Link", [])
    assert after.epc_list == (own,)  # type: ignore[union-attr]  # an ObjectEvent by default


@pytest.mark.parametrize("form", ["Never_Translates", "No_Preference"])
def test_who_wants_nothing_translated_gets_the_event_itself(form: EpcFormat) -> None:
    event = made(**EVERYWHERE)
    assert translate(event, form, []) is event


def test_what_has_no_urn_is_flagged_and_left() -> None:
    faults: list[Fault] = []
    variant = "https://id.gs1.org/01/09521234000129/22/2A"
    ids = ["https://example.com/thing/1", variant]
    after = translate(made(epcList=ids), "Always_EPC_URN", faults, "/x")
    assert after.epc_list == tuple(ids)  # type: ignore[union-attr]  # an ObjectEvent by default
    assert [(f.code, f.pointer) for f in faults] == [("epcis.not_translated", "/x/epcList/1")]
    assert "EPC URN" in faults[0].sentence("vi")
