"""Errors by name, with the codes and texts that clients compare."""

import inspect

import pytest

from pysubtensor.rpc import errors
from pysubtensor.rpc.errors import RpcError

CODES = {
    -32700: "Parse error",
    -32600: "Invalid request",
    -32601: "Method not found",
    -32602: "Invalid params",
    -32603: "Internal error",
    -32005: "Batched requests are not supported by this server",
    -32006: "Too many subscriptions on the connection",
    -32007: "Request is too big",
    -32008: "Response is too big",
    -32009: "Server is busy, try again later",
    -32010: "The batch request was too large",
    -32011: "The batch response was too large",
}


def test_every_code_has_a_named_error() -> None:
    named = {
        kind.code: kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, RpcError) and not kind.__name__.startswith("_")
    }
    wanted = {*CODES, 1, 2, 1001, 1002, 1040, 3001, 4001, 4002, 4003}
    wanted |= {-32800, -32801, -32802, -32803}
    assert wanted <= set(named)
    texts = {kind.code: kind.text for kind in vars(errors).values() if _is_plain(kind)}
    assert {code: texts[code] for code in CODES if code in texts}.items() <= CODES.items()


def _is_plain(kind: object) -> bool:
    return (
        isinstance(kind, type)
        and issubclass(kind, RpcError)
        and "text" in vars(kind)
        and kind is not errors.UnsafeCall
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.BadExtrinsicFormat("Not enough data"),
         (1001, "Extrinsic has invalid format: Not enough data", None)),
        (errors.PoolRefusal(1012, "Transaction is temporarily banned"),
         (1012, "Transaction is temporarily banned", None)),
        (errors.CountTooBig(1001, 1000),
         (4002, "count exceeds maximum value. value: 1001, max: 1000", None)),
        (errors.StateClientError("UnknownBlock: 0x01"),
         (4003, "Client error: UnknownBlock: 0x01", None)),
        (errors.TooManySubscriptions(3),
         (-32006, "Too many subscriptions on the connection", "Exceeded max limit of 3")),
    ],
)  # fmt: skip
def test_texts_that_clients_compare(error: RpcError, expected: tuple[object, ...]) -> None:
    assert (error.code, error.message, error.data) == expected
    assert ("data" in error.to_json()) is (error.data is not None)
