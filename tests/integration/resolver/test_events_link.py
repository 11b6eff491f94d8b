"""A link set says where machines read the events of a thing, and they are there."""

from __future__ import annotations

import pytest
from django.test import Client

LINKSET = {"accept": "application/linkset+json"}
EPCIS = "https://gs1.org/voc/epcis"


def find_events(path: str) -> list[str]:
    answer = Client().get(path, {"linkType": "linkset"}, headers=LINKSET)
    assert answer.status_code == 200
    sets = answer.json()["linkset"]
    return [link["href"] for one in sets for link in one.get(EPCIS, ())]


@pytest.mark.usefixtures("site")
class TestEventsLink:
    @pytest.mark.parametrize(
        "path",
        [
            "/01/09521105000012/10/L260512A",
            "/00/395211052605120028",
            "/01/09521301000052/21/QN7K037",
        ],
    )
    def test_the_link_of_a_thing_gives_its_events(self, path: str) -> None:
        address = find_events(path)[0]
        assert "/epcis/epcs/" in address
        answer = Client().get("/epcis/" + address.partition("/epcis/")[2])
        events = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert events

    def test_the_link_of_a_product_gives_those_of_its_lots(self) -> None:
        address = find_events("/01/09521105000012")[0]
        answer = Client().get("/epcis/" + address.partition("/epcis/")[2])
        events = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert events

    def test_a_place_has_none(self) -> None:
        assert find_events("/414/9521101000023") == []
