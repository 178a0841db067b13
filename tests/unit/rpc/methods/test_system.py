"""system_*, chainSpec_v1_*, payment_*, offchain_* and engine_*."""

import logging

import pytest

from tests.unit.rpc.live import ALICE, UNKNOWN, Live


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("system_name", "Subtensor Node"),
        ("system_version", "4.0.0-dev-pysubtensor"),
        ("system_chain", "Bittensor"),
        ("system_chainType", "Local"),
        ("system_properties", {"ss58Format": 42, "tokenDecimals": 9, "tokenSymbol": "TAO"}),
        ("system_health", {"peers": 0, "isSyncing": False, "shouldHavePeers": False}),
        ("system_localListenAddresses", []),
        ("system_peers", []),
        ("system_reservedPeers", []),
        ("system_nodeRoles", ["Authority"]),
        ("system_syncState", {"startingBlock": 0, "currentBlock": 1, "highestBlock": 1}),
        ("chainSpec_v1_chainName", "Bittensor"),
        ("chainSpec_v1_properties", {"ss58Format": 42, "tokenDecimals": 9, "tokenSymbol": "TAO"}),
    ],
)
async def test_what_the_node_says_of_itself(live: Live, method: str, expected: object) -> None:
    assert await live.call(method) == expected


async def test_names_of_the_chain_and_of_the_node(live: Live) -> None:
    assert await live.call("chainSpec_v1_genesisHash") == live.hash_at(0)
    peer = await live.call("system_localPeerId")
    assert peer.startswith("12D3KooW")
    assert (await live.call("system_unstable_networkState"))["peerId"] == peer
    for method in ("system_addReservedPeer", "system_removeReservedPeer"):
        assert (await live.error(method, "/ip4/127.0.0.1"))[0] == 2002


async def test_log_levels_can_be_changed_and_restored(live: Live) -> None:
    logger = logging.getLogger("pysubtensor.author")
    before = logger.level
    await live.call("system_addLogFilter", "pysubtensor.author=debug, nonsense, x=loud")
    assert logger.level == logging.DEBUG
    await live.call("system_resetLogFilter")
    assert logger.level == before


async def test_dry_runs_leave_nothing_behind(live: Live) -> None:
    sent = live.transfer()
    before = live.node.chain.store.root(), live.free()
    for name in ("system_dryRun", "system_dryRunAt"):
        assert await live.call(name, sent) == "0x0000"
        assert await live.call(name, sent, live.best) == "0x0000"
    assert await live.call("system_dryRun", live.transfer(nonce=4)) == "0x010002"
    refused = await live.call("system_dryRun", live.transfer(10**17))
    assert refused.startswith("0x0001")
    assert (live.node.chain.store.root(), live.free()) == before
    live.node.make_block()
    assert (await live.call("system_dryRun", sent, live.hash_at(1)))[:4] == "0x00"


async def test_dry_runs_of_nothing(live: Live) -> None:
    text = "Unable to dry run extrinsic"
    assert await live.error("system_dryRun", "0x") == (2, text, "Not enough data to fill buffer")
    code, message, _ = await live.error("system_dryRun", live.transfer(), UNKNOWN)
    assert (code, message) == (1, text + ".")


@pytest.mark.parametrize("at", [False, True])
async def test_fees(live: Live, at: bool) -> None:
    where = [live.best] if at else []
    sent = live.transfer()
    info = await live.call("payment_queryInfo", sent, *where)
    assert list(info) == ["weight", "class", "partialFee"]
    assert list(info["weight"]) == ["ref_time", "proof_size"]
    assert info["class"] == "normal"
    assert isinstance(info["partialFee"], str)
    parts = (await live.call("payment_queryFeeDetails", sent, *where))["inclusionFee"]
    assert list(parts) == ["baseFee", "lenFee", "adjustedWeightFee"]
    assert sum(parts.values()) == int(info["partialFee"])


