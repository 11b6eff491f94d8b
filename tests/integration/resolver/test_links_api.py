"""Links over the JSON API: keys in any syntax, ETag and If-Match, bulk, CSV, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from nguon.accounts.services import add_key
from tests.integration.resolver.resolving import MAKER, OTHER

pytestmark = pytest.mark.database
URL = "/api/v1/links"
PIP = {"link_type": "gs1:pip", "href": "https://maker.example/p", "title": "Trang"}
_numbers = iter(range(1, 10_000))


class Caller:
    """A machine with a key."""

    def __init__(self, organisation: str, role: str) -> None:
        _key, text = add_key(f"máy {next(_numbers)}", role, organisation)
        self._client = Client(headers={"authorization": f"Bearer {text}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str):
        """Ask; the body as JSON."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        kind = "text/csv" if isinstance(body, bytes) else "application/json"
        return self._client.generic(method, URL + path, data, kind, headers=names)


@pytest.fixture
def owner(resolver_site: str) -> Caller:
    """The maker's own machine."""
    return Caller(MAKER, "owner")


@pytest.fixture
def lot() -> str:
    """A lot that no other test uses."""
    return f"(01)09521105900015(10)A{next(_numbers)}"


def code_of(answer) -> str:
    """The first fault of a refusal."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    return json.loads(answer.content)["errors"][0]["code"]


def test_a_set_is_put_read_changed_and_removed_by_its_version(owner: Caller, lot: str) -> None:
    made = owner("PUT", f"/set?key={lot}", {"links": [PIP], "why": "mới"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    got = owner("GET", "/set?key=https://any.example/01/09521105900015/10/" + lot[22:])
    assert json.loads(got.content)["links"][0]["href"] == PIP["href"]
    assert got.headers["ETag"] == '"1"'
    changed = {**PIP, "title": "Trang mới"}
    blind = owner("PUT", f"/set?key={lot}", {"links": [changed]})
    assert (blind.status_code, code_of(blind)) == (428, "resolver.version_missing")
    late = owner("PUT", f"/set?key={lot}", {"links": [changed]}, if_match='"7"')
    assert (late.status_code, code_of(late)) == (412, "resolver.version_changed")
    assert owner("PUT", f"/set?key={lot}", {"links": [changed]}, if_match='"1"').status_code == 200
    assert owner("DELETE", f"/set?key={lot}", if_match='"2"').status_code == 204
    assert owner("GET", f"/set?key={lot}").status_code == 404


def test_versions_are_listed_and_restored(owner: Caller, lot: str) -> None:
    owner("PUT", f"/set?key={lot}", {"links": [PIP]})
    owner("PUT", f"/set?key={lot}", {"links": [{**PIP, "title": "2"}]}, if_match='"1"')
    rows = json.loads(owner("GET", f"/versions?key={lot}").content)
    assert [row["number"] for row in rows] == [2, 1]
    back = owner("POST", f"/restore?key={lot}", {"number": 1}, if_match='"2"')
    assert (back.status_code, back.headers["ETag"]) == (200, '"3"')


def test_faults_name_their_places(owner: Caller, lot: str) -> None:
    wrong = owner(
        "PUT", f"/set?key={lot}", {"links": [{**PIP, "href": "no", "hreflang": ["zh-Hant"]}]}
    )
    assert wrong.status_code == 400
    errors = json.loads(wrong.content)["errors"]
    assert {error["pointer"] for error in errors} == {"/links/0/href", "/links/0/hreflang/0"}
    assert code_of(owner("PUT", "/set?key=(01)09521105900010", {"links": [PIP]})) == (
        "gs1.check_digit"
    )
    assert owner("PUT", f"/set?key={lot}", {"links": "no"}).status_code == 422


def test_the_list_goes_on_from_its_cursor_and_shows_no_stranger_anything(owner: Caller) -> None:
    for number in range(3):
        owner("PUT", f"/set?key=(01)09521105900015(10)C{number}", {"links": [PIP]})
    seen: list[str] = []
    after = ""
    while True:
        page = json.loads(owner("GET", f"?most=2&after={after}").content)
        seen += [item["key"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) >= 3
    assert seen == sorted(seen)
    stranger = Caller(OTHER, "owner")
    assert json.loads(stranger("GET", "").content)["items"] == []
    assert stranger("GET", "/set?key=(01)09521105900015(10)C1").status_code == 403
    assert code_of(stranger("PUT", "/set?key=(01)09521105900015(10)C1", {"links": [PIP]})) == (
        "accounts.other_organisation"
    )


def test_without_a_key_nothing_is_told(resolver_site: str) -> None:
    answer = Client().get(URL + "/set?key=(01)09521105900015")
    assert (answer.status_code, code_of(answer)) == (401, "accounts.not_signed_in")


def test_many_at_once_are_rehearsed_then_written(owner: Caller, lot: str) -> None:
    sets = [{"key": lot, "links": [PIP]}, {"key": "(01)1", "links": [PIP]}]
    report = json.loads(owner("PUT", "/many", {"sets": sets}).content)
    assert (report["written"], report["refused"]) == (False, 1)
    assert report["results"][1]["faults"][0]["code"].startswith("gs1.")
    body = {"sets": sets[:1], "rehearsal": True}
    assert not json.loads(owner("PUT", "/many", body).content)["written"]
    assert json.loads(owner("PUT", "/many", {"sets": sets[:1]}).content)["written"]


def test_csv_goes_out_and_comes_in(owner: Caller, lot: str) -> None:
    owner("PUT", f"/set?key={lot}", {"links": [PIP]})
    out = owner("GET", f"/csv?q=/10/{lot[22:]}")
    assert out.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = out.content.replace(b"Trang", b"Trang khac")
    rehearsed = json.loads(owner("POST", "/csv?rehearsal=true", text).content)
    assert rehearsed["results"][0]["outcome"] == "changed"
    assert json.loads(owner("POST", "/csv", text).content)["written"]
    broken = owner("POST", "/csv", b"a,b\n")
    assert (broken.status_code, code_of(broken)) == (400, "resolver.csv_columns")


def test_the_types_are_offered_with_their_titles(owner: Caller) -> None:
    names = {row["name"]: row for row in json.loads(owner("GET", "/types").content)}
    assert names["gs1:pip"]["vi"]
