"""Identifiers as they stand in events: URNs, Digital Links, other URIs."""

from __future__ import annotations

import pytest

from nguon.gs1 import canonical_key, identify, level_of

HOME = "https://id.gs1.org"

URNS = [
    ("id:sgtin:0614141.107346.2017", "sgtin", "/01/10614141073464/21/2017", "instance"),
    ("id:sgtin:415056789012.0.987654", "sgtin", "/01/04150567890128/21/987654", "instance"),
    ("id:sgtin:4012345.011111.98%22", "sgtin", "/01/04012345111118/21/98%22", "instance"),
    ("id:sgtin:952123.0000012.A.B.C", "sgtin", "/01/09521230000123/21/A.B.C", "instance"),
    ("class:lgtin:4012345.012345.Lot987", "lgtin", "/01/04012345123456/10/Lot987", "class"),
    ("idpat:sgtin:4012345.066666.*", "gtin", "/01/04012345666663", "class"),
    ("id:sscc:4012345.0000000333", "sscc", "/00/040123450000003338", "instance"),
    ("id:sgln:4012345.00011.987", "sgln", "/414/4012345000115/254/987", "location"),
    ("id:sgln:4012345.00005.0", "sgln", "/414/4012345000054", "location"),
    ("id:pgln:4000001.00000", "pgln", "/417/4000001000005", "party"),
    ("id:pgln:999999999999.", "pgln", "/417/9999999999994", "party"),
    ("id:grai:4012345.66666.87", "grai", "/8003/0401234566666387", "instance"),
    ("idpat:grai:4012345.66666.*", "grai", "/8003/04012345666663", "class"),
    ("id:giai:4012345.AAbb", "giai", "/8004/4012345AAbb", "instance"),
    ("id:gsrn:4012345.9876540000", "gsrn", "/8018/401234598765400000", "relation"),
    ("id:gsrnp:4012345.0000098765", "gsrnp", "/8017/401234500000987658", "relation"),
    ("id:gdti:4012345.55555.98", "gdti", "/253/401234555555498", "document"),
    ("id:gdti:987659999999..9", "gdti", "/253/98765999999929", "document"),
    ("idpat:gdti:4012345.55555.*", "gdti", "/253/4012345555554", "class"),
    ("id:sgcn:4012345.99999.44", "gcn", "/255/401234599999044", "instance"),
    ("idpat:sgcn:4012345.99999.*", "gcn", "/255/4012345999990", "class"),
    ("id:cpi:4012345.ABC.123", "cpi", "/8010/4012345ABC/8011/123", "instance"),
    ("idpat:cpi:4012345.ABC.*", "cpi", "/8010/4012345ABC", "class"),
    ("id:ginc:0614141.xyz47%2F11", "ginc", "/401/0614141xyz47%2F11", "document"),
    ("id:gsin:4012345.999987654", "gsin", "/402/40123459999876541", "document"),
    ("id:itip:4012345.012345.01.02.999", "itip", "/8006/040123451234560102/21/999", "instance"),
    ("idpat:itip:4012345.012345.01.02.*", "itip", "/8006/040123451234560102", "class"),
    ("id:upui:4012345.012345.AB12", "upui", "/01/04012345123456/235/AB12", "instance"),
]


@pytest.mark.parametrize(("urn", "scheme", "path", "level"), URNS)
def test_an_epc_urn_has_the_key_of_its_digital_link(
    urn: str, scheme: str, path: str, level: str
) -> None:
    found = identify("urn:epc:" + urn)
    assert (found.scheme, found.key, found.level) == (scheme, HOME + path, level)
    assert found.urn() == "urn:epc:" + urn
    assert canonical_key("urn:epc:" + urn) == found.key
    assert level_of("urn:epc:" + urn) == found.level


