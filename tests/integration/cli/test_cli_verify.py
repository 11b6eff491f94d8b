"""`nguon verify` and `nguon keys`: signatures checked without server, database or network."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from nguon.stamps import KeyRing, StampError, attach, keyfile
from tests.integration.cli.running import invoke, run

RING = KeyRing("Sở Công Thương Quảng Ninh").rotate(
    date(2026, 1, 5), master=b"m" * 32, signing=b"s" * 32
)
CODE = "https://trace.example/01/09521301000052/10/L1/21/A1?17=261231"
SIGNED = attach(RING.active_key, CODE)


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(RING.publish()), "utf-8")
    return path


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Chữ ký đúng: mã này do Sở Công Thương Quảng Ninh in ra."),
        ("en", "The signature is right: Sở Công Thương Quảng Ninh issued this code."),
    ],
)
def test_a_right_signature_says_who_and_what_it_does_not_say(
    jwks: Path, language: str, said: str
) -> None:
    result = invoke("verify", SIGNED, "--keys", jwks, language=language)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == said
    assert "GTIN 09521301000052 · LOT L1 · SER A1" in result.stdout
    assert "EXP 261231" in result.stdout
    assert {"vi": "bị sao chép", "en": "copied"}[language] in result.stdout


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (SIGNED.replace("L1", "L2"), "wrong"),
        (CODE, "unsigned"),
        ("nothing to read", "unreadable"),
        (SIGNED[:-1] + ("0" if SIGNED[-1] != "0" else "1"), "unknown_key"),
    ],
)
def test_anything_but_a_right_signature_ends_with_one(jwks: Path, code: str, status: str) -> None:
    result = invoke("verify", code, "--keys", jwks, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["status"] == status
    assert found["vi"]
    assert found["en"]
    assert ("fault" in found) == (status == "unreadable")


def test_a_file_of_codes_gets_a_line_each_and_a_sum(jwks: Path, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text(f"\ufeff{SIGNED}\r\n\r\n{CODE}\n  {SIGNED}  \n", "utf-8")
    result = invoke("verify", codes, "--keys", jwks)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.partition("\t")[0] for line in lines[:3]] == ["right", "unsigned", "right"]
    assert lines[3] == "3 codes: right 2, unsigned 1"
    told = json.loads(invoke("verify", codes, "--keys", jwks, "--json").stdout)
    assert [each["status"] for each in told] == ["genuine", "unsigned", "genuine"]


def test_codes_may_come_by_standard_input(jwks: Path) -> None:
    result = invoke("verify", "-", "--keys", jwks, stdin=f"{SIGNED}\n".encode())
    assert result.exit_code == 0, result.output


def test_without_keys_and_with_what_is_no_key_list_it_says_what_is_needed(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", "utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text("[]", "utf-8")
    nowhere = run("verify", SIGNED, NGUON_DATA=str(tmp_path))
    assert nowhere.returncode == 2
    assert b"--keys" in nowhere.stderr
    for arguments, code in (
        ((SIGNED, "--keys", tmp_path / "missing.json"), 2),
        ((SIGNED, "--keys", broken), 1),
    ):
        result = invoke("verify", *arguments)
        assert result.exit_code == code
        assert result.stderr
    (tmp_path / "jwks.json").write_text(json.dumps(RING.publish()), "utf-8")
    assert invoke("verify", empty, "--keys", tmp_path / "jwks.json").exit_code == 2


def test_a_ring_is_made_rotated_revoked_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "below" / "ring.json"
    shown = []
    for arguments in (
        ("new", "--issuer", "HTX Miền Đông"),
        ("rotate", "--until", "2030-01-31"),
        ("revoke", "A"),
        ("list",),
        ("export",),
    ):
        result = invoke("keys", *arguments, "--file", path)
        assert result.exit_code == 0, result.output
        shown.append(result.output)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ring = keyfile.load(path)
    assert [key.state for key in ring.keys] == ["revoked", "in use"]
    assert ring.active_key.until == date(2030, 1, 31)
    stored = json.loads(path.read_text("utf-8"))
    for key in stored["keys"]:
        assert not any(key[name] in text for name in ("master", "signing") for text in shown)
    published = json.loads(shown[-1])
    assert [key["kid"] for key in published["keys"]] == [key.kid for key in ring.keys]
    assert not any("d" in key for key in published["keys"])
    assert list(path.parent.iterdir()) == [path]


def test_the_ring_of_this_machine_is_what_is_checked_with(tmp_path: Path) -> None:
    path = tmp_path / "stamp-keys.json"
    keyfile.create(path, RING)
    for settings in ({"NGUON_STAMP_KEYS": str(path)}, {"NGUON_DATA": str(tmp_path)}):
        result = run("verify", SIGNED, **settings)
        assert result.returncode == 0, result.stderr


def test_an_existing_ring_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    keyfile.create(path, RING)
    result = invoke("keys", "new", "--issuer", "X", "--file", path)
    assert result.exit_code == 1
    assert "stamps.key_file_exists" in result.stderr
    assert keyfile.load(path) == RING


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told on POSIX only")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_ring_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ring.json"
    keyfile.create(path, RING)
    path.chmod(mode)
    result = invoke("keys", "list", "--file", path)
    assert result.exit_code == 1
    assert f"{mode:04o}" in result.stderr


def test_a_missing_and_a_broken_ring_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    assert "stamps.key_file_missing" in invoke("keys", "list", "--file", path).stderr
    path.touch(0o600)
    assert "stamps.key_file_broken" in invoke("keys", "list", "--file", path).stderr


def test_two_changes_at_once_do_not_lose_a_key(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    keyfile.create(path, RING)
    first = RING.rotate(date(2026, 2, 1), master=b"1" * 32, signing=b"1" * 32)
    second = RING.rotate(date(2026, 2, 1), master=b"2" * 32, signing=b"2" * 32)
    keyfile.replace(path, RING, first)
    with pytest.raises(StampError) as raised:
        keyfile.replace(path, RING, second)
    assert raised.value.code == "stamps.key_file_busy"
    assert keyfile.load(path) == first
    (tmp_path / ".ring.json.new").touch()
    result = invoke("keys", "rotate", "--file", path)
    assert result.exit_code == 1
    assert ".ring.json.new" in result.stderr
    assert keyfile.load(path) == first
