"""state_* and childstate_*: storage now and then, pages, proofs, runtime calls, changes."""

import pytest

from pysubtensor.face.service import NodeOptions, open_node
from pysubtensor.frame.hashing import blake2_256, twox_128
from pysubtensor.runtime.trie.proof import verify_proof
from tests.unit.rpc.live import ALICE, UNKNOWN, Live

CODE = "0x3a636f6465"
NUMBER = "0x" + (twox_128(b"System") + twox_128(b"Number")).hex()
ACCOUNTS = "0x" + (twox_128(b"System") + twox_128(b"Account")).hex()
NOT_FOUND = f"Header was not found in the database: {UNKNOWN}"
NO_STATE = "State already discarded for "


@pytest.mark.parametrize("name", ["state_getStorage", "state_getStorageAt"])
async def test_storage_now_and_then(live: Live, name: str) -> None:
    live.node.mine(2)
    assert await live.call(name, NUMBER) == "0x03000000"
    assert await live.call(name, NUMBER.removeprefix("0x"), live.best) == "0x03000000"
    assert await live.call(name, NUMBER, live.hash_at(2)) == "0x02000000"
    assert await live.call(name, "0x1234") is None


async def test_code_is_there_with_a_stable_hash(live: Live) -> None:
    code = await live.call("state_getStorage", CODE)
    expected = "0x" + blake2_256(bytes.fromhex(code[2:])).hex()
    live.node.make_block()
    for name in ("state_getStorageHash", "state_getStorageHashAt"):
        assert await live.call(name, CODE, live.hash_at(1)) == expected
    assert await live.call("state_getStorageHash", "0x1234") is None


async def test_sizes_of_values_and_of_prefixes(live: Live) -> None:
    assert await live.call("state_getStorageSize", NUMBER) == 4
    one = await live.call("state_getStorageSize", live.account_key())
    assert await live.call("state_getStorageSizeAt", ACCOUNTS, live.best) == one * 11
    assert await live.call("state_getStorageSize", "0x1234") is None


@pytest.mark.parametrize("name", ["state_getKeysPaged", "state_getKeysPagedAt"])
async def test_keys_come_in_pages(live: Live, name: str) -> None:
    whole = await live.call("state_getKeys", ACCOUNTS)
    assert whole == sorted(whole)
    assert len(whole) == 11
    for first in (None, ACCOUNTS, ""):
        assert await live.call(name, ACCOUNTS, 4, first) == whole[:4]
    assert await live.call(name, ACCOUNTS, 1000, whole[3], live.best) == whole[4:]
    assert await live.call(name, ACCOUNTS, 10, whole[-1]) == []
    assert await live.call(name, ACCOUNTS, 0) == []
    assert len(await live.call(name, None, 1000)) > 30
    text = "count exceeds maximum value. value: 1001, max: 1000"
    assert await live.error(name, ACCOUNTS, 1001) == (4002, text, None)


async def test_pairs(live: Live) -> None:
    pairs = await live.call("state_getPairs", ACCOUNTS)
    assert [key for key, _ in pairs] == await live.call("state_getKeys", ACCOUNTS)
    assert all(value.startswith("0x") for _, value in pairs)


async def test_one_change_set_holds_every_key_asked_for(live: Live) -> None:
    live.node.make_block()
    keys = [NUMBER, "0x1234", CODE, NUMBER]
    sets = await live.call("state_queryStorageAt", keys, live.hash_at(1))
    code = await live.call("state_getStorage", CODE)
    changes = [[NUMBER, "0x01000000"], ["0x1234", None], [CODE, code]]
    assert sets == [{"block": live.hash_at(1), "changes": changes}]
    assert (await live.call("state_queryStorageAt", [NUMBER]))[0]["block"] == live.best
    assert await live.call("state_queryStorageAt", []) == []


