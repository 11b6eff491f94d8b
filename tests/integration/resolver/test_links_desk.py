"""Links on the desk, without script: list, form, history, file."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nguon.accounts.services import add_person
from nguon.resolver import services
from nguon.resolver.models import Registration, Version
from nguon.resolver.tables import write_csv
from tests.integration.resolver.resolving import MAKER, OTHER, OWNER, link

pytestmark = pytest.mark.database
_numbers = iter(range(1, 10_000))
PAGE = "https://maker.example/p"


def sign_in(role: str, organisation: str) -> Client:
    """Somebody with a role, who reads Vietnamese."""
    name = f"{role}-{organisation[-6:]}".replace("/", "-")
    user = get_user_model().objects.filter(username=name).first()
    user = user or add_person(name, "mat-khau-rat-dai-952", role, organisation)
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user)
    return client


@pytest.fixture
def owner(resolver_site: str) -> Client:
    """The maker's owner."""
    return sign_in("owner", MAKER)


@pytest.fixture
def key() -> str:
    """A lot that no other test uses."""
    return f"https://id.gs1.org/01/09521105900015/10/D{next(_numbers)}"


def form(key: str, *rows: dict[str, str], **given: str) -> dict[str, str]:
    """A filled form."""
    data = {"key": key, "version": "", "rows": str(len(rows)), **given}
    for number, row in enumerate(rows, 1):
        filled = {"link_type": "gs1:pip", "title": "Trang", **row}
        data |= {f"{name}-{number}": value for name, value in filled.items()}
    return data


def test_who_is_not_signed_in_is_led_to_the_door(resolver_site: str) -> None:
    for path in ("", "edit", "upload", "history?key=x", "links.csv"):
        assert Client().get(f"/desk/links/{path}").status_code == 302


def test_the_list_shows_ones_own_and_finds(owner: Client) -> None:
    page = owner.get("/desk/links/").content.decode()
    assert "Chả mực" in page
    assert "Chả mực" in owner.get("/desk/links/?q=09521105900015").content.decode()
    assert "Chả mực" not in owner.get("/desk/links/?q=nothing-of-it").content.decode()
    assert "Chả mực" not in sign_in("owner", OTHER).get("/desk/links/").content.decode()


def test_a_code_in_any_form_leads_to_its_form_and_a_wrong_one_to_the_reason(owner: Client) -> None:
    assert owner.get("/desk/links/edit").status_code == 200
    found = owner.get("/desk/links/edit", {"key": "(01)09521105900015"})
    assert found.status_code == 200
    assert b"https://maker.example/home" in found.content
    assert b'<a href="/desk/links/" aria-current="true">' in found.content
    wrong = owner.get("/desk/links/edit", {"key": "(01)09521105900010"})
    assert wrong.status_code == 400
    assert b"gs1.check_digit" in wrong.content


def test_a_filled_form_becomes_links_with_their_default(owner: Client, key: str) -> None:
    rows = (
        {"href": PAGE, "role": "default", "hreflang": "vi", "media_type": "text/html"},
        {"href": PAGE + "/en", "role": "variant", "hreflang": "en"},
        {"href": PAGE + "/s", "link_type": "gs1:safetyInfo", "valid_until": "2999-01-01T08:00"},
        {"href": "", "title": ""},
    )
    saved = owner.post("/desk/links/edit", form(key, *rows, why="bao bì mới"))
    assert saved.status_code == 303
    row = Registration.objects.get(anchor=key)
    assert [one["link_type"] for one in row.links] == [
        "gs1:defaultLink",
        "gs1:pip",
        "gs1:defaultLinkMulti",
        "gs1:pip",
        "gs1:safetyInfo",
    ]
    assert row.links[4]["valid_until"] == "2999-01-01T08:00:00+07:00"
    assert Version.objects.get(anchor=key).why == "bao bì mới"
    page = owner.get(saved.headers["Location"]).content.decode()
    assert re.search(r'<option value="default" selected>', page)
    assert re.search(r'<option value="variant" selected>', page)
    again = owner.post("/desk/links/edit", form(key, *rows, version="1"))
    assert again.status_code == 303
    assert Registration.objects.get(anchor=key).version == 1


