"""Namespaces, the table of methods, unsafe methods and errors by name."""

import inspect
from pathlib import Path

import pytest

from pysubtensor import rpc
from pysubtensor.rpc import errors
from pysubtensor.rpc.errors import RpcError
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.namespace import Namespace, Table
from pysubtensor.rpc.server.server import Listener, Policy
from pysubtensor.rpc.server.setup_errors import DuplicateMethod, ForeignName, UnknownNamespace
from tests.unit.rpc.stub import Client, extra, request, stub

EVERYWHERE = "0.0.0.0"  # noqa: S104
UNSAFE = {"code": -32601, "message": "RPC call is unsafe to be called externally"}


async def test_rpc_methods_lists_every_name_sorted(client: Client) -> None:
    listed = await client.call("rpc_methods")
    names = listed["methods"]
    assert names == sorted(names)
    assert {
        "rpc_methods",
        "stub_echo",
        "stub_say",
        "old_echo",
        "stub_secret",
        "stub_subscribeCount",
        "count_me",
        "stub_unsubscribeCount",
        "uncount_me",
        "extra_v1_hello",
    } <= set(names)
    assert "stub_count" not in names  # an event, not a method
    assert client.server.methods == tuple(names)


async def test_aliases_reach_the_same_method(client: Client) -> None:
    for name in ("stub_echo", "stub_say", "old_echo"):
        assert await client.call(name, "x") == "x"


async def test_a_namespace_can_be_left_out(start) -> None:
    client = await start(without=frozenset({"extra_v1"}))
    assert (await client.call("extra_v1_hello"))["code"] == -32601
    assert "extra_v1_hello" not in (await client.call("rpc_methods"))["methods"]
    with pytest.raises(UnknownNamespace):
        await start(without=frozenset({"nothing"}))


def test_a_name_can_be_declared_once() -> None:
    other = Namespace("other")
    other.method("other_echo", "stub_echo")(lambda node: None)
    with pytest.raises(DuplicateMethod, match="stub_echo"):
        Table([stub, other])
    with pytest.raises(DuplicateMethod, match="stub_"):
        Table([stub, extra, stub])


def test_the_first_name_begins_with_the_namespace() -> None:
    other = Namespace("other")
    with pytest.raises(ForeignName, match="stub_echo"):
        other.method("stub_echo", "other_echo")
    with pytest.raises(ForeignName, match="count"):
        other.subscription("other_subscribe", item="count", stop="other_unsubscribe")
    with pytest.raises(ForeignName, match="stub_stop"):
        other.subscription("other_subscribe", item="other_item", stop=("stub_stop", "other_stop"))


def test_every_wire_name_stands_in_the_source() -> None:
    """So that a search for a name finds where it is declared."""
    source = "".join(path.read_text() for path in Path(rpc.__path__[0]).rglob("*.py"))
    served = [space.methods() for space in namespaces()]
    methods = [(name, method) for each in served for name, method in each]
    names = {name for name, _ in methods} | {method.event for _, method in methods} - {""}
    assert len(names) > 150
    assert [name for name in sorted(names) if f'"{name}"' not in source] == []


@pytest.mark.parametrize(
    ("policy", "host", "served"),
    [
        (Policy.AUTO, "127.0.0.1", True),
        (Policy.AUTO, EVERYWHERE, False),
        (Policy.SAFE, "127.0.0.1", False),
        (Policy.UNSAFE, EVERYWHERE, True),
    ],
)
async def test_unsafe_methods_by_policy(start, policy: Policy, host: str, served: bool) -> None:
    client = await start(Listener(host, 0, policy))
    assert await client.call("stub_secret") == ("42" if served else UNSAFE)
    assert await client.call("stub_echo", "safe") == "safe"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), (EVERYWHERE, False), ("::", False),
     ("example.org", False)],
)  # fmt: skip
def test_which_hosts_are_ours_alone(host: str, loopback: bool) -> None:
    assert Listener(host).loopback is loopback
    assert Listener(host).serves_unsafe is loopback


async def test_listeners_keep_their_own_policy(start) -> None:
    client = await start(Listener(port=0), Listener(port=0, policy=Policy.SAFE))
    open_port, safe_port = client.server.ports
    body = request("stub_secret")
    assert (await client.post(body, open_port)).json()["result"] == "42"
    assert (await client.post(body, safe_port)).json()["error"] == UNSAFE


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
