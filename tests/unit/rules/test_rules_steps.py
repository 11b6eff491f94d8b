"""Names of steps: complete in both languages, with icons that exist, never dropping a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import vocabulary
from nguon.rules.steps import name_step, read_steps
from nguon.web.icons import read_symbols


def test_every_cbv_business_step_has_a_name() -> None:
    named = {key.removeprefix("step:") for key in read_steps() if key.startswith("step:")}
    assert "shipping" in named
    assert len(named) == 41
    assert vocabulary.normalise("bizStep", "https://ref.gs1.org/cbv/BizStep-shipping") in named


@pytest.mark.parametrize("key", sorted(read_steps()))
def test_a_step_has_both_names_and_an_icon_of_ours(key: str) -> None:
    step = read_steps()[key]
    assert step.vi
    assert step.en
    assert unicodedata.is_normalized("NFC", step.vi)
    assert step.icon in read_symbols()


def test_a_cte_is_named_before_its_business_step() -> None:
    assert name_step("captured-seafood.CATCH", "commissioning").vi == "Đánh bắt"


def test_a_common_cte_is_found_under_any_sector() -> None:
    assert name_step("produce.SHIP", None).en == "Shipping"


def test_an_event_without_cte_goes_by_its_business_step() -> None:
    assert name_step(None, "receiving").word("vi") == "Nhận hàng"


@given(st.text(min_size=1, max_size=30))
def test_an_unknown_word_is_shown_as_written(word: str) -> None:
    named = name_step(f"nobody.{word}!", None)
    assert named.word("en") == f"nobody.{word}!"