def test_what_is_wrong_stands_at_its_row_and_nothing_typed_is_lost(owner: Client, key: str) -> None:
    rows = ({"href": "not an address", "title": "Tên đã gõ"}, {"href": PAGE, "valid_from": "soon"})
    answer = owner.post("/desk/links/edit", form(key, *rows))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Tên đã gõ" in page
    answer = owner.post("/desk/links/edit", form(key, rows[0]))
    page = answer.content.decode()
    assert (answer.status_code, "linksets.href" in page, 'href="#row-1"' in page) == (
        400,
        True,
        True,
    )
    assert not Registration.objects.filter(anchor=key).exists()


def test_more_rows_come_without_saving(owner: Client, key: str) -> None:
    answer = owner.post("/desk/links/edit", form(key, {"href": PAGE}, more="1"))
    assert answer.status_code == 200
    assert answer.content.count(b"<fieldset") == 3
    assert not Registration.objects.filter(anchor=key).exists()


def test_somebody_elses_change_is_not_overwritten(owner: Client, key: str) -> None:
    services.set_links(OWNER, key, [link("gs1:pip", PAGE)])
    services.set_links(OWNER, key, [link("gs1:pip", PAGE + "/2")], version=1)
    answer = owner.post("/desk/links/edit", form(key, {"href": PAGE}, version="1"))
    assert answer.status_code == 412
    assert b"resolver.version_changed" in answer.content


def test_history_tells_and_restores_and_removal_is_one_of_its_steps(
    owner: Client, key: str
) -> None:
    services.set_links(OWNER, key, [link("gs1:pip", PAGE)], why="lần đầu")
    services.set_links(OWNER, key, [link("gs1:pip", PAGE + "/2")], version=1)
    page = owner.get("/desk/links/history", {"key": key}).content.decode()
    assert "lần đầu" in page
    back = {"key": key, "version": "2", "number": "1"}
    assert owner.post("/desk/links/restore", back).status_code == 303
    assert Registration.objects.get(anchor=key).links[0]["href"] == PAGE
    gone = owner.post("/desk/links/remove", {"key": key, "version": "3"})
    assert gone.status_code == 303
    assert Registration.objects.get(anchor=key).links == []
    assert owner.post("/desk/links/remove", {"key": key, "version": "3"}).status_code == 404


def test_who_may_only_look_sees_the_reason_and_no_button(resolver_site: str, key: str) -> None:
    viewer = sign_in("viewer", MAKER)
    services.set_links(OWNER, key, [link("gs1:pip", PAGE)])
    page = viewer.get("/desk/links/edit", {"key": key}).content.decode()
    assert 'type="submit">' not in page.partition('<form class="c12')[2]
    assert (
        viewer.post("/desk/links/edit", form(key, {"href": PAGE}, version="1")).status_code == 403
    )
    stranger = sign_in("owner", OTHER)
    assert stranger.get("/desk/links/edit", {"key": key}).status_code == 403


def test_a_file_is_rehearsed_shown_and_then_written(owner: Client, key: str) -> None:
    row = services.set_links(OWNER, key, [link("gs1:pip", PAGE)])
    text = write_csv([row]).replace(PAGE, PAGE + "/from-file")
    sent = SimpleUploadedFile("links.csv", text.encode())
    page = owner.post("/desk/links/upload", {"file": sent}).content.decode()
    assert 'name="write"' in page
    assert Registration.objects.get(anchor=key).version == 1
    written = owner.post("/desk/links/upload", {"text": text, "write": "1"})
    assert written.status_code == 200
    assert Registration.objects.get(anchor=key).version == 2
    bad = SimpleUploadedFile("links.csv", text.replace("https://maker", "no://maker").encode())
    refused = owner.post("/desk/links/upload", {"file": bad})
    assert (refused.status_code, b"linksets.href" in refused.content) == (400, True)
    none = owner.post("/desk/links/upload", {"text": "a,b\n1,2"})
    assert (none.status_code, b"resolver.csv_columns" in none.content) == (400, True)


def test_the_list_is_downloaded_as_it_is_uploaded(owner: Client) -> None:
    answer = owner.get("/desk/links/links.csv?q=09521105900039")
    assert answer.content.startswith(b"key,link_type,href,title")
    assert b"{gtin}" in answer.content


def test_pages_stay_within_their_number_of_questions(
    owner: Client, key: str, queries: list[str]
) -> None:
    services.set_links(OWNER, key, [link("gs1:pip", PAGE)])
    for path in ("/desk/links/", f"/desk/links/edit?key={key}", f"/desk/links/history?key={key}"):
        queries.clear()
        assert owner.get(path).status_code == 200
        assert len(queries) <= 15, path
