"""Namespaces and the table of methods."""

from pathlib import Path

import pytest

from pysubtensor import rpc
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.namespace import Namespace, Table
from pysubtensor.rpc.server.setup_errors import DuplicateMethod, ForeignName, UnknownNamespace
from tests.unit.rpc.stub import Client, extra, stub


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
