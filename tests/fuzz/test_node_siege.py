"""A real node under a hail of garbage: answers in form, bounded memory, blocks all the while."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from pysubtensor.frame.hashing import twox_128
from tests.fuzz.siege import (
    ATTACKS,
    NodeProcess,
    Siege,
    judged,
    node_process,
    too_big,
)
from tests.waiting import LIMIT_S, in_time, until

EXAMPLES = 25
MEGABYTE = 1 << 20
MOST_MEMORY = 512 * MEGABYTE
BLOCKS = 20
"""So many must come while the siege lasts.  How fast they come is for `benches` to say."""

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ACCOUNTS = "0x" + (twox_128(b"System") + twox_128(b"Account")).hex()
CALL = {"System": {"remark": {"remark": "0x01"}}}
DEEP: Any = "0x00"
for _ in range(200):
    DEEP = [DEEP]

LIKELY = st.sampled_from(
    ["0x" + "11" * 32, ALICE, ACCOUNTS, "0x", "", "0x3a636f6465", "aura", "//Alice", "LOCAL",
     "Core_version", "Metadata_metadata_versions", "TaggedTransactionQueue_validate_transaction",
     [ACCOUNTS], ["0x"] * 300, {"key": ACCOUNTS, "type": "descendantsValues"}, {"call": CALL},
     [{"key": "0x", "type": "value"}], {"call": CALL, "origin": ALICE}, "0x" + "f" * 9_999,
     {"System": {"Account": [[[ALICE], {"nonce": "0x" + "f" * 5_000}]]}}, [["0x1234", "0x01"]],
     DEEP, {"Utility": {"batch": {"calls": DEEP}}}, "dump.json", "a\0b", [{"hash": "0x"}],
     "0x280402000b" + "00" * 6, 2**64 - 1, -(2**63), 1e300]
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
PARAMS = st.lists(LIKELY | ODD, max_size=4) | st.dictionaries(st.text(max_size=5), ODD, max_size=2)
MUCH = {"dev_newBlock", "dev_mine"}
"""Would make as many blocks as they are told to."""


async def ask(ws: ClientConnection, requests: list[tuple[str, Any]]) -> list[Any]:
    """Send requests together; gives their replies, each in form."""
    for number, (method, params) in enumerate(requests):
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await ws.send(orjson.dumps(request), text=True)
    replies: dict[int, Any] = {}
    async with in_time():
        while len(replies) < len(requests):
            reply = judged(await ws.recv())
            if "id" in reply:
                replies[reply["id"]] = reply
    return [replies[number] for number in range(len(requests))]


async def ask_once(node: NodeProcess, method: str, *params: Any) -> Any:
    async with connect(node.url, max_size=None, max_queue=None, open_timeout=LIMIT_S) as ws:
        (reply,) = await ask(ws, [(method, list(params))])
        return reply["result"]


def height(node: NodeProcess) -> int:
    return int(asyncio.run(ask_once(node, "chain_getHeader"))["number"], 16)


def ask_everything(node: NodeProcess, left_out: set[str]) -> None:
    """Every method with no parameters, and many times with any."""
    names = asyncio.run(ask_once(node, "rpc_methods"))["methods"]
    methods = sorted(set(names) - left_out)
    runner = asyncio.Runner()

    async def converse(requests: list[tuple[str, Any]]) -> None:
        async with connect(node.url, max_size=None, max_queue=None, open_timeout=LIMIT_S) as ws:
            await ask(ws, requests)

    @given(st.lists(PARAMS, min_size=8, max_size=8))
    @settings(max_examples=EXAMPLES)
    def bombard(parameters: list[Any]) -> None:
        runner.run(converse([(name, each) for name in methods for each in parameters]))

    runner.run(converse([(name, []) for name in methods]))
    bombard()
    runner.close()


@pytest.mark.long
def test_a_public_node_goes_on(tmp_path: Path) -> None:
    with node_process(tmp_path, "--rpc-methods", "safe") as node:
        with Siege(node, ATTACKS) as siege:
            start = height(node)
            ask_everything(node, set())
            until(lambda: height(node) >= start + BLOCKS)
            until(lambda: all(siege.waves[each.__name__] for each in ATTACKS))
            last = height(node)
            until(lambda: height(node) > last)
        assert siege.peak < MOST_MEMORY
        assert node.faults() == []


def test_big_messages_leave_nothing_behind(tmp_path: Path) -> None:
    """Connections that ended must not wait for the collector with what they brought."""
    with node_process(tmp_path) as node:
        before = node.memory()
        for _ in range(20):
            with suppress(WebSocketException):
                asyncio.run(too_big(node.port))
        assert node.memory() < before + 100 * MEGABYTE
        assert node.faults() == []


def test_powers_in_wrong_hands(tmp_path: Path) -> None:
    with node_process(tmp_path) as node:
        ask_everything(node, MUCH)
        asyncio.run(ask_once(node, "dev_setBlockBuildMode", "Interval"))
        before = height(node)
        until(lambda: height(node) > before)
        assert node.memory() < MOST_MEMORY
        assert node.faults() == []
