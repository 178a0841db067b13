"""archive_v1_*: any block, any state, and what differs between two."""

import pytest

from pysubtensor.frame.hashing import blake2_256, twox_128
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.namespace import Table
from tests.unit.rpc.live import ALICE, UNKNOWN, Live

NUMBER = "0x" + (twox_128(b"System") + twox_128(b"Number")).hex()
NOT_FOUND = f"UnknownBlock: Header was not found in the database: {UNKNOWN}"


async def test_blocks(live: Live) -> None:
    live.node.mine(2)
    assert await live.call("archive_v1_genesisHash") == live.hash_at(0)
    assert await live.call("archive_v1_finalizedHeight") == 3
    assert await live.call("archive_v1_hashByHeight", 2) == [live.hash_at(2)]
    assert await live.call("archive_v1_hashByHeight", 4) == []
    body = (await live.call("chain_getBlock", live.hash_at(2)))["block"]["extrinsics"]
    assert await live.call("archive_v1_body", live.hash_at(2)) == body
    header = await live.call("archive_v1_header", live.hash_at(2))
    assert "0x" + blake2_256(bytes.fromhex(header[2:])).hex() == live.hash_at(2)
    assert await live.call("archive_v1_body", UNKNOWN) is None
    assert await live.call("archive_v1_header", UNKNOWN) is None


async def test_runtime_calls(live: Live) -> None:
    api = "AccountNonceApi_account_nonce"
    found = await live.call("archive_v1_call", live.hash_at(0), api, ALICE.public.hex())
    assert found == {"success": True, "value": "0x00000000"}
    failed = await live.call("archive_v1_call", live.best, "Foo_bar", "")
    text = "Execution failed: Other: Exported method Foo_bar is not found"
    assert failed == {"success": False, "error": text}
    bad = (3001, "Invalid parameter: 0xz", None)
    assert await live.error("archive_v1_call", live.best, api, "0xz") == bad


async def test_storage(live: Live) -> None:
    live.node.make_block()
    items = [{"key": NUMBER, "type": "value"}, {"key": "0x1234", "type": "hash"}]
    mine = await live.call("archive_v1_storage", live.hash_at(1), items)
    assert await live.news(mine) == [
        {"event": "storage", "key": NUMBER, "value": "0x01000000"},
        {"event": "storageDone"},
    ]
    mine = await live.call("archive_v1_storage", live.hash_at(1), items, "0x12")
    assert await live.news(mine) == [{"event": "storageDone"}]
    mine = await live.call("archive_v1_storage", UNKNOWN, items)
    assert await live.news(mine) == [{"event": "storageError", "error": NOT_FOUND}]
    mine = await live.call("archive_v1_storage", live.best, [{"key": "0xz", "type": "value"}])
    text = "Invalid parameter: 0xz"
    assert await live.news(mine) == [{"event": "storageError", "error": text}]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ("archive_v1_storage", "archive_v1_stopStorage"),
        ("archive_v1_storageDiff", "archive_v1_storageDiff_stopStorageDiff"),
    ],
)
async def test_what_has_come_to_its_end_cannot_be_stopped(
    live: Live, start: str, stop: str
) -> None:
    mine = await live.call(start, live.best, [])
    assert (await live.news(mine))[-1]["event"].endswith("Done")
    assert await live.call(stop, mine) is False


async def test_differences_to_the_parent(live: Live) -> None:
    await live.call("author_submitExtrinsic", live.transfer())
    live.node.make_block()
    key = live.account_key()
    items = [{"key": NUMBER, "returnType": "value"}, {"key": key, "returnType": "hash"}]
    mine = await live.call("archive_v1_storageDiff", live.best, items)
    hashed = await live.call("state_getStorageHash", key)
    number = {"event": "storageDiff", "key": NUMBER, "value": "0x02000000", "type": "modified"}
    account = {"event": "storageDiff", "key": key, "hash": hashed, "type": "modified"}
    both = sorted([number, account], key=lambda each: each["key"])
    assert await live.news(mine) == [*both, {"event": "storageDiffDone"}]


async def test_differences_to_any_block(live: Live) -> None:
    live.node.set_storage({b"\x01\x02": b"\x03", b"\x01\x04": b"\x05"})
    live.node.set_storage({b"\x01\x02": None, b"\x01\x06": b"\x07"})
    items = [{"key": "0x01", "returnType": "value"}, {"key": "0x0106", "returnType": "hash"}]

    async def between(block: int, before: int) -> list[tuple[str, str, str]]:
        mine = await live.call(
            "archive_v1_storageDiff", live.hash_at(block), items, live.hash_at(before)
        )
        *found, last = await live.news(mine)
        assert last == {"event": "storageDiffDone"}
        return [
            (each["key"], each["type"], "value" if "value" in each else "hash") for each in found
        ]

    new = [("0x0106", "added", "value"), ("0x0106", "added", "hash")]
    assert await between(3, 2) == [("0x0102", "deleted", "value"), *new]
    assert await between(3, 1) == [("0x0104", "added", "value"), *new]
    assert await between(1, 2) == [
        ("0x0102", "deleted", "value"),
        ("0x0104", "deleted", "value"),
    ]


async def test_all_differences(live: Live) -> None:
    mine = await live.call("archive_v1_storageDiff", live.best)
    *found, last = await live.news(mine)
    assert last == {"event": "storageDiffDone"}
    keys = [each["key"] for each in found]
    assert keys == sorted(keys)
    assert NUMBER in keys
    assert all("value" in each for each in found)


@pytest.mark.parametrize("previous", [None, UNKNOWN])
async def test_differences_of_unknown_blocks(live: Live, previous: str | None) -> None:
    block = UNKNOWN if previous is None else live.best
    mine = await live.call("archive_v1_storageDiff", block, [], previous)
    text = "Block header is not present: 0x1111…1111" if previous is None else NOT_FOUND
    assert await live.news(mine) == [{"event": "storageDiffError", "error": text}]


def test_only_nodes_that_keep_all_states_serve_it() -> None:
    assert not [name for name in Table(namespaces(keeps_all_states=False)) if "archive" in name]