LINKS = [
    ("https://example.com/01/09521234000129/10/A", "/01/09521234000129/10/A", "lgtin"),
    ("http://id.gs1.org/01/09521234000129/", "/01/09521234000129", "gtin"),
    ("HTTPS://ID.GS1.ORG/01/09521234000129/21/AB", "/01/09521234000129/21/AB", "sgtin"),
    ("https://a/some/stem/01/09521234000129?17=301231#top", "/01/09521234000129", "gtin"),
    ("https://id.gs1.org/vi/01/09521234000129", "/01/09521234000129", "gtin"),
    ("https://a/01/9521234000129", "/01/09521234000129", "gtin"),
    ("https://a/01/614141073467", "/01/00614141073467", "gtin"),
    ("https://a/01/96385074", "/01/00000096385074", "gtin"),
    ("https://a/gtin/09521234000129/lot/A", "/01/09521234000129/10/A", "lgtin"),
    ("https://a/01/09521234000129/22/v/10/A/21/S", "/01/09521234000129/21/S", "sgtin"),
    ("https://a/01/09521234000129/22/v/10/A", "/01/09521234000129/10/A", "lgtin"),
    ("https://a/01/09521234000129/22/v", "/01/09521234000129/22/v", "gtin"),
    ("https://a/01/09521234000129/10/A%2fB%41", "/01/09521234000129/10/A%2FBA", "lgtin"),
    ("https://a/01/09521234000129/10/A+B(C)", "/01/09521234000129/10/A%2BB%28C%29", "lgtin"),
    ("https://a/01/09521234000129/10/00", "/01/09521234000129/10/00", "lgtin"),
    ("https://a/414/9521234000129/254/0", "/414/9521234000129", "sgln"),
    ("https://a/414/9521234000129/7040/1ABC", "/414/9521234000129/7040/1ABC", "sgln"),
    ("https://a/8006/040123451234560102/22/V/10/L", "/8006/040123451234560102/10/L", "itip"),
    ("https://a/8018/401234598765400000/8019/12", "/8018/401234598765400000/8019/12", "gsrn"),
    ("https://a/415/9521234000129/8020/R1", "/415/9521234000129/8020/R1", "payslip"),
    ("https://a/8013/1987654Ad4X4bL5ttr2310c2K", "/8013/1987654Ad4X4bL5ttr2310c2K", "gmn"),
]


@pytest.mark.parametrize(("uri", "path", "scheme"), LINKS)
def test_a_digital_link_on_any_domain_has_the_key_at_id_gs1_org(
    uri: str, path: str, scheme: str
) -> None:
    found = identify(uri)
    assert (found.key, found.scheme) == (HOME + path, scheme)
    assert identify(found.key).key == found.key
    assert canonical_key(uri) == found.key


OTHERS = [
    "https://nguon.example/class/x/lot/y",
    "https://example.com/",
    "HttpS://example.com/x",
    "https://example.com",
    "https://id.gs1.org/",
    "https://id.gs1.org/voc/x",
    "https://example.com/01/not-a-gtin",
    "https://example.com/2024/01/20240115",
    "https://example.com/401/2024",
    "https://example.com/00/12",
    "https://example.com/gtin/09521234000120",
    "https://example.com/01",
    "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "urn:epcglobal:cbv:bt:0614141073467:1152",
    "https://nguon.example/lô/chả-mực-01",
    "urn:epcglobal:cbv:bt:x:đơn-1",
    "geo:20.95,107.08",
    "urn:jaif:id:obj:37SUN321456789A111222333AB",
]


@pytest.mark.parametrize("uri", OTHERS)
def test_any_other_uri_is_its_own_key(uri: str) -> None:
    found = identify(uri)
    assert (found.scheme, found.key, found.level, found.ais) == ("local", uri, "other", ())
    assert canonical_key(uri) == uri


@pytest.mark.parametrize(
    ("urn", "scheme", "level"),
    [
        ("urn:epc:id:gid:95100000.12345.400", "gid", "instance"),
        ("urn:epc:idpat:gid:95100000.12345.*", "gid", "class"),
        ("urn:epc:id:usdod:2S194.12345678901", "usdod", "instance"),
        ("urn:epc:id:adi:35962.PQ7VZ4.M37GXB92", "adi", "instance"),
        ("urn:epc:id:adi:W81X9C..%23AB1", "adi", "instance"),
        ("urn:epc:id:bic:CSQU3054383", "bic", "instance"),
        ("urn:epc:id:imovn:9176187", "imovn", "instance"),
    ],
)
def test_schemes_without_a_gs1_key_keep_their_urn(urn: str, scheme: str, level: str) -> None:
    found = identify(urn)
    assert (found.scheme, found.key, found.level) == (scheme, urn, level)
    assert found.urn() == urn


def test_the_words_of_a_urn_may_be_written_in_capitals() -> None:
    assert identify("URN:EPC:ID:GID:95100000.12345.400").key == "urn:epc:id:gid:95100000.12345.400"
    assert identify("urn:EPC:id:SSCC:4012345.0000000333").key == HOME + "/00/040123450000003338"


def test_hexadecimal_digits_of_either_case_are_one_value() -> None:
    urns = ("urn:epc:id:sgtin:0614141.107346.A%2fB", "urn:epc:id:sgtin:0614141.107346.A%2FB")
    assert {canonical_key(urn) for urn in urns} == {HOME + "/01/10614141073464/21/A%2FB"}
