"""`pysubtensor key`: generate and inspect keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import orjson
import typer

from pysubtensor.client.keys import KeyRecord, from_uri, generate, inspect
from pysubtensor.client.terminal import fail
from pysubtensor.frame.crypto import CryptoError, KeyType

app = typer.Typer(help="Make and look at keys.", no_args_is_help=True)


class Scheme(StrEnum):
    """Signature schemes."""

    SR25519 = "sr25519"
    ED25519 = "ed25519"
    ECDSA = "ecdsa"

    @property
    def kind(self) -> KeyType:
        """The key type of the library."""
        return KeyType[self.name]


SchemeOption = Annotated[Scheme, typer.Option(help="Signature scheme.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def show(record: KeyRecord, as_json: bool) -> None:
    """Print a key."""
    known = {name: value for name, value in record.as_dict().items() if value is not None}
    if as_json:
        typer.echo(orjson.dumps(known, option=orjson.OPT_INDENT_2).decode())
        return
    for name, value in known.items():
        typer.echo(f"{name.replace('_', ' '):<12} {value}")


@app.command("inspect")
def inspect_key(
    text: Annotated[str, typer.Argument(help="Secret URI, phrase, seed, address or key.")],
    scheme: SchemeOption = Scheme.SR25519,
    public: Annotated[bool, typer.Option("--public", help="The hex is a public key.")] = False,
    json: Json = False,
) -> None:
    """Show all that follows from a secret, a public key or an address."""
    try:
        show(inspect(text, scheme.kind, public=public), json)
    except CryptoError as error:
        raise fail(str(error)) from error


@app.command("generate")
def generate_key(
    scheme: SchemeOption = Scheme.SR25519,
    words: Annotated[int, typer.Option(help="12, 15, 18, 21 or 24.")] = 12,
    json: Json = False,
) -> None:
    """Make a new key."""
    try:
        show(generate(scheme.kind, words), json)
    except CryptoError as error:
        raise fail(str(error)) from error


@app.command("from-uri")
def key_from_uri(
    uri: Annotated[str, typer.Argument(help="Such as //Alice.")],
    scheme: SchemeOption = Scheme.SR25519,
    json: Json = False,
) -> None:
    """Show the key of a secret URI."""
    try:
        show(from_uri(uri, scheme.kind), json)
    except CryptoError as error:
        raise fail(str(error)) from error
