"""What is refused, with which code, at which character, in both languages."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error, canonical_key, identify, level_of

REFUSED = [
    # no URI at all
    ("", "not_a_uri", None),
    ("cá mực", "not_a_uri", None),
    ("09521234000129", "not_a_uri", None),
    ("100% cotton", "not_a_uri", None),
    ("https:", "not_a_uri", None),
    ("http:///01/09521234000129", "not_a_uri", None),
    ("https://a/b c", "uri_character", 11),
    ("https://a/l\u00a0o", "uri_character", 11),
    ("https://a/l\u200bo", "uri_character", 11),
    ("https://a/l\ud800o", "uri_character", 11),
    ("https://a/<b>", "uri_character", 10),
    ("https://id.gs1.org/01/09521234000129/10/ô", "illegal_character", 0),
    ("https://a/%zz", "percent", 10),
    ("https://a/" + "b" * 2000, "too_long", 2000),
    # check digits
    ("https://id.gs1.org/01/09521234000120", "check_digit", 13),
    ("https://example.com/x/01/09521234000120/10/A", "check_digit", 13),
    ("https://id.gs1.org/01/9521234000120", "check_digit", 13),
    ("https://id.gs1.org/00/340123451111111112", "check_digit", 17),
    ("https://id.gs1.org/414/9521234000120", "check_digit", 12),
    ("https://id.gs1.org/8003/09521234000120AB", "check_digit", 13),
    ("https://id.gs1.org/253/9521234000120AB", "check_digit", 12),
    ("https://id.gs1.org/8006/095212340001200102", "check_digit", 13),
    ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2X", "check_pair", 23),
    ("https://id.gs1.org/8006/040123451234560302", "piece_of_total", 14),
    # lengths and characters
    ("https://id.gs1.org/01/0952123400012A", "illegal_character", 13),
    ("https://id.gs1.org/01/952123400012A", "illegal_character", 12),
    ("https://id.gs1.org/01/0952123400", "value_length", None),
    ("https://id.gs1.org/01/09521234000129/10/" + "A" * 21, "value_length", None),
    ("https://id.gs1.org/01/09521234000129/10/A%20B", "illegal_character", 1),
    ("https://id.gs1.org/01/09521234000129/10/%C3%A1", "illegal_character", 0),
    ("https://id.gs1.org/01/09521234000129/10/%FF", "percent", 0),
    ("https://id.gs1.org/01/09521234000129/10//21/A", "empty_component", None),
    ("https://id.gs1.org/8004/ABC123", "company_prefix", 0),
    ("https://id.gs1.org/8010/9521234A/8011/012", "leading_zero", 0),
    # structure of the path
    ("https://id.gs1.org/10/A", "no_primary_key", 19),
    ("https://id.gs1.org/01/09521234000129/10", "path_without_value", None),
    ("https://id.gs1.org/01", "path_without_value", None),
    ("https://id.gs1.org/01/09521234000129/21/S/10/L", "qualifier_order", None),
    ("https://id.gs1.org/01/09521234000129/235/T/10/L", "qualifier_order", None),
    ("https://id.gs1.org/01/09521234000129/99/X", "qualifier_order", None),
    ("https://id.gs1.org/01/09521234000129/10/A/10/B", "qualifier_order", None),
    ("https://id.gs1.org/415/9521234000129", "qualifier_missing", None),
    ("HttpS://id.gs1.org/01/09521234000129", "uri_scheme_case", 0),
    ("HttpS://a/01/09521234000129", "uri_scheme_case", 0),
    # URNs
    ("urn:epc:id:sgtin:0614141.10734.2017", "urn_length", None),
    ("urn:epc:id:sgtin:061414A.107346.2017", "illegal_character", 6),
    ("urn:epc:id:sgtin:0614141.107346", "urn_components", None),
    ("urn:epc:id:sgtin:0614141.107346.", "empty_component", 15),
    ("urn:epc:id:sgtin:0614141.107346.A/B", "illegal_character", 1),
    ("urn:epc:id:sgtin:0614141.107346.A%2", "percent", 1),
    ("urn:epc:id:sgtin:0614141.107346.A%22\ud800", "uri_character", 4),
    ("urn:epc:id:sgtin:0614141.107346." + "1" * 21, "value_length", None),
    ("urn:epc:id:sgtin:61414.10734600.1", "prefix_length", None),
    ("urn:epc:id:sgtin:0614141234567..1", "prefix_length", None),
    ("urn:epc:id:sgtin:..", "prefix_length", None),
    ("urn:epc:id:grai:4012345.55555." + "1" * 17, "value_length", None),
    ("urn:epc:id:gdti:4012345.55555." + "1" * 18, "value_length", None),
    ("urn:epc:id:giai:0614141.", "empty_component", 8),
    ("urn:epc:id:sscc:0614141.12345678901", "urn_length", None),
    ("urn:epc:id:itip:4012345.012345.03.02.1", "piece_of_total", 14),
    ("urn:epc:id:itip:4012345.012345.0.102.1", "urn_body", 15),
    ("urn:epc:id:cpi:4012345.ABC.0123", "leading_zero", 0),
    ("urn:epc:id:cpi:4012345.abc.123", "illegal_character", 7),
    ("urn:epc:id:sgcn:4012345.99999.4A", "illegal_character", 14),
    ("urn:epc:id:lgtin:4012345.012345.L", "urn_kind", 8),
    ("urn:epc:class:sgtin:4012345.012345.L", "urn_kind", 8),
    ("urn:epc:tag:sgtin-96:3.4012345.012345.1", "urn_kind", 8),
    ("urn:epc:id:gtin:4012345.012345", "urn_scheme", 11),
    ("urn:epc:idpat:sgtin:4012345.*.*", "pattern", 28),
    ("urn:epc:idpat:sgtin:4012345.012345.7", "pattern", None),
    ("urn:epc:idpat:sscc:4012345.*", "pattern", 14),
    ("urn:epc:id:bic:CSQX3054383", "urn_body", 15),
    ("urn:epc:id:gid:1.2.*", "urn_body", 15),
]


def test_the_length_of_an_identifier_counts_in_bytes() -> None:
    # An index of the database has room for so many bytes, whatever the letters.
    identify("https://a/" + "ễ" * 663)
    with pytest.raises(Gs1Error) as caught:
        identify("https://a/" + "ễ" * 664)
    assert caught.value.fault.position == 673


@pytest.mark.parametrize(
    ("text", "code", "position"), REFUSED, ids=[row[0][:60] for row in REFUSED]
)
def test_a_malformed_identifier_is_refused_at_its_character(
    text: str, code: str, position: int | None
) -> None:
    with pytest.raises(Gs1Error) as caught:
        identify(text)
    fault = caught.value.fault
    assert (fault.code, fault.position) == (f"gs1.{code}", position)
    assert "{" not in fault.sentence("vi") + fault.sentence("en")
    for ask in (canonical_key, level_of):
        with pytest.raises(Gs1Error):
            ask(text)


def test_a_wrong_check_digit_names_place_found_and_expected() -> None:
    with pytest.raises(Gs1Error) as caught:
        identify("https://id.gs1.org/01/09521234000120")
    fault = caught.value.fault
    assert fault.params == {"ai": "01", "found": "0", "expected": "9", "place": 14}
    assert "14" in fault.sentence("vi")
    assert "9" in fault.sentence("vi")
