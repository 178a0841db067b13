"""dev_*: running extrinsics and calls without their signatures, or without keeping what they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pysubtensor.consensus.node import DispatchRefused, DryRun, Node
from pysubtensor.frame.call import Call
from pysubtensor.frame.error import BuiltinFailure, DispatchError, DispatchFailure, Unimplemented
from pysubtensor.frame.event import EventRecord
from pysubtensor.frame.origin import RawOrigin
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import TransactionValidityError, ValidityError
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.encoding.values import from_json, to_json
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.shared import Address, refusing, rpc
from pysubtensor.rpc.node.blocks import number_at
from pysubtensor.rpc.server.params import decoder
from pysubtensor.runtime.runtime import Runtime

_read_bytes = decoder(bytes)


@rpc.method("dev_impersonateAccount", unsafe=True)
def impersonate_account(node: Node, address: Address) -> None:
    """Ask for no valid signature of this account from now on."""
    node.impersonated.add(address)


@rpc.method("dev_stopImpersonatingAccount", unsafe=True)
def stop_impersonating_account(node: Node, address: Address) -> None:
    """Ask for its signatures again."""
    node.impersonated.discard(address)


@rpc.method("dev_dryRun", unsafe=True)
def dry_run(node: Node, what: object, at: Hash | None = None) -> dict[str, Json]:
    """What an extrinsic (hex), or `{"call", "origin"}` on the state of a block, would do.

    Gives `outcome` ("Ok", or the refusal), its name in `reason`, `events` and `storageDiff`.
    Errors: InvalidParams; StateClientError.
    """
    with refusing():
        if isinstance(what, str):
            return _dry_run_extrinsic(node, _bytes(what))
        call, origin = _call_and_origin(node.chain.runtime, what)
    number_at(node, at)
    with refusing():
        return _shown(node.chain.runtime, node.dry_run_call(origin, call, at))


def _bytes(text: str) -> bytes:
    try:
        found = _read_bytes(text)
    except ValueError as error:
        raise InvalidParams(str(error)) from None
    assert isinstance(found, bytes)  # noqa: S101 (what the decoder gives)
    return found


def _dry_run_extrinsic(node: Node, extrinsic: bytes) -> dict[str, Json]:
    runtime = node.chain.runtime
    try:
        return _shown(runtime, node.dry_run(extrinsic))
    except TransactionValidityError as refusal:
        outcome = to_json(runtime.codecs(ValidityError), refusal.wire)
        return {"outcome": outcome, "reason": str(refusal), "events": [], "storageDiff": []}


def _shown(runtime: Runtime, run: DryRun) -> dict[str, Json]:
    record = runtime.codecs(EventRecord)
    failure = run.failure
    return {
        "outcome": "Ok" if failure is None else {"Err": error_json(runtime, failure)},
        "reason": None if failure is None else reason_of(runtime, failure),
        "events": [to_json(record, each) for each in run.events],
        "storageDiff": [
            [to_hex(key), None if value is None else to_hex(value)]
            for key, value in sorted(run.changes.items())
        ],
    }


def error_json(runtime: Runtime, failure: DispatchFailure) -> Json:
    """A refusal as it stands in events."""
    return to_json(runtime.codecs(DispatchError), runtime.dispatch_error(failure))


def reason_of(runtime: Runtime, failure: DispatchFailure) -> str:
    """Its name: `Pallet.Error`, or the case of the chain's own errors."""
    if isinstance(failure, Unimplemented):
        return str(failure)
    if isinstance(failure, BuiltinFailure):
        shown = error_json(runtime, failure)
        if isinstance(shown, Mapping):
            return ".".join(f"{name}.{inner}" for name, inner in shown.items())
        return str(shown)
    error: Any = runtime.dispatch_error(failure)
    return f"{runtime.by_index[error.error.index].name}.{type(failure).__name__}"


@rpc.method("dev_call", unsafe=True)
def call(node: Node, what: object) -> str:
    """Dispatch `{"origin", "call"}` in a block of its own; gives the block's hash.

    Errors: InvalidParams; DevRefused when the call refuses, `data` says how; no block then.
    """
    runtime = node.chain.runtime
    with refusing():
        made, origin = _call_and_origin(runtime, what)
    try:
        with refusing():
            return to_hex(node.dispatch_as(origin, made).hash)
    except DispatchRefused as refused:
        failure = refused.failure
        reason = reason_of(runtime, failure)
        data = {"reason": reason, "error": error_json(runtime, failure)}
        raise DevRefused(f"The call was refused: {reason}", data) from refused


def _call_and_origin(runtime: Runtime, what: object) -> tuple[Call, Any]:
    if not isinstance(what, dict) or "call" not in what:
        raise InvalidParams("expected hex, or an object of `call` and `origin`")
    made: Call = from_json(runtime.calls, what["call"])
    return made, read_origin(runtime, what.get("origin", "Root"))


def read_origin(runtime: Runtime, data: object) -> Any:
    """The caller that "Root", "None", `{"Signed": address}`, an address or an enum of origins name.

    Errors: BadJson.
    """
    plain = {case.__dict__.get("wire_name", case.__name__) for case in RawOrigin.wire_cases}
    if isinstance(data, str) and data not in plain:
        data = {"Signed": data}
    if isinstance(data, str) or (isinstance(data, dict) and data.keys() <= plain):
        return from_json(runtime.codecs(RawOrigin), data)
    return from_json(runtime.origins, data)
