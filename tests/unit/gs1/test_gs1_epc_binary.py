"""EPC binary strings: the standard's examples of every scheme, and what cannot be read."""

from __future__ import annotations

import pytest

from nguon.gs1 import (
    Gs1Error,
    identify,
    parse_link,
    read_bracketed,
    read_code,
    read_hex,
    read_packed,
)
from nguon.gs1.epc_binary import pack, write_hex
from nguon.gs1.epc_schemes import CLASSIC, PLUS
from nguon.gs1.epc_values import _ways
from nguon.gs1.table import table

# EPC Tag Data Standard 2.3, E.3: scheme, element string, hexadecimal, prefix length, filter.
EXAMPLES = [
    ("sgtin-96", "(01)09506000134352(21)123456789", "3066C4409047E140075BCD15", 11, 3),
    (
        "sgtin-198",
        "(01)09506000134352(21)32a/b",
        "3666C4409047E159B2C2BF100000000000000000000000000000",
        11,
        3,
    ),
    ("sgtin+", "(01)79521141123453(21)32a/b", "F73795211411234538566CB0AFC4", None, 3),
    (
        "dsgtin+",
        "(01)79521141123453(21)32a/b(17)220630",
        "FB342CDE795211411234538566CB0AFC4",
        None,
        3,
    ),
    ("sscc-96", "(00)095201234567891235", "311BA1B300CE0A6A83000000", 6, 0),
    ("sscc+", "(00)095201234567891235", "F90095201234567891235", None, 0),
    ("sgln-96", "(414)9521141123454(254)5678", "3276451FD46072000000162E", 7, 3),
    (
        "sgln-195",
        "(414)9521141123454(254)32a/b",
        "3976451FD46072CD9615F8800000000000000000000000000000",
        7,
        3,
    ),
    ("sgln+", "(414)9521141123454(254)32a/b", "F2395211411234548566CB0AFC4", None, 3),
    ("grai-96", "(8003)095211411234545678", "3376451FD40C0E400000162E", 7, 3),
    (
        "grai-170",
        "(8003)0952114112345432a/b",
        "3776451FD40C0E59B2C2BF1000000000000000000000",
        7,
        3,
    ),
    ("grai+", "(8003)0952114112345432a/b", "F13095211411234548566CB0AFC4", None, 3),
    ("giai-96", "(8004)95211415678", "3476451FD40000000000162E", 7, 3),
    (
        "giai-202",
        "(8004)952114132a/b",
        "3876451FD59B2C2BF10000000000000000000000000000000000",
        7,
        3,
    ),
    ("giai+", "(8004)952114132a/b", "FA3952114132E83C2BF10", None, 3),
    ("gsrn-96", "(8018)952114112345678906", "2D76451FD4499602D2000000", 7, 3),
    ("gsrn+", "(8018)952114112345678906", "F43952114112345678906", None, 3),
    ("gsrnp-96", "(8017)952114112345678906", "2E76451FD4499602D2000000", 7, 3),
    ("gsrnp+", "(8017)952114112345678906", "F53952114112345678906", None, 3),
    ("gdti-96", "(253)95211411234545678", "2C76451FD46072000000162E", 7, 3),
    (
        "gdti-174",
        "(253)9521141987650ABCDefgh012345678",
        "3E76451FD7039B061438997367D0C18B266D1AB66EE0",
        7,
        3,
    ),
    ("gdti+", "(253)95211411234545678", "F6395211411234540458B8", None, 3),
    ("cpi-96", "(8010)952114198765(8011)12345", "3C76451FD400C0E680003039", 7, 3),
    (
        "cpi-var",
        "(8010)95211415PQ7/Z43(8011)12345",
        "3D76451FD75411DEF6B4CC00000003039000",
        7,
        3,
    ),
    ("cpi+", "(8010)95211415PQ7/Z43(8011)12345", "F0395211415E87A145BAFB4D19A8C0E4", None, 3),
    ("sgcn-96", "(255)952114167890904711", "3F76451FD612640000019907", 7, 3),
    ("sgcn+", "(255)952114167890904711", "F839521141678909509338", None, 3),
    ("itip-110", "(8006)095211411234540102(21)981", "4076451FD40C0E40820000000F54", 7, 3),
    (
        "itip-212",
        "(8006)095211411234540102(21)mw133",
        "4176451FD40C0E4082DBDD8B36600000000000000000000000000000",
        7,
        3,
    ),
    ("itip+", "(8006)095211411234540102(21)rif981", "F3309521141123454010266AE27FDF35", None, 3),
]
# The schemes of 2.3 with a domain name; E.3 prints SSCC++ and ITIP++ under the header of the plus.
WITH_DOMAIN = [
    ("sgtin++", "FD3795211411234538566CB0AFC525065F1876F0D996D800"),
    ("sgln++", "E9395211411234548566CB0AFC525065F1876F0D996D8000"),
    ("grai++", "EB3095211411234548566CB0AFC525065F1876F0D996D800"),
    ("giai++", "EE3952114132E83C2BF1494197C61DBC3665B600"),
    ("gsrn++", "E7395211411234567890692832F8C3B786CCB6C0"),
    ("gsrnp++", "E8395211411234567890692832F8C3B786CCB6C0"),
    ("gdti++", "EA395211411234540458BA4A0CBE30EDE1B32DB0"),
    ("cpi++", "E6395211415E87A145BAFB4D19A8C0E64A0CBE30EDE1B32DB000"),
    ("sgcn++", "EC3952114167890950933C94197C61DBC3665B60"),
    ("dsgtin++", "FC342CDE795211411234538566CB0AFC525065F1876F0D996D80"),
]
_DATE = "17"


