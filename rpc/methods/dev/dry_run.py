"""dev_dryRun: what an extrinsic or a call would do, without keeping it."""

from __future__ import annotations

from pysubtensor.consensus.node import DryRun, Node
from pysubtensor.frame.event import EventRecord
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import TransactionValidityError, ValidityError
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.rpc.methods.dev.calls import error_json, error_name, read_call_and_origin
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc
from pysubtensor.rpc.node.blocks import number_at
from pysubtensor.rpc.server.params import reader
from pysubtensor.runtime.runtime import Runtime

_read_bytes = reader(bytes)


@rpc.method("dev_dryRun", unsafe=True)
def dry_run(node: Node, what: object, at: Hash | None = None) -> dict[str, Json]:
    """Run an extrinsic or a call, return what it would do, and undo it.

    `what`: an extrinsic in hex, on the best block, or `{"call", "origin"}`, on the block `at`.
    Returns `outcome` ("Ok", or the error), the error's name in `reason`, `events`, `storageDiff`.
    Errors: InvalidParams; StateClientError for a block that is unknown or without state.
    """
    with client_errors():
        if isinstance(what, str):
            return _dry_run_extrinsic(node, _read_bytes(what))
        call, origin = read_call_and_origin(node.chain.runtime, what)
    number_at(node, at)
    with client_errors():
        return _result_json(node.chain.runtime, node.dry_run_call(origin, call, at))


def _dry_run_extrinsic(node: Node, extrinsic: bytes) -> dict[str, Json]:
    runtime = node.chain.runtime
    try:
        return _result_json(runtime, node.dry_run(extrinsic))
    except TransactionValidityError as error:
        outcome = to_json(runtime.codecs(ValidityError), error.wire)
        return {"outcome": outcome, "reason": str(error), "events": [], "storageDiff": []}


def _result_json(runtime: Runtime, run: DryRun) -> dict[str, Json]:
    record = runtime.codecs(EventRecord)
    failure = run.failure
    return {
        "outcome": "Ok" if failure is None else {"Err": error_json(runtime, failure)},
        "reason": None if failure is None else error_name(runtime, failure),
        "events": [to_json(record, each) for each in run.events],
        "storageDiff": [
            [to_hex(key), None if value is None else to_hex(value)]
            for key, value in sorted(run.changes.items())
        ],
    }
