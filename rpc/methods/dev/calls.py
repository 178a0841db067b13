"""Calls, origins and errors of a dispatch as JSON, for dev_call and dev_dryRun."""

from __future__ import annotations

from collections.abc import Mapping

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import DispatchError, DispatchFailure, Module, Unimplemented
from pysubtensor.frame.origin import RawOrigin
from pysubtensor.rpc.encoding.json import Json
from pysubtensor.rpc.encoding.values import from_json, to_json
from pysubtensor.rpc.errors import InvalidParams
from pysubtensor.runtime.runtime import Runtime


def error_json(runtime: Runtime, failure: DispatchFailure) -> Json:
    """An error as events show it."""
    return to_json(runtime.codecs(DispatchError), runtime.dispatch_error(failure))


def error_name(runtime: Runtime, failure: DispatchFailure) -> str:
    """The name of an error: `Pallet.Error`, or the case of `DispatchError`."""
    if isinstance(failure, Unimplemented):
        return str(failure)
    error = runtime.dispatch_error(failure)
    if isinstance(error, Module):
        return f"{runtime.by_index[error.error.index].name}.{type(failure).__name__}"
    shown = error_json(runtime, failure)
    if isinstance(shown, Mapping):
        return ".".join(f"{name}.{inner}" for name, inner in shown.items())
    return str(shown)


def read_call_and_origin(runtime: Runtime, what: object) -> tuple[Call, Struct]:
    """The call and the origin of `{"call", "origin"}`.  Errors: InvalidParams; BadJson."""
    if not isinstance(what, dict) or "call" not in what:
        raise InvalidParams("expected hex, or an object of `call` and `origin`")
    made = from_json(runtime.calls, what["call"])
    assert isinstance(made, Call)  # noqa: S101 (what the codec of calls makes)
    return made, read_origin(runtime, what.get("origin", "Root"))


def read_origin(runtime: Runtime, data: object) -> Struct:
    """The origin that `data` names: "Root", "None", `{"Signed": address}`, an address or an enum.

    Errors: BadJson.
    """
    plain = {case.__dict__.get("wire_name", case.__name__) for case in RawOrigin.wire_cases}
    if isinstance(data, str) and data not in plain:
        data = {"Signed": data}
    is_raw = isinstance(data, str) or (isinstance(data, dict) and data.keys() <= plain)
    origin = from_json(runtime.codecs(RawOrigin) if is_raw else runtime.origins, data)
    assert isinstance(origin, Struct)  # noqa: S101 (what the codec of origins makes)
    return origin
