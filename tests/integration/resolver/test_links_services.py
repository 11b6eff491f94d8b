"""Links are set by whoever holds the prefix, keep their history, and never overwrite unseen."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from nguon.accounts.decisions import NOBODY, Actor
from nguon.errors import NguonError
from nguon.linksets import Link, LinkError
from nguon.resolver import services
from nguon.resolver.models import Registration, Version
from nguon.resolver.services import ANY, Draft
from nguon.resolver.tables import read_csv, write_csv
from tests.integration.resolver.resolving import MAKER, OTHER, OWNER, PROVINCE, link

pytestmark = pytest.mark.database
PIP = link("gs1:pip", "https://maker.example/p")
HOW = link("gs1:instructions", "https://maker.example/how")
VIEWER = Actor("Xem", ((MAKER, "viewer"),))
STRANGER = Actor("Trà", ((OTHER, "owner"),))
_numbers = iter(range(1, 10_000))


@pytest.fixture
def key(resolver_site: str) -> str:
    """A lot that no other test uses."""
    return f"(01)09521105900015(10)SERVICE{next(_numbers)}"


def refused(call, *args, **kwargs) -> str:
    """The code of the refusal."""
    with pytest.raises(NguonError) as raised:
        call(*args, **kwargs)
    return raised.value.code


def test_links_are_kept_with_who_when_and_why(key: str) -> None:
    row = services.set_links(OWNER, key, [PIP], description="Chả", why="bao bì mới")
    assert (row.version, row.organisation, row.description) == (1, MAKER, "Chả")
    (version,) = Version.objects.filter(anchor=row.anchor)
    assert (version.who, version.why, version.verb) == (OWNER.name, "bao bì mới", "set")


def test_setting_the_same_again_makes_no_version(key: str) -> None:
    services.set_links(OWNER, key, [PIP])
    assert services.set_links(OWNER, key, [PIP], version=1).version == 1
    assert Version.objects.filter(anchor__endswith=key.rpartition(")")[2]).count() == 1


def test_nobody_overwrites_what_they_have_not_seen(key: str) -> None:
    services.set_links(OWNER, key, [PIP])
    assert refused(services.set_links, OWNER, key, [HOW]) == "resolver.version_missing"
    assert refused(services.set_links, OWNER, key, [HOW], version=9) == "resolver.version_changed"
    assert services.set_links(OWNER, key, [HOW], version=1).version == 2
    assert services.set_links(OWNER, key, [PIP], version=ANY).version == 3


def test_an_earlier_version_is_restored_as_a_new_one(key: str) -> None:
    services.set_links(OWNER, key, [PIP])
    services.set_links(OWNER, key, [HOW], version=1)
    row = services.restore_version(OWNER, key, 1, version=2)
    assert (row.version, row.links[0]["href"]) == (3, PIP.href)
    assert refused(services.restore_version, OWNER, key, 99, version=3) == (
        "resolver.version_unknown"
    )


def test_removed_links_leave_their_history_and_may_come_back(key: str) -> None:
    services.set_links(OWNER, key, [PIP])
    row = services.remove_links(OWNER, key, version=1)
    assert (row.links, row.version) == ([], 2)
    assert refused(services.remove_links, OWNER, key, version=2) == "resolver.set_unknown"
    assert services.set_links(OWNER, key, [PIP]).version == 3
    assert services.restore_version(OWNER, key, 2, version=3).links == []


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (NOBODY, "accounts.not_signed_in"),
        (VIEWER, "accounts.role_missing"),
        (STRANGER, "accounts.other_organisation"),
    ],
)
def test_who_may_not_is_told_why(key: str, actor: Actor, code: str) -> None:
    assert refused(services.set_links, actor, key, [PIP]) == code
    assert refused(services.remove_links, actor, key) == code


def test_the_authority_may_for_the_holder(key: str) -> None:
    assert services.set_links(PROVINCE, key, [PIP]).organisation == MAKER


def test_a_foreign_prefix_without_a_grant_takes_no_links_from_anybody(resolver_site: str) -> None:
    foreign = "(01)09523330000010"
    assert refused(services.set_links, OWNER, foreign, [PIP]) == "accounts.nobody_owns"
    assert refused(services.set_links, PROVINCE, foreign, [PIP]) == "registry.prefix_not_granted"


def test_every_fault_of_a_registration_is_told_at_once(key: str) -> None:
    with pytest.raises(LinkError) as raised:
        services.set_links(OWNER, key, [Link("gs1:x", "no", ""), PIP], description="d" * 301)
    found = {(fault.code, fault.pointer) for fault in raised.value.faults}
    assert found == {
        ("linksets.type_unknown", "/links/0/link_type"),
        ("linksets.href", "/links/0/href"),
        ("linksets.title_missing", "/links/0/title"),
        ("linksets.too_long", "/description"),
    }
    assert refused(services.set_links, OWNER, key, []) == "resolver.nothing_to_set"


def test_a_version_is_never_changed(key: str) -> None:
    services.set_links(OWNER, key, [PIP])
    version = Version.objects.order_by("-pk").first()
    with pytest.raises(PermissionDenied):
        version.save()
    with pytest.raises(PermissionDenied):
        version.delete()


def test_an_import_is_whole_or_not_at_all(key: str) -> None:
    other = f"(01)09521105900015(10)SERVICE{next(_numbers)}"
    good, bad = Draft(key, (PIP,)), Draft(other, (Link("gs1:pip", "no", "t"),), lines=(3,))
    report = services.import_links(OWNER, [good, bad])
    assert [result.outcome for result in report.results] == ["new", "refused"]
    assert (report.written, report.refused) == (False, 1)
    assert report.results[1].faults[0].code == "linksets.href"
    assert not Registration.objects.filter(anchor__endswith=key.rpartition(")")[2]).exists()
    assert services.import_links(OWNER, [good]).written


def test_a_rehearsal_tells_and_writes_nothing(key: str) -> None:
    report = services.import_links(OWNER, [Draft(key, (PIP,))], rehearsal=True)
    assert (report.written, report.results[0].outcome) == (False, "new")
    assert services.import_links(OWNER, [Draft(key, (PIP,))]).results[0].outcome == "new"
    assert services.import_links(OWNER, [Draft(key, (PIP,))]).results[0].outcome == "same"
    assert services.import_links(OWNER, [Draft(key, (HOW,))]).results[0].outcome == "changed"


def test_one_code_in_two_syntaxes_is_one_code_twice(key: str) -> None:
    lot = key.rpartition(")")[2]
    again = f"https://id.gs1.org/01/09521105900015/10/{lot}"
    report = services.import_links(OWNER, [Draft(key, (PIP,)), Draft(again, (HOW,))])
    assert report.results[1].faults[0].code == "resolver.anchor_twice"


def test_what_csv_writes_csv_reads(key: str) -> None:
    links = (
        link("gs1:pip", "https://maker.example/p;x", "vi", "en-GB", title="=SUM(A1)"),
        link(
            "gs1:safetyInfo", "https://maker.example/s", context=("a", "b"), media_type="text/html"
        ),
    )
    row = services.set_links(OWNER, key, links, description="Mô tả, có phẩy")
    (draft,) = read_csv(write_csv([row]).encode())
    assert (draft.key, draft.description, draft.lines) == (row.anchor, "Mô tả, có phẩy", (2, 3))
    assert draft.links == links
    assert services.import_links(OWNER, [draft]).results[0].outcome == "same"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "resolver.csv_unreadable"),
        (b"", "resolver.csv_columns"),
        (b"key,href\na,b\n", "resolver.csv_columns"),
        (b"key,link_type,href,title,what\n", "resolver.csv_columns"),
        (
            b"key,link_type,href,title,valid_from\n(01)1,gs1:pip,https://a.example,t,yesterday\n",
            "resolver.csv_time",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refused(read_csv, data) == code


def test_a_spreadsheet_with_semicolons_and_days_is_read() -> None:
    text = "\ufeffkey;link_type;href;title;valid_from\n(01)1;gs1:pip;https://a.example;Tên;2026-06-03\n"
    (draft,) = read_csv(text.encode())
    assert draft.links[0].valid_from.isoformat() == "2026-06-03T00:00:00+07:00"


@pytest.mark.parametrize(
    "href", ["/{path}", "/01/09521105900015", "http://localhost:8000/01/{gtin}/10/{lot}?a=b#c"]
)
def test_a_scan_never_goes_round(key: str, href: str, settings) -> None:
    settings.NGUON_BASE_URL = "http://localhost:8000"
    both = [link("gs1:defaultLink", href), link("gs1:pip", href)]
    assert refused(services.set_links, OWNER, key, both) == "resolver.leads_back"


@pytest.mark.parametrize(
    "href", ["/scan/{path}", "https://maker.example/01/{gtin}", "/01/09521105900022"]
)
def test_other_pages_may_be_what_a_scan_opens(key: str, href: str) -> None:
    both = [link("gs1:defaultLink", href), link("gs1:pip", href)]
    assert services.set_links(OWNER, key, both).version == 1
