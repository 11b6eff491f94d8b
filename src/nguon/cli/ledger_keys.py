"""`nguon ledger keys`: the keys that sign roots, in a file outside the database."""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from nguon.cli.common import explained, speak
from nguon.ledger import load_ring, name_key, publish_keys
from nguon.ledger.ring import create_ring, revoke_key, rotate_ring
from nguon.stamps import KeyRing
from nguon.stamps.keys import SECRET

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WORDS = {
    "vi": {
        "made": "Khóa {id} của sổ cái {origin} ký các gốc từ nay. Tệp: {file}",
        "kept": "Sao lưu tệp này ở nơi riêng. Công bố khóa công khai: {vkey}",
        "revoked": "Khóa {id} đã thu hồi từ {day}. Khóa sổ lại để có gốc do khóa khác ký.",
        "none": "Không còn khóa nào để ký; chạy nguon ledger keys rotate.",
        "row": "{id}  {state}, tạo {created}{since}  {vkey}",
        "in use": "đang ký",
        "retired": "đã thôi ký, vẫn tin",
        "revoked_state": "đã thu hồi",
        "since": ", từ {day}",
    },
    "en": {
        "made": "Key {id} of the ledger {origin} signs the roots from now on. File: {file}",
        "kept": "Back this file up, apart from the database. Publish the public key: {vkey}",
        "revoked": "Key {id} is revoked since {day}. Close again for a root that another signed.",
        "none": "No key is left to sign with; run nguon ledger keys rotate.",
        "row": "{id}  {state}, made {created}{since}  {vkey}",
        "in use": "signs",
        "retired": "signs no more, still trusted",
        "revoked_state": "revoked",
        "since": ", since {day}",
    },
}


def find_ledger_ring() -> Path:
    """Where the ledger's keys are kept: NGUON_LEDGER_KEYS, else beside the built-in database."""
    named = os.environ.get("NGUON_LEDGER_KEYS")
    return Path(named or Path(os.environ.get("NGUON_DATA", ".nguon")) / "ledger-keys.json")


file_option = click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=find_ledger_ring,
    show_default="NGUON_LEDGER_KEYS, else ledger-keys.json in NGUON_DATA",
    help="The file of the key ring.",
)


@click.group()
def keys() -> None:
    """The keys that sign the ledger's roots."""


@keys.command()
@file_option
@click.option(
    "--origin",
    required=True,
    help="The ledger's name, for good: an address without https://, such as trace.example/ledger.",
)
@explained
def new(path: Path, origin: str) -> None:
    """Make a key ring with one key. An existing file is never overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ring = create_ring(path, origin, _today(), master=_new_secret(), signing=_new_secret())
    _say_made(ring, path)


@keys.command()
@file_option
@explained
def rotate(path: Path) -> None:
    """Make a new key and sign with it from now on; roots of the old ones are still trusted."""
    ring = rotate_ring(path, _today(), master=_new_secret(), signing=_new_secret())
    _say_made(ring, path)


@keys.command()
@click.argument("key_id")
@file_option
@explained
def revoke(key_id: str, path: Path) -> None:
    """Say that others may have the key KEY_ID: no root that it alone signed is trusted any more."""
    ring = revoke_key(path, key_id, _today())
    words, key = _WORDS[speak()], ring.get(key_id)
    click.echo(words["revoked"].format(id=key_id, day=key.revoked if key else ""))
    if not ring.active:
        click.echo(words["none"])


@keys.command("list")
@file_option
@explained
def list_keys(path: Path) -> None:
    """Show every key with its state and its public half."""
    words, ring = _WORDS[speak()], load_ring(path)
    for key in ring.keys:
        day = key.revoked or key.retired
        values = {
            "id": key.id,
            "created": key.created,
            "vkey": name_key(ring, key).vkey,
            "state": words["revoked_state" if key.revoked else key.state],
            "since": words["since"].format(day=day) if day else "",
        }
        click.echo(words["row"].format(**values))


@keys.command()
@file_option
@explained
def export(path: Path) -> None:
    """Print the public keys: what `nguon verify --keys` takes."""
    click.echo(json.dumps(publish_keys(load_ring(path)), ensure_ascii=False, indent=1))


def ensure_ledger_ring(origin: str) -> None:
    """A key ring where there is none yet: for the demonstration."""
    path = find_ledger_ring()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        create_ring(path, origin, _today(), master=_new_secret(), signing=_new_secret())


def _new_secret() -> bytes:
    return secrets.token_bytes(SECRET)


def _today() -> date:
    return datetime.now(_ZONE).date()


def _say_made(ring: KeyRing, path: Path) -> None:
    words, key = _WORDS[speak()], ring.active_key
    click.echo(words["made"].format(id=key.id, origin=ring.issuer, file=path))
    click.echo(words["kept"].format(vkey=name_key(ring, key).vkey))
