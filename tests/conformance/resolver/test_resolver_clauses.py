"""The clauses of GS1-Conformant Resolver 1.2, one after another, over a real database.

Each test names its clause. Every one runs through the middleware and through the view alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import psycopg
import pytest
from django.test import Client

from nguon.gs1.epc_binary import pack, write_hex
from tests.integration.resolver.resolving import (
    BROWSER,
    GTIN,
    ISSUED,
    LINKED,
    LOT,
    MANAGED,
    ROOT,
    TEMPLATED,
)

pytestmark = pytest.mark.database
LINKSET = "application/linkset+json"
VOC = "https://gs1.org/voc/"
CODE = f"/01/{LINKED}"


@pytest.fixture(scope="session")
def linkset_schema(shared: Path) -> jsonschema_rs.Validator:
    """The normative schema of link sets."""
    text = (shared / "standards/gs1/linkset-schema.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


def go(web: Client, path: str, accept: str | None = None, language: str | None = None):
    """Ask; a header that is None is not sent."""
    headers = {"accept": accept, "accept-language": language}
    return web.get(path, headers={k: v for k, v in headers.items() if v is not None})


def target(web: Client, path: str, **headers: str) -> str:
    """Where a redirect leads."""
    answer = go(web, path, **headers)
    assert answer.status_code == 307, (answer.status_code, answer.content[:300])
    return answer.headers["Location"]


def sets(web: Client, path: str, **headers: str) -> list[dict[str, Any]]:
    """The context objects of a link set."""
    answer = go(web, path, **headers)
    assert answer.status_code == 200
    return json.loads(answer.content)["linkset"]


# -- 2.2 HTTP, CORS ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [CODE, f"{CODE}?linkType=linkset", "/01/123", f"/01/{GTIN[:-1]}3", f"/01/{MANAGED}/21/X"],
)
def test_clause_2_2_any_page_of_the_web_may_read_every_answer(web: Client, path: str) -> None:
    answer = web.get(path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]
    assert not answer.cookies


def test_clause_2_2_options_tells_the_methods(web: Client) -> None:
    answer = web.options(CODE, headers={"origin": "https://a.example"})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("query", ["", "?linkType=linkset", "?linkType=gs1:menuInfo"])
def test_clause_2_2_head_answers_as_get_without_a_body(web: Client, query: str) -> None:
    got, headed = web.get(CODE + query), web.head(CODE + query)
    assert headed.status_code == got.status_code
    assert headed.content == b""
    for name in ("Location", "ETag", "Content-Type", "Link", "Vary"):
        assert headed.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_clause_2_2_other_methods_are_not_taken(web: Client, method: str) -> None:
    answer = getattr(web, method)(CODE)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_clause_2_2_a_request_without_an_accept_header_is_answered(web: Client) -> None:
    assert web.get(CODE).status_code == 307


# -- 2.3 compression -----------------------------------------------------------------------------


# SGTIN-96 of the linked product's serial number 77; its company prefix has seven digits.
EPC = write_hex((("01", LINKED), ("21", "77")), "sgtin-96", prefix_length=7)
PACKED = ["/" + pack(EPC, base64=False), "/" + pack(EPC)]


@pytest.mark.parametrize("path", PACKED, ids=["hex", "base64"])
def test_clause_2_3_an_epc_binary_string_is_unfolded_and_its_link_named(
    web: Client, path: str
) -> None:
    answer = web.get(path)
    assert answer.status_code == 307
    uncompressed = f"{ROOT}/01/{LINKED}/21/77"
    assert f'<{uncompressed}>; rel="owl:sameAs"' in answer.headers["Link"]
    found = sets(web, path + "?linkType=linkset")
    assert all(one["anchor"].startswith(f"{ROOT}/01/{LINKED}") for one in found)


@pytest.mark.parametrize(
    "path", ["/eh00", "/eh300000000000", "/exAAAAAAAAAAAA", "/eh3034257BF7194E4000001A8"]
)
def test_clause_2_3_a_string_that_is_no_epc_is_refused(web: Client, path: str) -> None:
    assert web.get(path).status_code in (400, 404)


# -- 2.4 syntax, unknown codes -------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/01/{LINKED[1:]}",
        f"/01/{LINKED[:-1]}0",
        "/01/",
        "/01",
        f"/01/{LINKED}/10",
        f"/01/{LINKED}/10/",
        f"/01/{LINKED}/21/S/10/L",
        f"/01/{LINKED}/10/L/22/V",
        f"/01/{LINKED}/17/261231",
        f"/01/{LINKED}/10/L/17/261231",
        f"/01/{LINKED}/235/T/10/L",
        f"/01/{LINKED}/21/" + "S" * 21,
        f"/01/{LINKED}/21/%5E",
        f"/gtin/{LINKED}",
        f"/10/L/01/{LINKED}",
        f"/01/{LINKED}/00/952110500000000015",
        "/17/261231",
        f"/01/{LINKED}?17=261331",
        f"/01/{LINKED}?22=V",
        f"/01/{LINKED}?9999=x",
        "/8006/1",
        "/415/9521321000018",
        "/class/Nobody/x",
    ],
)
def test_clause_2_4_what_breaks_the_syntax_is_400_with_the_rule(web: Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 400, answer.headers.get("Location")
    body = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert body["errors"][0]["rule"]
    assert body["status"] == 400
    assert go(web, path, BROWSER).headers["Content-Type"].startswith("text/html")
    assert go(web, path, BROWSER).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/01/09521234000129",
        "/01/09521234000129/10/A/21/B",
        "/00/952110599999999993",
        "/414/9521321000018",
        "/8010/95211AB/8011/1",
        "/class/qn-99999-h001/nothing",
    ],
)
def test_clause_2_4_1_a_sound_code_that_nobody_knows_is_404(web: Client, path: str) -> None:
    for accept in (None, BROWSER, LINKSET):
        assert go(web, path, accept).status_code == 404
    assert go(web, path + "?linkType=linkset").status_code == 404
    assert json.loads(web.get(path).content)["errors"][0]["code"] == "resolver.unknown"


# -- 2.5.8 the default link ----------------------------------------------------------------------


def test_clause_2_5_8_the_default_has_target_and_title_and_its_own_type_beside(web: Client) -> None:
    gtin = sets(web, f"{CODE}?linkType=linkset")[-1]
    (default,) = gtin[f"{VOC}defaultLink"]
    assert set(default) == {"href", "title"}
    assert default["href"] in [one["href"] for one in gtin[f"{VOC}pip"]]


def test_clause_2_5_8_every_entity_has_at_most_one_default(web: Client) -> None:
    for path in (f"/01/{GTIN}/10/{LOT}", f"{CODE}/22/V1/10/L1/21/S1", f"/01/{MANAGED}/21/{ISSUED}"):
        found = sets(web, path + "?linkType=linkset")
        counts = [len(one.get(f"{VOC}defaultLink", [])) for one in found]
        assert max(counts) == 1
        assert counts.count(1) >= 1


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, "home"),
        ("en", "en/home"),
        ("en-GB,fr;q=0.5", "en/home"),
        ("fr-CH", "fr/home"),
        ("de", "home"),
        ("*", "home"),
        ("vi", "home"),
    ],
)
def test_clause_2_5_8_variants_by_language_and_else_the_default(
    web: Client, language: str | None, expected: str
) -> None:
    answer = go(web, CODE, BROWSER, language)
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"https://maker.example/{expected}"
    assert "Accept-Language" in answer.headers["Vary"]


# -- 2.5.9 walking up ----------------------------------------------------------------------------


def test_clause_2_5_9_an_unknown_lot_leads_where_its_product_leads(web: Client) -> None:
    assert target(web, f"{CODE}/10/KL8G") == "https://maker.example/home"
    assert target(web, f"/01/{GTIN}/10/KL8G") == f"{ROOT}/scan/01/{GTIN}"
    assert target(web, f"/01/{MANAGED}/10/KL8G") == f"{ROOT}/scan/01/{MANAGED}"


def test_clause_2_5_9_a_known_lot_leads_to_its_own_page(web: Client) -> None:
    assert target(web, f"/01/{GTIN}/10/{LOT}") == f"{ROOT}/scan/01/{GTIN}/10/{LOT}"


def test_clause_2_5_9_there_is_one_redirect_and_it_does_not_climb(web: Client) -> None:
    location = target(web, f"/01/{GTIN}/10/KL8G")
    assert urlsplit(location).path.startswith("/scan/")
    assert web.get(urlsplit(location).path).status_code == 200


def test_clause_2_5_9_a_link_set_is_the_union_of_the_six(web: Client) -> None:
    found = sets(web, f"{CODE}/22/V1/10/L1/21/S1?linkType=linkset")
    assert [one["anchor"].removeprefix(ROOT + CODE) for one in found] == [
        "/21/S1",
        "/22/V1/10/L1",
        "/10/L1",
        "/22/V1",
        "",
    ]
    assert [one["anchor"] for one in sets(web, f"{CODE}/235/T1?linkType=linkset")] == [
        f"{ROOT}{CODE}/235/T1",
        ROOT + CODE,
    ]
    assert len(sets(web, f"{CODE}?linkType=linkset")) == 1


def test_clause_2_5_9_the_nearest_level_that_has_a_type_answers_for_it(web: Client) -> None:
    assert target(web, f"{CODE}/10/L1?linkType=gs1:relatedImage").startswith(
        "https://maker.example/i-10-L1"
    )
    assert target(web, f"{CODE}/10/L9?linkType=gs1:instructions").startswith(
        "https://maker.example/how"
    )
    assert go(web, f"{CODE}/10/L9?linkType=gs1:relatedImage").status_code == 404


def test_clause_2_5_9_a_template_at_the_gtin_serves_its_lots(web: Client) -> None:
    found = target(web, f"/01/{TEMPLATED}/10/A%2FB")
    assert found == f"https://maker.example/p/{TEMPLATED}?at=01/{TEMPLATED}/10/A%2FB"
    lots = f"/01/{TEMPLATED}/10/A%2FB?linkType=gs1:traceability"
    assert target(web, lots).startswith("https://maker.example/lots/A%2FB?")
    # Without a lot there is no such link.
    gtin = sets(web, f"/01/{TEMPLATED}?linkType=linkset")[-1]
    assert not any("{" in one["href"] for one in gtin[f"{VOC}traceability"])


# -- 2.6 link types ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["gs1:instructions", "https://gs1.org/voc/instructions", "instructions"]
)
def test_clause_2_6_a_link_type_leads_to_its_link(web: Client, name: str) -> None:
    assert target(web, f"{CODE}?linkType={name}").startswith("https://maker.example/how?v=1&")


@pytest.mark.parametrize("name", ["gs1:menuInfo", "menuInfo", "nonsense", "gs1:", "https://x/"])
def test_clause_2_6_a_type_that_is_absent_is_404_and_no_200(web: Client, name: str) -> None:
    for path in (CODE, f"{CODE}/10/L1", f"/01/{GTIN}/10/{LOT}"):
        answer = web.get(f"{path}?linkType={name}")
        assert answer.status_code == 404
        assert json.loads(answer.content)["status"] == 404


@pytest.mark.parametrize(
    ("accept", "language", "path", "expected"),
    [
        (None, "en", "?linkType=gs1:pip", "en/home"),
        (None, "fr;q=0.2, en;q=0.1", "?linkType=gs1:pip", "fr/home"),
        ("application/pdf", None, "?linkType=gs1:certificationInfo", "a.pdf"),
        ("text/html, application/pdf;q=0.5", None, "?linkType=certificationInfo", "a.html"),
        (None, None, "?linkType=gs1:safetyInfo&context=kitchen", "kitchen"),
    ],
)
def test_clause_2_6_of_several_the_one_that_the_request_singles_out(
    web: Client, accept: str | None, language: str | None, path: str, expected: str
) -> None:
    answer = go(web, CODE + path, accept, language)
    assert answer.status_code == 307
    assert urlsplit(answer.headers["Location"]).path == f"/{expected}"


@pytest.mark.parametrize("name", ["pip", "certificationInfo", "safetyInfo"])
def test_clause_2_6_what_cannot_be_decided_is_300_with_a_real_link_set(
    web: Client, linkset_schema: jsonschema_rs.Validator, name: str
) -> None:
    answer = web.get(f"{CODE}?linkType=gs1:{name}")
    assert answer.status_code == 300
    assert answer.headers["Content-Type"] == LINKSET
    body = json.loads(answer.content)
    linkset_schema.validate(body)
    (only,) = body["linkset"]
    assert set(only) == {"anchor", "itemDescription", VOC + name}
    assert len(only[VOC + name]) > 1


def test_clause_2_6_people_choose_among_several_on_a_page(web: Client) -> None:
    page = go(web, f"{CODE}?linkType=gs1:safetyInfo", BROWSER)
    assert page.status_code == 300
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"https://maker.example/kitchen" in page.content


def test_clause_2_6_links_out_of_their_time_are_absent(web: Client) -> None:
    for name in ("promotion", "recipeInfo"):
        assert web.get(f"{CODE}?linkType=gs1:{name}").status_code == 404
        assert VOC + name not in sets(web, f"{CODE}?linkType=linkset")[-1]


# -- 2.9, 2.10 link sets -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("?linkType=linkset", None, LINKSET),
        ("?linkType=all", None, LINKSET),
        ("?linkType=linkset", "*/*", LINKSET),
        ("?linkType=linkset", "image/png", LINKSET),
        ("", LINKSET, LINKSET),
        ("", f"{LINKSET}, */*;q=0.1", LINKSET),
        ("?linkType=gs1:pip", LINKSET, LINKSET),
        ("", "application/json", "application/json"),
        ("?linkType=linkset", "application/json", "application/json"),
        ("", "application/ld+json", "application/ld+json"),
        ("?linkType=linkset", "application/ld+json", "application/ld+json"),
    ],
)
def test_clause_2_9_a_link_set_is_200_without_redirect_in_its_own_type(
    web: Client,
    linkset_schema: jsonschema_rs.Validator,
    query: str,
    accept: str | None,
    kind: str,
) -> None:
    for path in (CODE, f"{CODE}/22/V1/10/L1/21/S1", f"/01/{GTIN}/10/{LOT}"):
        answer = go(web, path + query, accept)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == kind
        body = json.loads(answer.content)
        context = body.pop("@context", None)
        assert (context is not None) == (kind == "application/ld+json")
        linkset_schema.validate(body)


def test_clause_2_9_the_context_is_named_in_a_well_formed_header(web: Client) -> None:
    assert web.get(f"{CODE}?linkType=linkset").headers["Link"] == (
        "<https://ref.gs1.org/standards/resolver/linkset-context>; "
        'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    )


def test_clause_2_9_anchors_are_canonical_on_our_root_and_targets_absolute(web: Client) -> None:
    found = sets(web, f"/01/{GTIN}/10/{LOT}/?linkType=linkset&x=1")
    assert found[0]["anchor"] == f"{ROOT}/01/{GTIN}/10/{LOT}"
    links = [link for one in found for name in one if name.startswith("http") for link in one[name]]
    assert all(link["href"].startswith("http") for link in links)


def test_clause_2_10_people_get_a_page_with_the_links_and_their_data_in_it(web: Client) -> None:
    answer = go(web, f"{CODE}?linkType=linkset", BROWSER)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.content.decode()
    head, _, rest = page.partition('<script type="application/ld+json">')
    data = json.loads(rest.partition("</script>")[0])
    assert data["@context"]
    assert data["linkset"][0]["anchor"] == ROOT + CODE
    assert "https://maker.example/how?v=1#top" in rest
    assert head


@pytest.mark.parametrize("accept", [BROWSER, "*/*", "text/html, application/linkset+json;q=0.5"])
def test_clause_2_9_who_likes_pages_better_is_redirected(web: Client, accept: str) -> None:
    assert go(web, CODE, accept).status_code == 307


# -- 2.12 the query string -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["a=1", "17=261231&b=c", "a=%2f%2F+x&b", "x[]=1&y={z}", "&&", "a=b=c?d", "t='\"<>", "lang=en"],
)
def test_clause_2_12_the_whole_raw_query_goes_along_unchanged(web: Client, query: str) -> None:
    answer = web.get(CODE, QUERY_STRING=query)
    assert answer.headers["Location"] == f"https://maker.example/home?{query}"


def test_clause_2_12_a_target_with_a_query_and_a_fragment_keeps_both(web: Client) -> None:
    asked = "linkType=gs1:instructions&a=1"
    assert target(web, f"{CODE}?{asked}") == f"https://maker.example/how?v=1&{asked}#top"


def test_clause_2_12_nothing_in_a_query_can_start_a_header(web: Client) -> None:
    answer = web.get(CODE, QUERY_STRING="a=1\r\nSet-Cookie: x=1")
    assert answer.status_code == 307
    assert "\n" not in answer.headers["Location"]
    assert not answer.cookies


# -- 2.13 a trailing slash -----------------------------------------------------------------------


@pytest.mark.parametrize("path", [CODE, f"{CODE}/10/L1", f"{CODE}/22/V1/10/L1"])
def test_clause_2_13_a_trailing_slash_makes_no_difference(web: Client, path: str) -> None:
    assert target(web, path + "/") == target(web, path)


# -- 3 the description ---------------------------------------------------------------------------


def test_clause_3_the_description_is_valid_and_true(web: Client, shared: Path) -> None:
    answer = web.get("/.well-known/gs1resolver")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = json.loads(answer.content)
    text = (shared / "standards/gs1/description-file-schema.json").read_text("utf-8")
    jsonschema_rs.validator_for(json.loads(text)).validate(body)
    assert body["resolverRoot"] == ROOT
    assert web.options("/.well-known/gs1resolver").status_code == 204
    assert web.post("/.well-known/gs1resolver").status_code == 405


# -- Beyond the standard: stamps, caches, values with slashes ------------------------------------


@pytest.mark.parametrize(
    "path",
    [f"/01/{MANAGED}/21/FORGED", f"/01/{MANAGED}/10/L1/21/FORGED", f"/01/{MANAGED}/21/FORGED/"],
)
@pytest.mark.parametrize("query", ["", "?linkType=linkset", "?linkType=gs1:pip"])
def test_a_serial_that_was_never_issued_leads_nowhere_in_any_form(
    web: Client, path: str, query: str
) -> None:
    for accept in (None, BROWSER, LINKSET):
        answer = go(web, path + query, accept)
        assert answer.status_code == 404
        assert b"resolver.not_issued" in answer.content
        assert b"/scan/01" not in answer.content


def test_an_issued_serial_leads_to_its_own_page(web: Client) -> None:
    expected = f"{ROOT}/scan/01/{MANAGED}/21/{ISSUED}"
    assert target(web, f"/01/{MANAGED}/21/{ISSUED}") == expected
    assert target(web, f"/01/{MANAGED}/10/L/21/{ISSUED}") == expected


def test_an_unknown_serial_of_a_product_without_stamps_walks_up(web: Client) -> None:
    assert target(web, f"{CODE}/21/ANY") == "https://maker.example/home"


def test_resolving_is_no_scan_and_writes_nothing(web: Client, resolver_site: str) -> None:
    with psycopg.connect(resolver_site, autocommit=True) as connection:
        ask = "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables"
        connection.execute("select pg_stat_force_next_flush()")
        before = connection.execute(ask).fetchone()
        for path in (CODE, f"/01/{MANAGED}/21/{ISSUED}", f"/01/{MANAGED}/21/FORGED"):
            go(web, path, BROWSER)
            web.head(path)
            web.get(path + "?linkType=linkset")
        connection.execute("select pg_stat_clear_snapshot()")
        assert connection.execute(ask).fetchone() == before


def test_a_link_set_not_changed_since_is_304(web: Client) -> None:
    first = web.get(f"{CODE}?linkType=linkset")
    tag = first.headers["ETag"]
    again = web.get(f"{CODE}?linkType=linkset", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_every_answer_may_be_kept_for_half_a_minute_by_any_cache(web: Client) -> None:
    for path in (CODE, f"{CODE}?linkType=linkset", "/01/09521234000129"):
        answer = web.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        (f"/01/{TEMPLATED}/10/A/B", f"/01/{TEMPLATED}/10/A%2FB"),
        (f"/01/{TEMPLATED}/10/A/17/261231", f"/01/{TEMPLATED}/10/A%2F17%2F261231"),
        (f"/01/{TEMPLATED}/10/21/1", f"/01/{TEMPLATED}/10/21%2F1/"),
    ],
)
def test_where_the_server_tells_the_raw_path_it_is_what_counts(
    web: Client, path: str, raw: str
) -> None:
    found = web.get(path, REQUEST_URI=raw).headers["Location"]
    assert found == f"https://maker.example/p/{TEMPLATED}?at=" + raw[1:].rstrip("/")


def test_a_local_code_is_resolved_on_our_own_host(web: Client) -> None:
    path = "/class/qn-06978-h003/hoa-tuoi/lot/260210"
    location = target(web, path)
    assert web.get(location.removeprefix(ROOT)).status_code == 200
    assert target(web, "/class/qn-06978-h003/hoa-tuoi/lot/none").startswith(ROOT + "/scan/")
    anchors = [one["anchor"] for one in sets(web, path + "?linkType=linkset")]
    assert anchors == [ROOT + path, f"{ROOT}/class/qn-06978-h003/hoa-tuoi"]
    assert target(web, "/org/qn-06978-h003").startswith(ROOT + "/scan/")