def test_every_scheme_with_a_key_has_an_example() -> None:
    assert {name for name, *_ in EXAMPLES} == {*CLASSIC, *PLUS} - {"gdti-113"}


@pytest.mark.parametrize(("scheme", "text", "hexadecimal", "length", "filter_"), EXAMPLES)
def test_the_standards_example_is_read_and_written(
    scheme: str, text: str, hexadecimal: str, length: int | None, filter_: int
) -> None:
    elements = read_bracketed(text)
    ais = tuple(element for element in elements if element[0] != _DATE)
    dates = tuple(element for element in elements if element[0] == _DATE)
    epc = read_hex(hexadecimal)
    assert (epc.scheme, epc.ais, epc.attributes, epc.filter) == (scheme, ais, dates, filter_)
    assert epc.prefix_length == length
    written = write_hex(ais, scheme, filter_value=filter_, prefix_length=length, attributes=dates)
    assert written == hexadecimal
    assert read_hex(hexadecimal.lower()) == epc
    assert read_packed(pack(hexadecimal)) == epc
    assert read_packed(pack(hexadecimal, base64=False)) == epc


@pytest.mark.parametrize(("scheme", "hexadecimal"), WITH_DOMAIN)
def test_of_a_scheme_with_a_domain_name_the_key_is_read(scheme: str, hexadecimal: str) -> None:
    name = scheme.removesuffix("+")
    text = next(row[1] for row in EXAMPLES if row[0] == name)
    epc = read_hex(hexadecimal)
    assert epc.scheme == scheme
    assert epc.ais + epc.attributes == read_bracketed(text)


def test_the_older_gdti_keeps_zeros_before_its_number() -> None:
    ais = (("253", "95211411234540042"),)
    epc = read_hex(write_hex(ais, "gdti-113", prefix_length=7))
    assert (epc.scheme, epc.ais, epc.prefix_length) == ("gdti-113", ais, 7)


# A value of every way in which 14.5 writes them, beside an SSCC.
AIDC = [
    ("10", "L-260512.A"),
    ("17", "260200"),
    ("20", "07"),
    ("253", "9521141123454"),
    ("253", "95211411234545678"),
    ("255", "9521141678909"),
    ("3103", "000195"),
    ("3922", "0299"),
    ("3932", "7040299"),
    ("421", "70420000"),
    ("422", "704"),
    ("427", "QN"),
    ("4307", "VN"),
    ("4309", "02790858483015297971"),
    ("4321", "1"),
    ("4324", "2612312359"),
    ("4330", "001850-"),
    ("4330", "001850"),
    ("7007", "260101"),
    ("7007", "260101260131"),
    ("7011", "260101"),
    ("7011", "2601012359"),
    ("7030", "704HACCP"),
    ("7040", "1ABC"),
    ("7258", "1/3"),
    ("8004", "9521141a"),
    ("8008", "26010107"),
    ("8008", "260101075959"),
    ("8030", "abc-_1"),
    ("91", "x" * 40),
]


@pytest.mark.parametrize("element", AIDC)
def test_data_after_the_key_are_written_and_read(element: tuple[str, str]) -> None:
    key = (("00", "095201234567891235"),)
    written = write_hex(key, "sscc+", attributes=(element, ("90", "END")))
    assert int(written[2], 16) & 8
    epc = read_hex(written)
    assert (epc.ais, epc.attributes) == (key, (element, ("90", "END")))
    assert len(written) % 4 == 0


def test_the_table_of_values_has_what_a_tag_may_hold_and_nothing_else() -> None:
    missing = {ai for ai in table() if ai not in _ways()}
    # Left out by 15.3, or newer than its table.
    assert missing == {*("03", "717", "8014", "8040", "8041", "8042", "8043", "3954", "3955")}
    assert {len(ai) for ai in _ways()} == {2, 3, 4}


