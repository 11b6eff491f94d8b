"""`nguon people`: who may sign in, which machines have keys, who may use which prefix."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import click

from nguon.cli.common import data_option, explained, open_database, read_key, speak
from nguon.cli.database import start_django

_WORDS = {
    "vi": {
        "password": "Mật khẩu, chỉ hiện một lần: {secret}",
        "key": "Khóa của máy, chỉ hiện một lần: {secret}",
        "granted": "{prefix} nay của {organisation}",
        "removed": "{name} không đăng nhập được nữa",
        "withdrawn": "Khóa {shown}… ({name}) không mở được gì nữa",
        "until": "đến {day}",
    },
    "en": {
        "password": "Password, shown this once: {secret}",
        "key": "The machine's key, shown this once: {secret}",
        "granted": "{prefix} is now {organisation}'s",
        "removed": "{name} can no longer sign in",
        "withdrawn": "The key {shown}… ({name}) opens nothing any more",
        "until": "until {day}",
    },
}


@click.group()
def people() -> None:
    """People who sign in, keys of machines, prefixes of organisations."""


@people.command()
@click.argument("username")
@click.option("--role", required=True, help="A role of roles.toml, such as owner.")
@click.option("--organisation", default="", help="Key of the organisation; none for authority.")
@click.option("--name", default="", help="The person's name.")
@data_option
@explained
def add(username: str, role: str, organisation: str, name: str, data: Path) -> None:
    """Add a person; prints a password to be changed."""
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import add_person

        password = secrets.token_urlsafe(12)
        add_person(username, password, role, _canonical(organisation), name)
    click.echo(_WORDS[speak()]["password"].format(secret=password))


@people.command()
@click.argument("name")
@click.option("--role", required=True, help="A role of roles.toml, such as label_keeper.")
@click.option("--organisation", default="", help="Key of the organisation; none for authority.")
@click.option("--days", type=click.IntRange(1, 3660), help="For how long it opens; else always.")
@data_option
@explained
def key(name: str, role: str, organisation: str, days: int | None, data: Path) -> None:
    """Add a machine's key for the API; prints it."""
    expires = datetime.now().astimezone() + timedelta(days=days) if days else None
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import add_key

        _entry, secret = add_key(name, role, _canonical(organisation), expires)
    click.echo(_WORDS[speak()]["key"].format(secret=secret))


@people.command("list")
@data_option
@explained
def list_people(data: Path) -> None:
    """Show who may sign in and which keys open something, with their roles."""
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.queries import list_keys, list_members

        for member in list_members():
            click.echo(_row(member.user.get_username(), member.role, member.organisation))
        for entry in list_keys():
            words = _WORDS[speak()]
            until = words["until"].format(day=entry.expires.date()) if entry.expires else ""
            shown = f"{entry.shown}… {entry.name}"
            click.echo(_row(shown, entry.role, entry.organisation, until))


@people.command()
@click.argument("username")
@data_option
@explained
def password(username: str, data: Path) -> None:
    """Give a person a new password, where the old one is lost or known to others; prints it."""
    secret = secrets.token_urlsafe(12)
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import replace_password

        replace_password(username, secret)
    click.echo(_WORDS[speak()]["password"].format(secret=secret))


@people.command()
@click.argument("username")
@data_option
@explained
def remove(username: str, data: Path) -> None:
    """Take every role from a person and let nobody sign in by the name; what was done stays."""
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import remove_person

        remove_person(username)
    click.echo(_WORDS[speak()]["removed"].format(name=username))


@people.command()
@click.argument("shown")
@data_option
@explained
def withdraw(shown: str, data: Path) -> None:
    """Withdraw a machine's key, told by its beginning as `nguon people list` shows it."""
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import find_key, withdraw_key

        entry = find_key(shown)
        withdraw_key(entry, datetime.now().astimezone())
    click.echo(_WORDS[speak()]["withdrawn"].format(shown=entry.shown, name=entry.name))


@people.command()
@click.argument("prefix")
@click.argument("organisation")
@click.option("--issuer", default="", help="Who issued the prefix.")
@click.option("--document", default="", help="Number of the certificate.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First day it holds.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day it holds.")
@data_option
@explained
def grant(
    prefix: str,
    organisation: str,
    issuer: str,
    document: str,
    since: datetime | None,
    until: datetime | None,
    data: Path,
) -> None:
    """Record that ORGANISATION may use the company prefix or local namespace PREFIX."""
    with open_database(data) as url:
        start_django(url)
        from nguon.registry.services import grant_prefix

        grant_prefix(
            prefix,
            _canonical(organisation),
            issuer=issuer,
            document=document,
            valid_from=since.date() if since else None,
            valid_until=until.date() if until else None,
        )
    told = {"prefix": prefix, "organisation": organisation}
    click.echo(_WORDS[speak()]["granted"].format(**told))


def _canonical(organisation: str) -> str:
    return read_key(organisation) if organisation else ""


def _row(name: str, role: str, organisation: str, more: str = "") -> str:
    return "  ".join(filter(None, (name, role, organisation, more)))