async def test_history_lists_changes_only(live: Live) -> None:
    live.node.mine(2)
    sets = await live.call("state_queryStorage", [NUMBER, CODE], live.hash_at(1))
    assert [each["block"] for each in sets] == [live.hash_at(n) for n in (1, 2, 3)]
    assert [len(each["changes"]) for each in sets] == [2, 1, 1]
    assert sets[2]["changes"] == [[NUMBER, "0x03000000"]]
    code, message, _ = await live.error(
        "state_queryStorage", [NUMBER], live.hash_at(3), live.hash_at(1)
    )
    assert (code, message) == (
        4001,
        f"Cannot resolve a block range ['\"3 ({live.hash_at(3)})\"' ... "
        f"'\"1 ({live.hash_at(1)})\"']. from number > to number",
    )


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("state_getStorage", [NUMBER], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getStorageHash", [NUMBER], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getStorageSize", [NUMBER], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getKeys", ["0x"], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getKeysPaged", ["0x", 1, None], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getReadProof", [[NUMBER]], f"Client error: UnknownBlock: {NOT_FOUND}"),
        ("state_getMetadata", [], f"Client error: Api called for an unknown Block: {NOT_FOUND}"),
        ("state_getRuntimeVersion", [],
         f"Client error: Api called for an unknown Block: {NOT_FOUND}"),
        ("state_call", ["Core_version", ""],
         "Client error: UnknownBlock: Expect block number from id: "
         f"BlockId::Hash({UNKNOWN})"),
    ],
)  # fmt: skip
async def test_an_unknown_block_in_each_family(
    live: Live, method: str, params: list[object], message: str
) -> None:
    assert await live.error(method, *params, UNKNOWN) == (4003, message, None)


async def test_an_unknown_block_in_a_range(live: Live) -> None:
    text = (
        f'Cannot resolve a block range [\'"{UNKNOWN}"\' ... \'"Some({UNKNOWN})"]. '
        f"UnknownBlock: {NOT_FOUND}"
    )
    assert await live.error("state_queryStorageAt", [NUMBER], UNKNOWN) == (4001, text, None)


async def test_discarded_states_are_told_apart() -> None:
    node = open_node(NodeOptions(prune=2))
    node.mine(5)
    live = Live(node)
    old = live.hash_at(1)
    storage, api = (
        f"Client error: UnknownBlock: {NO_STATE}{old}",
        (f"Client error: Api called for an unknown Block: {NO_STATE}{old}"),
    )
    assert await live.error("state_getStorage", NUMBER, old) == (4003, storage, None)
    assert await live.error("state_queryStorageAt", [NUMBER], old) == (4003, storage, None)
    assert await live.error("state_call", "Core_version", "", old) == (4003, storage, None)
    assert await live.error("state_getMetadata", old) == (4003, api, None)
    assert await live.error("state_getRuntimeVersion", old) == (4003, api, None)
    assert (await live.call("chain_getHeader", old))["number"] == "0x1"
    node.chain.store.close()


@pytest.mark.parametrize("name", ["state_call", "state_callAt"])
@pytest.mark.parametrize("prefix", ["", "0x"])
async def test_runtime_calls(live: Live, name: str, prefix: str) -> None:
    api = "AccountNonceApi_account_nonce"
    who = prefix + ALICE.account_id.hex()
    assert await live.call(name, api, who) == "0x00000000"
    assert await live.call(name, api, who, live.best) == "0x00000000"
    assert (await live.call(name, "Metadata_metadata_versions", prefix)).startswith("0x")


async def test_runtime_calls_that_cannot_be_answered(live: Live) -> None:
    text = "Client error: Execution failed: Other: Exported method Foo_bar is not found"
    assert await live.error("state_call", "Foo_bar", "") == (4003, text, None)
    for name, data in (("AccountNonceApi_account_nonce", "0x01"), ("Core_version", "0x00")):
        code, message, _ = await live.error("state_call", name, data)
        assert code == 4003
        assert message.startswith(
            "Client error: Execution failed: Execution aborted due to trap: wasm trap: wasm "
            "`unreachable` instruction executed\nWASM backtrace:\n"
        )


async def test_metadata_and_version(live: Live) -> None:
    assert (await live.call("state_getMetadata")).startswith("0x6d6574610e")
    version = await live.call("state_getRuntimeVersion")
    assert version == await live.call("chain_getRuntimeVersion", live.hash_at(0))
    assert list(version) == [
        "specName", "implName", "authoringVersion", "specVersion", "implVersion", "apis",
        "transactionVersion", "systemVersion", "stateVersion",
    ]  # fmt: skip
    assert version["specVersion"] == 425
    assert version["systemVersion"] == version["stateVersion"] == 1
    assert ["0xdf6acb689907609b", 5] in version["apis"]
    mine = await live.call("state_subscribeRuntimeVersion")
    assert await live.news(mine) == [version]


