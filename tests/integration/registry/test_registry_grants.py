"""Who may use which prefix: the longest grant decides, on the day that is asked about."""

from __future__ import annotations

from datetime import date

import pytest

from nguon.registry.grants import list_prefixes
from nguon.registry.models import KeyGrant
from nguon.registry.queries import find_owner
from nguon.registry.services import RegistryError, grant_prefix, require_grant

pytestmark = pytest.mark.database
MAKER, OTHER = "https://id.gs1.org/417/9521105000012", "https://id.gs1.org/417/9521301000014"
ID = "https://id.gs1.org"


@pytest.mark.parametrize(
    "key",
    [
        f"{ID}/01/09521777000013",
        f"{ID}/01/19521777000010/10/A",
        f"{ID}/01/09521777000013/21/A7",
        f"{ID}/00/395217770000000014",
        f"{ID}/414/9521777000013/254/1",
        f"{ID}/417/9521777000013",
        f"{ID}/8003/09521777000013S",
        f"{ID}/8004/9521777ABC",
        f"{ID}/401/9521777X",
        f"{ID}/253/9521777000013D",
    ],
)
def test_the_prefix_stands_at_its_place_in_every_key(key: str) -> None:
    assert "9521777" in list_prefixes(key)


def test_local_codes_are_their_owners_and_those_above() -> None:
    found = list_prefixes("https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210")
    assert found == ["qn-06978-h003", "qn-06978", "qn"]
    assert list_prefixes("https://somewhere.example/thing") == []


def test_the_longest_prefix_decides(empty_site: str) -> None:
    grant_prefix("952177", MAKER)
    grant_prefix("9521777", OTHER)
    assert find_owner(f"{ID}/01/09521777000013") == OTHER
    assert find_owner(f"{ID}/01/09521778000012") == MAKER
    assert find_owner(f"{ID}/01/09521999000013") == ""


def test_a_single_gtin_8_is_granted_by_itself(empty_site: str) -> None:
    grant_prefix("=95200002", MAKER)
    assert find_owner(f"{ID}/01/00000095200002") == MAKER
    assert find_owner(f"{ID}/01/00000095200019") == ""


def test_a_grant_holds_on_its_days_only(empty_site: str) -> None:
    until = date(2026, 6, 30)
    grant_prefix("9521777", MAKER, valid_until=until)
    grant_prefix("9521777", OTHER, valid_from=date(2026, 7, 1))
    key = f"{ID}/01/09521777000013"
    assert find_owner(key, until) == MAKER
    assert find_owner(key, date(2026, 7, 1)) == OTHER


def test_a_prefix_has_one_holder_at_a_time(empty_site: str) -> None:
    grant_prefix("9521777", MAKER)
    with pytest.raises(RegistryError) as refused:
        grant_prefix("9521777", OTHER, valid_from=date(2030, 1, 1))
    assert refused.value.code == "registry.prefix_taken"
    grant_prefix("9521777", MAKER, document="GCN 12")
    assert KeyGrant.objects.count() == 1


@pytest.mark.parametrize("prefix", ["", "952", "9521777000013", "=9520", "QN-1", "qn_1", "95a1"])
def test_what_is_no_prefix_is_refused(empty_site: str, prefix: str) -> None:
    with pytest.raises(RegistryError) as refused:
        grant_prefix(prefix, MAKER)
    assert refused.value.code == "registry.prefix_malformed"


def test_a_foreign_prefix_is_refused_with_the_rule(empty_site: str) -> None:
    grant_prefix("9521777", MAKER)
    key = f"{ID}/01/09521777000013"
    require_grant(MAKER, key)
    with pytest.raises(RegistryError) as foreign:
        require_grant(OTHER, key)
    assert foreign.value.code == "registry.prefix_of_other"
    with pytest.raises(RegistryError) as nobody:
        require_grant(OTHER, f"{ID}/01/09521999000013")
    assert nobody.value.code == "registry.prefix_not_granted"
    assert "NĐ 74/2018" in nobody.value.fault.rule
