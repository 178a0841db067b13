"""`pysubtensor decode`: SCALE bytes of this chain as JSON."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from pysubtensor.client.terminal import fail
from pysubtensor.face.cli.common import ConstantsOption, VarietyOption
from pysubtensor.frame.codec.errors import CodecError, TrailingBytes
from pysubtensor.frame.codec.scale import decode_bytes, decode_compact
from pysubtensor.frame.extrinsic import MultiSignature
from pysubtensor.frame.header import HEADER
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.origin import MultiAddress
from pysubtensor.frame.storage import Item, Map
from pysubtensor.rpc.encoding.json import Json
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime

app = typer.Typer(help="Decode bytes of this chain.", no_args_is_help=True)
Hex = Annotated[str, typer.Argument(help="Hex, with or without 0x.")]


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise fail(f"not hex: {error}") from error


def _runtime(constants: Constants, variety: Variety) -> Runtime:
    return make_runtime(Build(constants, variety), EmptyBacking())


def _show(found: object) -> None:
    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@app.command()
def extrinsic(
    data: Hex,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
) -> None:
    """Decode an extrinsic with its length prefix."""
    try:
        _show(describe_extrinsic(_runtime(constants, variety), _bytes(data)))
    except CodecError as error:
        raise fail(str(error)) from error


def describe_extrinsic(runtime: Runtime, data: bytes) -> dict[str, Json]:
    """An extrinsic as JSON.  Errors: CodecError."""
    found = runtime.extrinsics.decode(data)
    shown: dict[str, Json] = {"hash": f"0x{found.hash().hex()}"}
    if found.signature is not None:
        extensions = runtime.pipeline.extensions
        shown["signer"] = to_json(runtime.codecs(MultiAddress), found.signature.address)
        shown["signature"] = to_json(runtime.codecs(MultiSignature), found.signature.signature)
        shown["extensions"] = {
            extension.identifier: to_json(runtime.codecs(extension.extra), value)
            for extension, value in zip(extensions, found.signature.extra, strict=True)
        }
    shown["call"] = to_json(runtime.calls, found.call)
    return shown


@app.command()
def storage(
    key: Hex,
    value: Annotated[str | None, typer.Argument(help="The bytes stored there.")] = None,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
) -> None:
    """Decode a storage key, and a value under it."""
    runtime = _runtime(constants, variety)
    full = _bytes(key)
    for pallet in runtime.pallets.values():
        for item in pallet.storage.values():
            if full[:32] == item.prefix:
                _show(_describe_entry(pallet.name, item, full[32:], value))
                return
    raise fail("no storage item of this runtime has this prefix")


def _describe_entry(
    pallet: str, item: Item[object], suffix: bytes, value: str | None
) -> dict[str, Json]:
    try:
        found: dict[str, Json] = {"item": f"{pallet}.{item.wire_name}"}
        if isinstance(item, Map):
            key = item.live.keys.decode(suffix)
            keys = (key,) if len(item.key_codecs) == 1 else key
            found["key"] = [to_json(c, k) for c, k in zip(item.key_codecs, keys, strict=True)]
        if value is not None:
            found["value"] = to_json(item.codec, item.codec.from_bytes(_bytes(value)))
    except CodecError as error:
        raise fail(str(error)) from error
    return found


@app.command()
def block(
    data: Hex,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
) -> None:
    """Decode a SCALE block: header, then its extrinsics."""
    runtime = _runtime(constants, variety)
    raw = _bytes(data)
    try:
        header, pos = HEADER.decode(raw, 0)
        count, pos = decode_compact(raw, pos)
        extrinsics = []
        for _ in range(count):
            start = pos
            _, pos = decode_bytes(raw, pos)
            extrinsics.append(describe_extrinsic(runtime, raw[start:pos]))
        if pos != len(raw):
            raise TrailingBytes(len(raw) - pos)
    except CodecError as error:
        raise fail(str(error)) from error
    _show(
        {
            "hash": f"0x{header.hash().hex()}",
            "header": to_json(HEADER, header),
            "extrinsics": extrinsics,
        }
    )