async def test_the_fee_is_what_is_paid(live: Live) -> None:
    sent = live.transfer(10**9)
    fee = int((await live.call("payment_queryInfo", sent))["partialFee"])
    before = live.free(ALICE)
    await live.call("author_submitExtrinsic", sent)
    live.node.make_block()
    assert live.free(ALICE) == before - 10**9 - fee


async def test_inherents_cost_nothing(live: Live) -> None:
    inherent = (await live.call("chain_getBlock"))["block"]["extrinsics"][0]
    assert await live.call("payment_queryFeeDetails", inherent) == {"inclusionFee": None}
    assert (await live.call("payment_queryInfo", inherent))["class"] == "mandatory"


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("payment_queryInfo", "Unable to query dispatch info."),
        ("payment_queryFeeDetails", "Unable to query fee details."),
    ],
)
async def test_fees_of_nothing(live: Live, method: str, text: str) -> None:
    shown = 'Error { cause: None, desc: "Not enough data to fill buffer" }'
    assert await live.error(method, "0x28") == (2, text, shown)
    assert (await live.error(method, "0x0404"))[:2] == (1, text)
    assert (await live.error(method, live.transfer(), UNKNOWN))[:2] == (1, text)


async def test_storage_beside_the_chain(live: Live) -> None:
    get = ("offchain_localStorageGet", "PERSISTENT", "0x0102")
    assert await live.call(*get) is None
    await live.call("offchain_localStorageSet", "PERSISTENT", "0x0102", "0xff")
    assert await live.call(*get) == "0xff"
    await live.call("offchain_localStorageClear", "PERSISTENT", "0x0102")
    assert await live.call(*get) is None
    text = "This storage kind is not available yet"
    assert await live.error("offchain_localStorageGet", "LOCAL", "0x") == (5001, text, None)
    assert (await live.error("offchain_localStorageGet", "OTHER", "0x"))[0] == -32602


async def test_blocks_on_request(live: Live) -> None:
    parent = live.best
    made = await live.call("engine_createBlock", True, False, parent)
    assert made == {
        "hash": live.best,
        "aux": {
            "header_only": False,
            "clear_justification_requests": False,
            "needs_justification": False,
            "bad_justification": False,
            "is_new_best": True,
        },
        "proof_size": 0,
    }
    assert await live.call("chain_getFinalizedHead") == parent
    assert await live.call("engine_finalizeBlock", made["hash"]) is True
    assert await live.call("chain_getFinalizedHead") == made["hash"]


async def test_blocks_that_cannot_be_made(live: Live) -> None:
    text = "Transaction pool is empty, set create_empty to true, if you want to create empty blocks"
    assert await live.error("engine_createBlock", False, True) == (12000, text, None)
    text = "Supplied parent_hash: 0x1111…1111 doesn't exist in chain"
    assert await live.error("engine_createBlock", True, True, UNKNOWN) == (13000, text, None)
    old = await live.error("engine_createBlock", True, True, live.hash_at(0))
    assert old[0] == 20000
    code, message, _ = await live.error("engine_finalizeBlock", UNKNOWN)
    assert code == 16000
    assert message.startswith("Finalization Error: ")
    await live.call("author_submitExtrinsic", live.transfer())
    await live.call("engine_createBlock", False, True)
    assert live.node.chain.best.number == 2


async def test_what_no_block_may_hold_is_refused_by_name(live: Live) -> None:
    runtime = live.node.chain.runtime
    now = runtime.pallets["Timestamp"].now.get()
    late = runtime.call("Timestamp", "set", now=now)
    bare = "0x" + runtime.extrinsics.bare(late).hex()
    code, message, reason = await live.error("system_dryRun", bare)
    assert (code, message) == (1, "Unable to dry run extrinsic.")
    assert "MinimumPeriod" in reason
    by_nobody = {"call": {"Timestamp": {"set": {"now": now}}}, "origin": "None"}
    for method, params in (
        ("dev_dryRun", bare),
        ("dev_dryRun", by_nobody),
        ("dev_call", by_nobody),
        ("dev_newBlock", {"transactions": [bare]}),
    ):
        code, message, _ = await live.error(method, params)
        assert code == 6000, (method, message)
        assert "MinimumPeriod" in message
