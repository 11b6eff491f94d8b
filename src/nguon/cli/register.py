"""`nguon register`: organisations, products and places of one's own, by their keys."""

from __future__ import annotations

from pathlib import Path

import click

from nguon.cli.common import data_option, explained, open_database, read_key, speak
from nguon.cli.database import start_django

_KINDS = ("enterprise", "cooperative", "household", "authority", "laboratory", "carrier", "shop")
_WORDS = {"vi": "{name}: đã ghi, mã {key}", "en": "{name}: recorded as {key}"}

_name_en = click.option("--name-en", default="", help="The name in English.")
_address = click.option("--address", default="", help="The address, as printed on labels.")


@click.group()
def register() -> None:
    """Organisations, products and places: add one, or bring it up to date.

    KEY is a GS1 key in any form, such as 9521105000012, (417)9521105000012 or a Digital Link, or
    a code of one's own under a namespace.
    """


@register.command()
@click.argument("key")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), default="enterprise", show_default=True)
@_name_en
@_address
@click.option("--phone", default="", help="A telephone number for the public.")
@data_option
@explained
def organisation(key: str, name: str, data: Path, **fields: str) -> None:
    """Add an enterprise, cooperative, household … by its party GLN: (417) and 13 digits."""
    with open_database(data) as url:
        start_django(url)
        from nguon.registry.services import register_organisation

        _tell(name, register_organisation(read_key(key), name, **_given(fields)).key)


@register.command()
@click.argument("key")
@click.argument("name")
@click.option("--producer", default="", help="Key of the organisation that makes it.")
@click.option("--brand", default="", help="The brand.")
@_name_en
@data_option
@explained
def product(key: str, name: str, producer: str, data: Path, **fields: str) -> None:
    """Add a product by its GTIN."""
    with open_database(data) as url:
        start_django(url)
        from nguon.registry.services import register_product

        if producer:
            fields["producer"] = read_key(producer)
        _tell(name, register_product(read_key(key), name, **_given(fields)).key)


@register.command()
@click.argument("key")
@click.argument("name")
@click.option("--organisation", "runner", default="", help="Key of the organisation that runs it.")
@_name_en
@_address
@data_option
@explained
def place(key: str, name: str, runner: str, data: Path, **fields: str) -> None:
    """Add a place by its GLN: (414) and 13 digits."""
    with open_database(data) as url:
        start_django(url)
        from nguon.registry.services import register_place

        if runner:
            fields["organisation"] = read_key(runner)
        _tell(name, register_place(read_key(key), name, **_given(fields)).key)


def _given(fields: dict[str, str]) -> dict[str, str]:
    """What was said: what was not keeps its value."""
    return {name: value for name, value in fields.items() if value}


def _tell(name: str, key: str) -> None:
    click.echo(_WORDS[speak()].format(name=name, key=key))
