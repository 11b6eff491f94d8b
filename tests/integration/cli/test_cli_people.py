"""`nguon register` and `nguon people`: one's own organisation, its people and its machines."""

from __future__ import annotations

import pytest

from tests.integration.cli.running import run

pytestmark = pytest.mark.database

ORGANISATION = "https://id.gs1.org/417/9521777000013"


def tell(database: str, *arguments: str, language: str = "en") -> tuple[int, str]:
    done = run(*arguments, DATABASE_URL=database, NGUON_LANGUAGE=language)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8")


@pytest.fixture
def database(store_url: str) -> str:
    assert tell(store_url, "migrate")[0] == 0
    return store_url


def test_an_organisation_from_nothing_to_its_keys(database: str) -> None:
    code, said = tell(
        database,
        *("register", "organisation", "(417)9521777000013", "HTX Mẫu"),
        *("--kind", "cooperative", "--address", "Ba Chẽ"),
    )
    assert (code, said.strip()) == (0, f"HTX Mẫu: recorded as {ORGANISATION}")
    code, said = tell(
        database,
        *("register", "product", "9521777000112", "Trà hoa vàng", "--producer", ORGANISATION),
    )
    assert code == 0
    assert "/01/09521777000112" in said
    assert tell(database, "register", "place", "(414)9521777000037", "Vườn")[0] == 0
    assert tell(database, "people", "grant", "9521777", "(417)9521777000013")[0] == 0
    code, said = tell(
        database,
        *("people", "add", "lan", "--role", "label_keeper"),
        *("--organisation", "(417)9521777000013"),
    )
    assert code == 0
    first = said.split()[-1]
    code, said = tell(database, "people", "password", "lan")
    assert code == 0
    assert said.split()[-1] != first
    code, said = tell(
        database,
        *("people", "key", "ERP", "--role", "label_keeper", "--days", "30"),
        *("--organisation", ORGANISATION),
    )
    assert code == 0
    shown = said.split()[-1][:9]
    code, said = tell(database, "people", "list")
    assert f"lan  label_keeper  {ORGANISATION}" in said
    assert f"{shown}… ERP  label_keeper  {ORGANISATION}  until 20" in said
    assert tell(database, "people", "withdraw", shown)[0] == 0
    assert tell(database, "people", "remove", "lan")[0] == 0
    assert tell(database, "people", "list") == (0, "")
    assert "accounts.key_not_found" in tell(database, "people", "withdraw", shown)[1]
    assert "accounts.person_unknown" in tell(database, "people", "remove", "lan")[1]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("register", "product", "9521777000113", "Trà"), "gs1."),
        (("register", "product", "(417)9521777000013", "Trà"), "registry.key_wrong_level"),
        (("register", "organisation", "(417)9521777000013", " "), "registry.name_missing"),
        (
            ("register", "organisation", "(417)9521777000013", "A", "--phone", "gọi"),
            "registry.value_refused",
        ),
        (("people", "add", "x", "--role", "owner"), "accounts.role_needs_organisation"),
    ],
)
def test_what_is_wrong_is_said(database: str, arguments: tuple[str, ...], fault: str) -> None:
    code, said = tell(database, *arguments, language="vi")
    assert code == 1
    assert fault in said
