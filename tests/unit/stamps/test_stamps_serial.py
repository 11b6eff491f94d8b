"""Serial numbers: no two alike, read back without a database, useless to guess."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import identify
from nguon.stamps import StampError, cover_code, crockford, is_cover_code, serial
from nguon.stamps.serial import MOST, Issued, issue, issue_range, normalise, read
from tests.unit.stamps.rings import CLASS, LOCAL, make_ring

RING = make_ring()
KEY = RING.active_key
counters = st.integers(0, MOST - 1)
classes = st.sampled_from([CLASS, LOCAL, "https://id.gs1.org/01/09521105000012"])


@given(counters, classes)
def test_a_serial_is_read_back_as_the_counter_it_was_made_from(counter: int, name: str) -> None:
    assert read(RING, name, issue(KEY, name, counter)) == Issued(KEY.id, counter)


def test_a_serial_has_sixteen_characters_that_a_qr_code_packs_and_ai_21_takes() -> None:
    for made in issue_range(KEY, CLASS, 0, 200):
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", made)
        assert identify(f"{CLASS}/21/{made}").serial == made


def test_twenty_thousand_in_a_row_are_all_different() -> None:
    made = list(issue_range(KEY, CLASS, 0, 19_999))
    assert len(set(made)) == len(made) == 20_000
    assert made[7] == issue(KEY, CLASS, 7)


@given(st.integers(0, 2**50 - 1))
def test_the_permutation_goes_there_and_back_over_its_whole_range(number: int) -> None:
    machine = serial._prepare(KEY, CLASS)
    permuted = serial._permute(machine, number)
    assert 0 <= permuted < 2**50
    assert serial._permute_back(machine, permuted) == number


def test_neighbours_in_the_count_share_nothing_to_see() -> None:
    machine = serial._prepare(KEY, CLASS)
    values = [serial._permute(machine, number) for number in range(2000)]
    flips = [(one ^ other).bit_count() for one, other in pairwise(values)]
    assert 24 < sum(flips) / len(flips) < 26


def test_a_guess_hits_less_than_once_in_ten_thousand_by_the_permutation_alone() -> None:
    assert MOST * 10_000 <= 2**50
    assert MOST > 10**9


def test_the_same_counter_gives_other_serials_for_other_classes_and_keys() -> None:
    older = RING.keys[0]
    made = {issue(key, name, 5)[1:] for key in (KEY, older) for name in (CLASS, LOCAL)}
    assert len(made) == 4


@given(counters, st.integers(0, 15), st.sampled_from(crockford.ALPHABET))
def test_one_changed_character_is_nobodys_serial(counter: int, at: int, sign: str) -> None:
    made = issue(KEY, CLASS, counter)
    changed = made[:at] + sign + made[at + 1 :]
    # One in 2**25 changed bodies has a right MAC by chance; none of these examples does.
    assert changed == made or read(RING, CLASS, changed) is None


@pytest.mark.parametrize(
    "text",
    ["", "A", "0" * 16, "\u0110" * 16, "\ud800" * 16, "A" * 15, "A" * 17, "A" * 400, " " * 16],
)
def test_whatever_is_no_serial_is_none(text: str) -> None:
    assert read(RING, CLASS, text) is None


def test_a_serial_of_another_class_is_none() -> None:
    assert read(RING, LOCAL, issue(KEY, CLASS, 5)) is None


def test_reading_is_strict_and_what_was_typed_can_be_made_right_first() -> None:
    made = issue(KEY, CLASS, 11)
    assert read(RING, CLASS, made.lower()) is None
    typed = " ".join([made[:4], made[4:8], made[8:]]).lower()
    typed = typed.replace("0", "o").replace("1", "l")
    assert normalise(typed) == made


def test_an_older_key_and_a_revoked_one_are_still_read() -> None:
    older = RING.keys[0]
    made = issue(older, CLASS, 9)
    assert read(RING, CLASS, made) == Issued(older.id, 9)
    assert read(RING.revoke(older.id, older.created), CLASS, made) == Issued(older.id, 9)


def test_a_key_of_the_same_name_and_other_secrets_reads_nothing() -> None:
    stranger = replace(KEY, master=bytes(32))
    assert read(RING, CLASS, issue(stranger, CLASS, 9)) is None


@pytest.mark.parametrize("counter", [-1, MOST])
def test_the_count_ends_where_guessing_would_begin_to_pay(counter: int) -> None:
    with pytest.raises(StampError) as raised:
        issue(KEY, CLASS, counter)
    assert raised.value.code == "stamps.counter_range"


def test_a_place_beyond_the_count_is_none_even_with_a_right_mac() -> None:
    machine = serial._prepare(KEY, CLASS)
    assert read(RING, CLASS, serial._write(KEY.id, machine, MOST - 1)) == Issued(KEY.id, MOST - 1)
    assert read(RING, CLASS, serial._write(KEY.id, machine, MOST)) is None


@pytest.mark.parametrize(
    "name",
    [
        "09521301000052",
        "https://example.com/01/09521301000052",
        f"{CLASS}/10/LOT",
        f"{CLASS}/21/1",
        "https://id.gs1.org/00/095213010000000013",
        "",
    ],
)
def test_only_the_canonical_key_of_a_class_is_numbered(name: str) -> None:
    with pytest.raises(StampError) as raised:
        list(issue_range(KEY, name, 0, 1))
    assert raised.value.code == "stamps.class_key"


@given(counters, classes)
def test_a_covered_code_is_found_again_and_fits_no_neighbour(counter: int, name: str) -> None:
    code = cover_code(KEY, name, counter)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", code)
    assert is_cover_code(KEY, name, counter, code)
    assert not is_cover_code(KEY, name, counter + 1, code)
    assert not is_cover_code(RING.keys[0], name, counter, code)


def test_a_covered_code_is_taken_however_it_was_typed() -> None:
    code = cover_code(KEY, CLASS, 3)
    typed = f" {code[:4]}-{code[4:]} ".lower().replace("0", "o").replace("1", "i")
    assert is_cover_code(KEY, CLASS, 3, typed)
    for wrong in ("", code[:-1], code + "0", "\u0110" * 8, "\ud800"):
        assert not is_cover_code(KEY, CLASS, 3, wrong)


@given(st.integers(0, 2**75 - 1), st.sampled_from([15]))
def test_base_32_goes_there_and_back(number: int, length: int) -> None:
    assert crockford.decode(crockford.encode(number, length)) == number
    assert len(crockford.encode(number, length)) == length


def test_base_32_of_even_and_odd_length() -> None:
    assert [crockford.encode(number, 3) for number in (0, 31, 32, 32767)] == [
        "000",
        "00Z",
        "010",
        "ZZZ",
    ]
    assert crockford.encode(1023, 2) == "ZZ"
    assert crockford.decode("U") is None