def test_an_item_tells_a_tag_everything_only_when_asked() -> None:
    (item,) = read_code("(01)79521141123453(21)32a/b(10)L1(17)261231(3103)000195")
    assert read_hex(item.epc_hex()).attributes == ()
    whole = read_hex(item.epc_hex(whole=True))
    assert whole.attributes == (("10", "L1"), ("17", "261231"), ("3103", "000195"))
    dated = read_hex(item.epc_hex("dsgtin+", whole=True))
    assert dated.attributes == (("17", "261231"), ("10", "L1"), ("3103", "000195"))
    assert read_hex(item.epc_hex("dsgtin+")).attributes == (("17", "261231"),)
    link = parse_link("https://a/" + pack(item.epc_hex("dsgtin+", whole=True)))
    assert link.ais == (("01", "79521141123453"), ("10", "L1"), ("21", "32a/b"))
    assert link.canonical == item.digital_link()


@pytest.mark.parametrize("after", ["A1", "01", "14", "0011", "1017" * 8, "2D" + "0" * 12])
def test_what_follows_a_key_must_be_data(after: str) -> None:
    with pytest.raises(Gs1Error):
        read_hex("F98095201234567891235" + after + ("0" if len(after) % 2 else ""))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "epc_text"),
        ("3g", "epc_text"),
        ("3a3A", "epc_text"),
        ("3", "epc_header"),
        ("00", "epc_header"),
        ("35" + "0" * 22, "epc_header"),
        ("2F" + "0" * 22, "epc_header"),
        ("30", "epc_bits"),
        ("3066C4409047E140075BCD", "epc_bits"),
        ("3066C4409047E140075BCD15" + "0" * 6, "epc_bits"),
        ("3066C4409047E140075BCD15" + "1", "epc_bits"),
        ("307C" + "0" * 20, "epc_bits"),
        ("3078FFFFF" + "0" * 15, "epc_bits"),
        ("36" + "78" + "0" * 48, "epc_bits"),
        ("F73" + "A" * 14 + "00", "epc_bits"),
        ("F73" + "79521141123453" + "E0", "epc_bits"),
        ("F73" + "79521141123453" + "00", "empty_component"),
        ("F73" + "79521141123454" + "3856" + "6CB0AFC4", "check_digit"),
        ("FB3F" + "2CDE" + "79521141123453" + "8566CB0AFC4", "epc_bits"),
        ("FB34FFFF79521141123453" + "8566CB0AFC4", "epc_bits"),
        ("FA3" + "952114" + "B", "epc_bits"),
        ("F83" + "9521141678909" + "F", "epc_bits"),
        ("A" * 129, "epc_text"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_hex(text)
    fault = caught.value.fault
    assert fault.code == f"gs1.{code}"
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


@pytest.mark.parametrize("segment", ["", "eh", "ex", "eh3A", "ehF9", "ex+", "ax00", "exé"])
def test_a_segment_that_is_no_epc_is_refused(segment: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_packed(segment)
    assert caught.value.code == "gs1.epc_text"


@pytest.mark.parametrize(
    ("uri", "scheme", "length", "code"),
    [
        ("/01/09521234000129/21/007", "sgtin-96", 7, "epc_form"),
        ("/01/09521234000129/21/A", "sgtin-96", 7, "epc_form"),
        ("/01/09521234000129/21/274877906944", "sgtin-96", 7, "epc_form"),
        ("/01/09521234000129/21/7", "sscc-96", 7, "epc_form"),
        ("/01/09521234000129/21/7", "sscc+", None, "epc_form"),
        ("/01/09521234000129/21/7", "none", None, "epc_form"),
        ("/01/09521234000129/21/7", "dsgtin+", None, "epc_form"),
        ("/01/09521234000129", None, None, "epc_form"),
        ("/01/09521234000129", "sgtin-96", 7, "epc_form"),
        ("/01/02000000000008/21/7", "sgtin-96", None, "prefix_unknown"),
        ("/01/09521234000129/10/A", None, None, "epc_form"),
        ("/8003/09521234000129", None, None, "epc_form"),
        ("/8004/952123A", "giai-96", 6, "epc_form"),
        ("/253/9521234000129A", "gdti-113", 7, "epc_form"),
    ],
)
def test_what_a_scheme_cannot_hold_is_not_written(
    uri: str, scheme: str | None, length: int | None, code: str
) -> None:
    with pytest.raises(Gs1Error) as caught:
        identify("https://id.gs1.org" + uri).epc_hex(scheme, 0, length)
    assert caught.value.code == f"gs1.{code}"


def test_an_identifier_prints_itself_for_a_tag() -> None:
    item = identify("https://id.gs1.org/01/79521141123453/10/L/21/32a%2Fb")
    assert item.epc_hex(filter_value=3) == "F73795211411234538566CB0AFC4"
    place = identify("https://id.gs1.org/414/9521234000129")
    assert read_hex(place.epc_hex()).ais == place.ais
    assert read_hex(place.epc_hex("sgln-96", 0, 7)).ais == place.ais
