"""The signed form: right in every syntax, wrong after any change, honest about what it lacks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import identify, read_code
from nguon.stamps import StampError, attach, read_jwks, seal, verify
from nguon.stamps.coded import take_apart
from nguon.stamps.seal import message, verdict_words
from tests.unit.stamps.rings import CLASS, ISSUER, make_ring

RING = make_ring()
KEY = RING.active_key
JWKS = RING.publish()
SERIAL = "BD9BJ13C0T10Y299"
PATH = f"/01/09521301000052/10/L-1/21/{SERIAL}"
LINK = f"https://trace.example{PATH}?17=261231&3103=000500&linkType=gs1:pip"
FORMS = [
    LINK,
    f"HTTPS://TRACE.EXAMPLE/01/09521301000052/21/{SERIAL}",
    f"trace.example/stem{PATH}",
    f"https://trace.example/gtin/9521301000052/lot/L-1/ser/{SERIAL}",
    f"(01)09521301000052(21){SERIAL}(17)261231",
    f"]d2010952130100005221{SERIAL}\x1d17261231",
    f"010952130100005221{SERIAL}^17261231",
    f"https://id.gs1.org/01/09521301000052/21/{SERIAL}#part",
    "https://id.gs1.org/01/09521301000052/10/LOT%2F1?17=261231",
    "https://trace.example/o/QN-0042/mien-dong/lo-7",
    "https://trace.example/o/QN-0042/mien-dong?lo=7&x#y",
    "https://trace.example/00/395211052605120011",
    "(00)395211052605120011",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_signed_code_is_right_in_every_syntax(text: str) -> None:
    signed = attach(KEY, text)
    verdict = verify(signed, JWKS)
    assert verdict.status == "genuine", verdict
    assert (verdict.kid, verdict.issuer) == (KEY.kid, ISSUER)
    assert verify(attach(KEY, signed), JWKS).status == "genuine"
    assert attach(KEY, signed) == signed


def test_the_value_fits_ai_8030() -> None:
    value = seal(KEY, LINK)
    assert len(value) == 90
    (read,) = read_code(f"(01)09521301000052(21){SERIAL}(8030){value}")
    assert read.attributes == (("8030", value),)


def test_where_the_signature_stands_follows_from_the_code() -> None:
    assert "&8030=" in attach(KEY, LINK)
    assert "?sig=" in attach(KEY, "https://id.gs1.org/01/09521301000052/10/L1")
    assert "&sig=" in attach(KEY, "https://trace.example/o/QN/x?lo=7")
    assert "(8030)" in attach(KEY, f"(01)09521301000052(21){SERIAL}")
    with pytest.raises(StampError) as raised:
        attach(KEY, "(01)09521301000052(10)L1")
    assert raised.value.code == "stamps.seal_needs_serial"


def test_the_domain_may_change_and_the_identifier_may_not() -> None:
    signed = attach(KEY, LINK)
    moved = signed.replace("trace.example", "resolver.example.vn/stem")
    assert verify(moved, JWKS).status == "genuine"


CHANGES = [
    (SERIAL, SERIAL[:-1] + "8"),
    ("L-1", "L-2"),
    ("/10/L-1", ""),
    ("17=261231", "17=271231"),
    ("17=261231&", ""),
    ("17=261231", "17=261231&10=L-1"),
    ("8030=", "8030=A"),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_any_change_of_what_is_signed_is_found(old: str, new: str) -> None:
    signed = attach(KEY, LINK)
    assert old in signed
    assert verify(signed.replace(old, new), JWKS).status in ("wrong", "unknown_key")


def test_what_is_not_signed_may_change_and_is_told_apart() -> None:
    verdict = verify(attach(KEY, LINK).replace("3103=000500", "3103=000900"), JWKS)
    assert verdict.status == "genuine"
    assert verdict.elements == (("01", "09521301000052"), ("10", "L-1"), ("21", SERIAL))
    assert verdict.covered == (("17", "261231"),)
    assert verdict.uncovered == (("3103", "000900"),)


def test_a_signature_of_one_code_fits_no_other() -> None:
    value = seal(KEY, f"{CLASS}/21/{SERIAL}")
    assert verify(f"{CLASS}/21/{SERIAL[:-1]}0?8030={value}", JWKS).status == "wrong"
    assert verify(f"https://trace.example/o/x?sig={value}", JWKS).status == "wrong"


@given(st.integers(0, 89), st.sampled_from("AQgw09-_z"))
def test_one_changed_character_of_the_signature_is_found(at: int, sign: str) -> None:
    value = seal(KEY, LINK)
    changed = value[:at] + sign + value[at + 1 :]
    verdict = verify(f"https://trace.example{PATH}?17=261231&8030={changed}", JWKS)
    assert changed == value or verdict.status in ("wrong", "unknown_key")


@pytest.mark.parametrize("value", ["", "x", "A" * 86, "A" * 90, "A" * 400, "=" * 90, "é" * 90])
def test_what_is_no_signature_is_never_right(value: str) -> None:
    verdict = verify(f"https://trace.example{PATH}?8030={value}", JWKS)
    assert verdict.status in ("unsigned", "wrong", "unknown_key")
    assert verdict.status != "unsigned" or not value


def test_a_code_without_signature_is_said_to_carry_none() -> None:
    verdict = verify(f"https://trace.example{PATH}", JWKS)
    assert (verdict.status, verdict.kid, verdict.genuine) == ("unsigned", "", False)
    assert verdict.title("vi") == "Mã này không mang chữ ký."


def test_a_key_that_is_not_in_the_list_is_unknown() -> None:
    verdict = verify(attach(KEY, LINK), {"keys": []})
    assert verdict.status == "unknown_key"
    assert KEY.kid in verdict.title("vi")


def test_a_revoked_key_proves_nothing_any_more() -> None:
    ring = RING.revoke(KEY.id, date(2027, 3, 1))
    verdict = verify(attach(KEY, LINK), ring.publish())
    assert (verdict.status, verdict.kind) == ("revoked", "odd")
    assert "01/03/2027" in verdict.title("vi")
    with pytest.raises(StampError) as raised:
        seal(ring.get(KEY.id), LINK)
    assert raised.value.code == "stamps.key_revoked"


@pytest.mark.parametrize(("day", "status"), [(1, "genuine"), (2, "expired")])
def test_a_key_is_trusted_up_to_its_last_day(day: int, status: str) -> None:
    ring = replace(RING, keys=(replace(KEY, until=date(2028, 1, 1)),))
    assert verify(attach(KEY, LINK), ring.publish(), date(2028, 1, day)).status == status
    assert verify(attach(KEY, LINK), ring.publish()).status == "genuine"


def test_a_retired_key_is_still_trusted() -> None:
    assert verify(attach(RING.keys[0], LINK), JWKS).status == "genuine"


def test_a_wrong_signature_of_a_revoked_key_is_wrong_first() -> None:
    jwks = RING.revoke(KEY.id, date(2027, 3, 1)).publish()
    assert verify(attach(KEY, LINK).replace("L-1", "L-2"), jwks).status == "wrong"


def test_of_two_keys_with_one_name_the_one_that_fits_counts() -> None:
    mine = JWKS["keys"][1]
    stranger = mine | {"x": JWKS["keys"][0]["x"], "issuer": "Khác"}
    verdict = verify(attach(KEY, LINK), {"keys": [stranger, mine]})
    assert (verdict.status, verdict.issuer) == ("genuine", ISSUER)


@pytest.mark.parametrize("text", ["", "xin chào", "(01)09521301000053(21)1", "\ud800", "x" * 5000])
def test_what_cannot_be_read_is_a_verdict_with_its_reason(text: str) -> None:
    verdict = verify(text, JWKS)
    assert verdict.status == "unreadable"
    assert verdict.fault is not None
    assert verdict.fault.sentence("vi") in verdict.sentence("vi")


def test_two_signatures_in_one_code_are_refused() -> None:
    verdict = verify(attach(KEY, LINK) + "&sig=x", JWKS)
    assert (verdict.status, verdict.fault.code) == ("unreadable", "stamps.seal_repeated")


@given(st.text(max_size=120))
def test_no_text_makes_a_check_raise(text: str) -> None:
    for each in (text, f"https://a.example/01/09521301000052/21/{text}", LINK + "&8030=" + text):
        assert verify(each, read_jwks(JWKS)).status != "genuine"


def test_what_is_signed_can_be_read_in_one_way_only() -> None:
    coded = take_apart(LINK)
    assert message("B123", coded).decode() == (
        f"nguon-seal-1\nkid:B123\ncode:https://id.gs1.org{PATH}\n17:261231"
    )
    assert take_apart("https://a.example/o/x?b=1&sig=q&c").code == "https://a.example/o/x?b=1&c"


def test_a_percent_encoded_value_is_signed_in_its_one_spelling() -> None:
    odd = "https://a.example/01/09521301000052/10/A%2fB/21/x%21"
    assert take_apart(odd).code == "https://id.gs1.org/01/09521301000052/10/A%2FB/21/x%21"
    assert identify(odd).serial == "x!"
    assert verify(attach(KEY, odd), JWKS).status == "genuine"


def test_every_verdict_has_its_words_in_both_languages() -> None:
    for name, entry in verdict_words().items():
        assert set(entry) == {"kind", "title_vi", "title_en", "vi", "en"}, name
        assert not any("!" in text or "vui lòng" in text.lower() for text in entry.values())


def test_a_key_set_travels_as_text() -> None:
    assert verify(attach(KEY, LINK), json.dumps(JWKS)).genuine