async def test_proofs_prove(live: Live) -> None:
    live.node.mine(2)
    proof = await live.call("state_getReadProof", [NUMBER], live.hash_at(2))
    assert proof["at"] == live.hash_at(2)
    root = live.node.chain.store.root_at(2)
    nodes = [bytes.fromhex(node[2:]) for node in proof["proof"]]
    key = bytes.fromhex(NUMBER[2:])
    assert verify_proof(root, nodes, [key])[key] == b"\2\0\0\0"


async def test_traces_are_refused_by_name(live: Live) -> None:
    code, message, _ = await live.error("state_traceBlock", live.best)
    assert code == 4003
    assert "state_traceBlock" in message


async def test_storage_changes_after_the_present_values(live: Live) -> None:
    quiet = live.account_key()
    mine = await live.call("state_subscribeStorage", [NUMBER, quiet])
    value = await live.call("state_getStorage", quiet)
    live.node.make_block()
    await live.call("author_submitExtrinsic", live.transfer())
    live.node.make_block()
    first, second, third = await live.news(mine)
    assert first == {"block": live.hash_at(1), "changes": [[NUMBER, "0x01000000"], [quiet, value]]}
    assert second == {"block": live.hash_at(2), "changes": [[NUMBER, "0x02000000"]]}
    assert {key for key, _ in third["changes"]} == {NUMBER, quiet}
    assert third["block"] == live.hash_at(3)


async def test_storage_without_changes_is_silent(live: Live) -> None:
    mine = await live.call("state_subscribeStorage", [live.account_key()])
    assert len(await live.news(mine)) == 1
    live.node.mine(3)
    assert await live.news(mine) == []


async def test_no_storage_is_told_after_the_end(live: Live) -> None:
    mine = await live.call("state_subscribeStorage", [NUMBER])
    assert len(await live.news(mine)) == 1
    assert await live.call("state_unsubscribeStorage", mine) is True
    live.node.make_block()
    assert await live.news() == []


async def test_storage_is_told_again_after_a_rewind(live: Live) -> None:
    mine = await live.call("state_subscribeStorage", [NUMBER])
    live.node.make_block()
    live.node.set_head(1)
    values = [each["changes"][0][1] for each in await live.news(mine)]
    assert values == ["0x01000000", "0x02000000", "0x01000000"]


async def test_all_storage_only_where_unsafe_calls_are_served(live: Live) -> None:
    mine = await live.call("state_subscribeStorage")
    live.node.make_block()
    (changes,) = await live.news(mine)
    assert NUMBER in dict(changes["changes"])
    code, message, _ = await Live(live.node, unsafe=False).error("state_subscribeStorage")
    assert (code, message) == (-32601, "RPC call is unsafe to be called externally")


CHILD = "0x" + b":child_storage:default:a".hex()


@pytest.mark.parametrize(
    ("method", "params", "result"),
    [
        ("childstate_getKeys", ["0x"], []),
        ("childstate_getKeysPaged", ["0x", 10], []),
        ("childstate_getKeysPagedAt", ["0x", 10], []),
        ("childstate_getStorage", ["0x01"], None),
        ("childstate_getStorageEntries", [["0x01", "0x02"]], [None, None]),
        ("childstate_getStorageHash", ["0x01"], None),
        ("childstate_getStorageSize", ["0x01"], None),
    ],
)
async def test_child_tries_are_empty(
    live: Live, method: str, params: list[object], result: object
) -> None:
    assert await live.call(method, CHILD, *params) == result
    text = "Client error: Invalid child storage key"
    assert await live.error(method, "0x1234", *params) == (4003, text, None)


async def test_a_child_proof_proves_the_child_absent(live: Live) -> None:
    proof = await live.call("state_getChildReadProof", CHILD, ["0x01"])
    nodes = [bytes.fromhex(node[2:]) for node in proof["proof"]]
    key = bytes.fromhex(CHILD[2:])
    assert verify_proof(live.node.chain.store.root(), nodes, [key])[key] is None


@pytest.mark.parametrize("method", ["state_getPairs", "state_queryStorage", "state_traceBlock"])
async def test_costly_reads_are_unsafe(live: Live, method: str) -> None:
    params = [[NUMBER], live.best] if method == "state_queryStorage" else [live.best]
    code, message, _ = await Live(live.node, unsafe=False).error(method, *params)
    assert (code, message) == (-32601, "RPC call is unsafe to be called externally")
