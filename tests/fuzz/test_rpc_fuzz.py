"""Any parameters to any method of a real node: an answer in form, never an internal error."""

import asyncio
import logging
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.face.service import NodeOptions, open_node
from pysubtensor.frame.hashing import twox_128
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import Answer, Dispatcher
from pysubtensor.rpc.server.metrics import Metrics
from pysubtensor.rpc.server.namespace import Table
from pysubtensor.rpc.server.options import ServerOptions

NODE = open_node(NodeOptions())
NODE.mine(3)
TABLE = Table(namespaces())
LEFT_OUT = {
    "dev_newBlock",  # would make as many blocks as it is told to
    "dev_mine",
    "dev_exportBlocks",  # would write wherever it is told to
    "dev_dumpState",
    "dev_loadState",
}
METHODS = sorted(set(TABLE) - LEFT_OUT)
HASHES = [f"0x{NODE.chain.store.hash_at(number).hex()}" for number in range(4)]  # type: ignore[union-attr]
ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ACCOUNTS = "0x" + (twox_128(b"System") + twox_128(b"Account")).hex()
EXTRINSIC = "0x" + NODE.chain.store.block(1).body[0].hex()  # type: ignore[union-attr]
CALL = {"System": {"remark": {"remark": "0x01"}}}

LIKELY = st.sampled_from(
    [*HASHES, "0x" + "11" * 32, ALICE, ACCOUNTS, EXTRINSIC, "0x", "", "0x3a636f6465", "aura",
     "//Alice", "PERSISTENT", "Core_version", "Metadata_metadata_versions", "manual", "Instant",
     [ACCOUNTS], [HASHES[0], HASHES[1]], {"key": ACCOUNTS, "type": "descendantsValues"},
     [{"key": "0x", "type": "closestDescendantMerkleValue"}], [{"key": "0x", "type": "value"}],
     [{"key": ACCOUNTS, "returnType": "hash"}], {"call": CALL, "origin": ALICE}, {"call": CALL},
     {"System": {"Account": [[[ALICE], {"nonce": 1}]]}}, [["0x1234", "0x01"]],
     [{"hash": HASHES[0]}]]
)  # fmt: skip
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.binary(max_size=40).map(lambda data: "0x" + data.hex()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=5,
)
PARAMS = st.lists(LIKELY | ODD, max_size=5)


class Client:
    """A connection that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.connection = Connection(self.sent.append)
        self._dispatcher = Dispatcher(NODE, TABLE, ServerOptions(), Metrics(), unsafe=True)

    async def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        request = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        reply = self._dispatcher.handle(orjson.dumps(request), self.connection)
        if reply is not None and not isinstance(reply, bytes):
            answer: Answer = await reply
            for subscription in answer.opened:
                subscription.open()
            reply = answer.body
        assert reply is not None
        found: dict[str, Any] = orjson.loads(reply)
        return found


def check(reply: dict[str, Any]) -> None:
    assert reply["id"] == 7
    if "result" in reply:
        return
    assert type(reply["error"]["message"]) is str
    assert reply["error"]["code"] != -32603, reply


async def converse(calls: list[tuple[str, list[Any]]]) -> None:
    """Several calls of one client, each followed by a little time."""
    client = Client()
    for method, params in calls:
        check(await client.ask(method, params))
        await asyncio.sleep(0)
    if NODE.chain.best.number < 3:
        NODE.mine(3 - NODE.chain.best.number)
    for _ in range(5):
        await asyncio.sleep(0)
    client.connection.close()
    await asyncio.sleep(0)
    for each in client.sent:
        assert orjson.loads(each)["jsonrpc"] == "2.0"


@pytest.fixture(autouse=True)
def no_errors_in_the_log(caplog: pytest.LogCaptureFixture) -> Any:
    with caplog.at_level(logging.ERROR, "pysubtensor.rpc"):
        yield
    assert not caplog.records


@given(st.lists(st.tuples(st.sampled_from(METHODS), PARAMS), min_size=1, max_size=4))
@settings(max_examples=400)
def test_any_conversation(calls: list[tuple[str, list[Any]]]) -> None:
    asyncio.run(converse(calls))


@given(st.lists(LIKELY | ODD, max_size=4), st.data())
@settings(max_examples=150)
def test_a_follower_asks_anything(params: list[Any], data: st.DataObject) -> None:
    methods = [name for name in METHODS if name.startswith("chainHead_v1_")]

    async def ask() -> None:
        client = Client()
        mine = (await client.ask("chainHead_v1_follow", [True]))["result"]
        for _ in range(3):
            method = data.draw(st.sampled_from(methods))
            check(await client.ask(method, [mine, *params]))
            await asyncio.sleep(0)
        client.connection.close()
        await asyncio.sleep(0)

    asyncio.run(ask())
