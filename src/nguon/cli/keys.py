"""`nguon keys`: the key ring of stamps, in a file outside the database. Never prints a secret."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from nguon.cli.common import explained, speak
from nguon.stamps import KeyRing, keyfile
from nguon.stamps.keys import SECRET, StampKey

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WORDS = {
    "vi": {
        "made": "Khóa {id} đang dùng cho tem mới, tên công khai {kid}. Tệp: {file}",
        "kept": "Sao lưu tệp này ở nơi riêng: mất tệp thì không đọc được tem đã in.",
        "revoked": "Khóa {id} đã thu hồi từ {day}. Xuất lại danh sách công khai và cho tải lên.",
        "none": "Không còn khóa nào dùng cho tem mới; chạy nguon keys rotate.",
        "issuer": "Nơi phát hành: {issuer}",
        "row": "{id}  {kid}  {state}, tạo {created}{more}",
        "in use": "đang dùng",
        "retired": "đã thôi dùng, vẫn đọc",
        "revoked_state": "đã thu hồi",
        "since": ", từ {day}",
        "until": ", hạn {day}",
    },
    "en": {
        "made": "Key {id} is in use for new stamps, public name {kid}. File: {file}",
        "kept": "Back this file up, apart from the database: without it no stamp can be read.",
        "revoked": "Key {id} is revoked since {day}. Export the public list again and publish it.",
        "none": "No key is left for new stamps; run nguon keys rotate.",
        "issuer": "Issuer: {issuer}",
        "row": "{id}  {kid}  {state}, made {created}{more}",
        "in use": "in use",
        "retired": "retired, still read",
        "revoked_state": "revoked",
        "since": ", since {day}",
        "until": ", until {day}",
    },
}


def find_ring() -> Path:
    """Where the key ring is kept: NGUON_STAMP_KEYS, else beside the built-in database."""
    named = os.environ.get("NGUON_STAMP_KEYS")
    return Path(named or Path(os.environ.get("NGUON_DATA", ".nguon")) / "stamp-keys.json")


file_option = click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=find_ring,
    show_default="NGUON_STAMP_KEYS, else stamp-keys.json in NGUON_DATA",
    help="The file of the key ring.",
)
until_option = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day on which signatures of the key are trusted (default: no end).",
)


@click.group()
def keys() -> None:
    """The keys that number and sign stamps."""


@keys.command()
@file_option
@click.option("--issuer", required=True, help="Who issues the stamps, as a check shows it.")
@until_option
@explained
def new(path: Path, issuer: str, until: datetime | None) -> None:
    """Make a key ring with one key. An existing file is never overwritten."""
    ring = _add_key(KeyRing(issuer.strip()), until)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyfile.create(path, ring)
    _say_made(ring, path)


@keys.command()
@file_option
@until_option
@explained
def rotate(path: Path, until: datetime | None) -> None:
    """Make a new key and use it from now on; stamps of the old ones are still read."""
    ring = _change(path, lambda before: _add_key(before, until))
    _say_made(ring, path)


@keys.command()
@click.argument("key_id")
@file_option
@explained
def revoke(key_id: str, path: Path) -> None:
    """Say that others may hold the secrets of the key KEY_ID: no check trusts it any more."""
    ring = _change(path, lambda before: before.revoke(key_id, _today()))
    words = _WORDS[speak()]
    key = ring.get(key_id)
    click.echo(words["revoked"].format(id=key_id, day=key.revoked if key else ""))
    if not ring.active:
        click.echo(words["none"])


@keys.command("list")
@file_option
@explained
def list_keys(path: Path) -> None:
    """Show every key with its state and its days."""
    ring = keyfile.load(path)
    click.echo(_WORDS[speak()]["issuer"].format(issuer=ring.issuer))
    for key in ring.keys:
        click.echo(_describe(key))


@keys.command()
@file_option
@explained
def export(path: Path) -> None:
    """Print the public keys as a JWK Set: what `nguon verify --keys` and the offline page take."""
    click.echo(json.dumps(keyfile.load(path).publish(), ensure_ascii=False, indent=1))


def ensure_ring(issuer: str) -> None:
    """A key ring where there is none yet: for the demonstration."""
    path = find_ring()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        keyfile.create(path, _add_key(KeyRing(issuer), None))


def _today() -> date:
    return datetime.now(_ZONE).date()


def _add_key(ring: KeyRing, until: datetime | None) -> KeyRing:
    return ring.rotate(
        _today(),
        master=secrets.token_bytes(SECRET),
        signing=secrets.token_bytes(SECRET),
        until=until.date() if until else None,
    )


def _change(path: Path, make: Callable[[KeyRing], KeyRing]) -> KeyRing:
    before = keyfile.load(path)
    ring = make(before)
    keyfile.replace(path, before, ring)
    return ring


def _say_made(ring: KeyRing, path: Path) -> None:
    words, key = _WORDS[speak()], ring.active_key
    click.echo(words["made"].format(id=key.id, kid=key.kid, file=path))
    click.echo(words["kept"])


def _describe(key: StampKey) -> str:
    words = _WORDS[speak()]
    since = key.revoked or key.retired
    more = words["since"].format(day=since) if since else ""
    more += words["until"].format(day=key.until) if key.until else ""
    state = words["revoked_state" if key.revoked else key.state]
    return words["row"].format(id=key.id, kid=key.kid, state=state, created=key.created, more=more)
