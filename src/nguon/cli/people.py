"""`nguon people`: who may sign in, which machines have keys, who may use which prefix."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from nguon.cli.common import data_option, explained, open_database, speak
from nguon.cli.database import start_django

_WORDS = {
    "vi": {
        "password": "Mật khẩu, chỉ hiện một lần: {secret}",
        "key": "Khóa của máy, chỉ hiện một lần: {secret}",
        "granted": "{prefix} nay của {organisation}",
    },
    "en": {
        "password": "Password, shown this once: {secret}",
        "key": "The machine's key, shown this once: {secret}",
        "granted": "{prefix} is now {organisation}'s",
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
        add_person(username, password, role, organisation, name)
    click.echo(_WORDS[speak()]["password"].format(secret=password))


@people.command()
@click.argument("name")
@click.option("--role", required=True, help="A role of roles.toml, such as label_keeper.")
@click.option("--organisation", default="", help="Key of the organisation; none for authority.")
@data_option
@explained
def key(name: str, role: str, organisation: str, data: Path) -> None:
    """Add a machine's key for the API; prints it."""
    with open_database(data) as url:
        start_django(url)
        from nguon.accounts.services import add_key

        _entry, secret = add_key(name, role, organisation)
    click.echo(_WORDS[speak()]["key"].format(secret=secret))


@people.command()
@click.argument("prefix")
@click.argument("organisation")
@click.option("--issuer", default="", help="Who issued the prefix.")
@click.option("--document", default="", help="Number of the certificate.")
@data_option
@explained
def grant(prefix: str, organisation: str, issuer: str, document: str, data: Path) -> None:
    """Record that ORGANISATION may use the company prefix or local namespace PREFIX."""
    with open_database(data) as url:
        start_django(url)
        from nguon.registry.services import grant_prefix

        grant_prefix(prefix, organisation, issuer=issuer, document=document)
    told = {"prefix": prefix, "organisation": organisation}
    click.echo(_WORDS[speak()]["granted"].format(**told))
