"""What goes in comes out meaning the same, whatever characters and numbers it holds."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis import canonical, read_document
from nguon.eventstore import Store
from tests.integration.eventstore.documents import make_document, make_id, make_object, read

pytestmark = pytest.mark.database

TEXTS = {
    "quotes": 'say "so"',
    "backslashes": "\\ \\\\ \\N \\. \\t \\x41 \\u0041",
    "control characters": "a\tb\nc\rd\x01\x1f\x7f\x0b",
    "line separators": "a\u2028b\u2029c",
    "emoji": "\U0001f990\U0001f469\u200d\U0001f33e",
    "Vietnamese composed": "Chả mực Hạ Long, đường, ướp lạnh",
    "Vietnamese decomposed": "Cha\u0309 mu\u031b\u0323c",
    "copy end": "\\.\n\\.\n",
    "null word": "\\N",
    "sql": "'); drop table eventstore.event; --",
    "percent": "%s %(a)s {b} $1 :c",
    "very long": "mực " * 400_000,
    "empty": "",
}
NUMBERS = [
    "1.50", "1E3", "1e-3", "0.1", "-0", "0.10000000000000000000000000000000000001",
    "12345678901234567890.123456789", "123456789012345678901234567890", "9007199254740993",
    "1e300", "1e-300", "1e999", "-1.0", "1000000000000000000000.0",
]  # fmt: skip


def send(store: Store, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The canonical form of a document's one event, as sent and as it comes back."""
    document = read_document(text)
    (result,) = store.capture(document).results
    assert result.status == "stored", result.faults
    (back,) = store.events_by_id(result.event_id)
    sent = document.events[0].event
    assert sent is not None
    return canonical(sent), canonical(back.event)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "as it is"])
def test_a_text_comes_back_as_it_was(module_store: Store, name: str, ascii_only: bool) -> None:
    event = make_object("A", **{"ext:text": TEXTS[name], "ext:deep": {"ext:list": [TEXTS[name]]}})
    sent, back = send(module_store, json.dumps(make_document(event), ensure_ascii=ascii_only))
    assert back == sent
    assert TEXTS[name] in back.values()


def test_composed_and_decomposed_letters_stay_apart(module_store: Store) -> None:
    composed = make_object("A", **{"ext:name": "chả"})
    assert module_store.capture(read(composed)).stored == 1
    result = module_store.capture(read({**composed, "ext:name": "cha\u0309"}))
    assert [each.status for each in result.results] == ["conflict"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_comes_back_as_it_was(module_store: Store, number: str) -> None:
    text = json.dumps(make_document(make_object("A", **{"ext:number": "@@"})))
    sent, back = send(module_store, text.replace('"@@"', number))
    assert back == sent


@pytest.mark.parametrize("number", [n for n in NUMBERS if not n.startswith("-")])
def test_a_quantity_comes_back_as_it_was(module_store: Store, number: str) -> None:
    text = json.dumps(make_document(make_object("A"))).replace("12.5", number)
    assert number in text
    sent, back = send(module_store, text)
    assert back == sent
    assert back["quantityList"] == sent["quantityList"]


KEYS = [
    "https://nguon.example/obj/a%09b",
    "https://nguon.example/obj/a%5Cb",
    "https://nguon.example/obj/trà-hoa-vàng",
    "https://nguon.example/obj/\U0001f990",
    "urn:nguon:lot:(1)'2*3;4,5=6",
    "https://nguon.example/obj/$1:c@d!e&f+g~h",
    "https://nguon.example/obj?a=1&b=2#c",
    "https://nguon.example/obj/" + "".join(random.Random(1).choices(string.ascii_letters, k=1900)),
]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_a_local_key_of_odd_characters_is_found_again(module_store: Store, key: str) -> None:
    event = make_object("A", quantityList=None, epcList=[key], bizLocation={"id": key})
    assert module_store.capture(read(event)).stored == 1
    (found,) = module_store.reader().events_of([key])
    assert found.event.epc_list == (key,)  # type: ignore[union-attr]  # an ObjectEvent
    assert module_store.knows(key)
    assert not module_store.knows(key + "x")


@pytest.mark.parametrize(
    "key", ["urn:nguon:a\\b", "urn:nguon:a\tb", "\\N", "\\.", "urn:nguon:a\nb"]
)
def test_keys_that_could_break_a_copy_are_refused_and_harmless(
    module_store: Store, key: str
) -> None:
    good = make_object("A")
    bad = make_object("B", quantityList=None, epcList=[key])
    result = module_store.capture(read(good, bad), proceed=True)
    assert [each.status for each in result.results] == ["stored", "refused"]


@pytest.mark.parametrize("sign", ["\u2028", "\u00a0", "\u0085", "\ue000", "\ufffe"])
def test_a_sign_that_no_key_may_hold_is_refused(module_store: Store, sign: str) -> None:
    bad = make_object("B", quantityList=None, epcList=[f"https://nguon.example/a{sign}b"])
    assert module_store.capture(read(bad)).refused == 1


@pytest.mark.parametrize("value", ["12345678901234567890.123456789", "1e400"])
def test_master_data_with_any_number_is_kept(module_store: Store, value: str) -> None:
    attribute = {"id": "https://nguon.example/voc#weight", "attribute": "@@"}
    element = {"id": "https://nguon.example/loc/1", "attributes": [attribute]}
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [element]}
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
    text = json.dumps(make_document(make_object("A"), epcisHeader=header)).replace('"@@"', value)
    assert module_store.capture(read_document(text)).success


free = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ext:a", "ext:b", "ext:ç"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    value=free.filter(lambda value: value is not None),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_any_extension_comes_back_as_it_was(
    module_store: Store, value: Any, ascii_only: bool, indent: int | None
) -> None:
    event = make_object("A", eventID=make_id(), **{"ext:any": value})
    text = json.dumps(make_document(event), ensure_ascii=ascii_only, indent=indent)
    if read_document(text).accepted:
        sent, back = send(module_store, text)
        assert back == sent


def test_a_refused_document_with_an_absurd_number_still_leaves_its_job(
    module_store: Store,
) -> None:
    text = json.dumps(make_document(make_object("A"))).replace('{"@c', '{"ext:n": 1e99999, "@c', 1)
    result = module_store.capture(read_document(text))
    assert not result.success
    job = module_store.job(result.job)
    assert job is not None
    assert [error["code"] for error in job.errors] == ["epcis.number_range"]
