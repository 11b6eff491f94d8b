"""EPC patterns (Tag Data Standard section 8), held against a comparison component by component."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nguon.epcis.query import QueryError, read_rest
from nguon.epcis.query.model import Matched, Things
from nguon.gs1 import canonical_key

ID = "https://id.gs1.org"


def things(text: str) -> Things:
    """What MATCH_epc asks for with a value."""
    (condition,) = read_rest([("MATCH_epc", text)]).query.conditions
    assert isinstance(condition, Matched)
    return condition.things


def finds(text: str, epc: str) -> bool:
    """Whether a value finds an EPC."""
    asked, key = things(text), canonical_key(epc)
    return key in asked.exact or key.startswith(asked.prefixes)


_digits = st.text("0123456789", min_size=1)


@st.composite
def epcs(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Scheme and components of an EPC."""
    scheme, total = draw(
        st.sampled_from([("sgtin", 13), ("sscc", 17), ("sgln", 12), ("grai", 12), ("gdti", 12),
                         ("gsrn", 17), ("giai", 0), ("pgln", 12)])
    )  # fmt: skip
    prefix = draw(st.sampled_from(["952123", "9521234", "95212345", "952999"]))
    if scheme == "giai":
        return scheme, [prefix, draw(st.sampled_from(["1", "12", "4A"]))]
    size = total - len(prefix)
    reference = draw(st.sampled_from(["0", "1", "12"])).rjust(size, "0")[:size]
    if scheme in ("sscc", "gsrn", "pgln"):
        return scheme, [prefix, reference]
    return scheme, [prefix, reference, draw(st.sampled_from(["1", "12", "A1"]))]


@given(epcs(), epcs(), st.integers(1, 3))
def test_a_pattern_finds_what_agrees_in_every_component_it_gives(
    asked: tuple[str, list[str]], there: tuple[str, list[str]], stars: int
) -> None:
    scheme, parts = asked
    stars = min(stars, len(parts))
    pattern = [*parts[: len(parts) - stars], *["*"] * stars]
    epc = f"urn:epc:id:{there[0]}:{'.'.join(there[1])}"
    expected = there[0] == scheme and all(
        wanted in ("*", found) for wanted, found in zip(pattern, there[1], strict=False)
    )
    # Keys do not show where the prefix ends: a longer prefix may begin with a shorter one.
    given_prefix, found_prefix = pattern[0], there[1][0]
    assume("*" in given_prefix or len(given_prefix) == len(found_prefix))
    assert finds(f"urn:epc:idpat:{scheme}:{'.'.join(pattern)}", epc) is expected


@pytest.mark.parametrize(
    "spelling",
    ["urn:epc:idpat:sgtin:9521234.000012.*", f"{ID}/01/09521234000129", "(01)09521234000129",
     "https://shop.example/01/09521234000129"],
)  # fmt: skip
def test_a_class_in_any_syntax_finds_itself_its_lots_and_its_serials(spelling: str) -> None:
    assert finds(spelling, f"{ID}/01/09521234000129/21/A1")
    assert finds(spelling, "urn:epc:id:sgtin:9521234.000012.A1")
    assert finds(spelling, "urn:epc:class:lgtin:9521234.000012.L1")
    assert finds(spelling, "urn:epc:idpat:sgtin:9521234.000012.*")
    assert not finds(spelling, f"{ID}/01/09521234000136/21/A1")


@pytest.mark.parametrize(
    ("asked", "found", "other"),
    [
        (f"{ID}/8003/09521234000013", f"{ID}/8003/09521234000013S1", f"{ID}/8003/09521234000020S1"),
        (f"{ID}/253/9521234000013", f"{ID}/253/9521234000013D7", f"{ID}/253/9521234000020D7"),
        (f"{ID}/01/09521234000129/10/L1", f"{ID}/01/09521234000129/10/L1",
         f"{ID}/01/09521234000129/10/L11"),
        (f"{ID}/414/9521234000020", f"{ID}/414/9521234000020", f"{ID}/414/9521234000020/254/A"),
        ("urn:epc:idpat:sgln:9521234.00002.*", f"{ID}/414/9521234000020/254/A",
         f"{ID}/414/9521234000037"),
        ("urn:epc:idpat:gid:1.2.*", "urn:epc:id:gid:1.2.77", "urn:epc:id:gid:1.22.77"),
        ("urn:epc:idpat:gid:1.*.*", "urn:epc:id:gid:1.22.77", "urn:epc:id:gid:11.22.77"),
        ("urn:epc:idpat:itip:9521234.000012.01.02.*", f"{ID}/8006/095212340001290102/21/A",
         f"{ID}/8006/095212340001290202/21/A"),
        ("https://nguon.example/class/qn-06978-h003/hoa-tuoi",
         "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/1",
         "https://nguon.example/class/qn-06978-h003/hoa-tuoi-2/lot/1"),
        ("urn:example:thing:1", "urn:example:thing:1", "urn:example:thing:11"),
    ],
)  # fmt: skip
def test_what_belongs_is_found_and_what_only_looks_like_it_is_not(
    asked: str, found: str, other: str
) -> None:
    assert finds(asked, found)
    assert not finds(asked, other)


@pytest.mark.parametrize(
    "wrong",
    [
        "urn:epc:idpat:sgtin:9521234.*.1", "urn:epc:idpat:sgtin:*.000012.*",
        "urn:epc:idpat:sgtin:9521234.000012.[1-9]", "urn:epc:idpat:sgtin:9521234.*",
        "urn:epc:idpat:lgtin:9521234.000012.*", "urn:epc:idpat:nope:1.*",
        "urn:epc:idpat:sgtin:95*.*.*",
        "urn:epc:idpat:sgtin:%.*.*", "urn:epc:idpat:gid:*.1.*",
    ],
)  # fmt: skip
def test_what_is_no_pattern_of_the_standard_is_refused(wrong: str) -> None:
    with pytest.raises(QueryError) as caught:
        things(wrong)
    assert caught.value.code == "epcis.query_value"
    assert caught.value.fault.pointer == "/MATCH_epc"
