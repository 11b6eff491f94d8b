"""A password of one's own: changed on the desk, with the old one, and at once in force."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from nguon.accounts.services import add_person
from tests.integration.labels.conftest import MAKER, sample_template, shop, sign_in

__all__ = ["sample_template", "shop"]
pytestmark = pytest.mark.database
PAGE = "/desk/password"
OLD, NEW = "một câu dài khó đoán", "một câu khác cũng dài"


@pytest.fixture
def lan(shop: str) -> Client:
    add_person("lan", OLD, "owner", MAKER, "Lan")
    return sign_in("lan")


def change(client: Client, old: str = OLD, new: str = NEW, again: str = ""):
    given = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(PAGE, given)


def test_a_password_is_changed_and_the_other_sessions_end(lan: Client) -> None:
    elsewhere = sign_in("lan")
    assert f'href="{PAGE}"' in lan.get("/desk/").text
    page = lan.get(PAGE)
    assert page["Cache-Control"] == "private, no-store"
    answer = change(lan)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert lan.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 302
    assert get_user_model().objects.get(username="lan").check_password(NEW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"old": "x"}, "old-e"),
        ({"new": "12345678901"}, "new-e"),
        ({"new": "ngắn"}, "new-e"),
        ({"again": "khác hẳn câu trước"}, "again-e"),
    ],
)
def test_a_password_that_cannot_be_says_why(lan: Client, given: dict[str, str], field: str) -> None:
    refused = change(lan, **given)
    assert refused.status_code == 400
    assert [name for name in ("old-e", "new-e", "again-e") if f'id="{name}"' in refused.text] == [
        field
    ]
    assert OLD not in refused.text
    assert get_user_model().objects.get(username="lan").check_password(OLD)


def test_whoever_is_not_signed_in_changes_nothing(shop: str) -> None:
    assert Client().get(PAGE).status_code == 302


def test_sample_people_have_no_password_to_change(shop: str) -> None:
    assert PAGE not in sign_in("hanh").get("/desk/").text
