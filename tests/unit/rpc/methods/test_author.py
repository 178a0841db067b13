"""author_*, and system_accountNextIndex with it: sending, watching, refusals, keys."""

import pytest

from pysubtensor.frame.crypto import Keypair, KeyType
from pysubtensor.frame.hashing import blake2_256
from tests.unit.rpc.live import ALICE, BOB, DAVE, Live


def hash_of(extrinsic: str) -> str:
    return "0x" + blake2_256(bytes.fromhex(extrinsic[2:])).hex()


async def test_a_sent_extrinsic_is_pending_and_then_in_a_block(live: Live) -> None:
    first = live.transfer()
    assert await live.call("author_submitExtrinsic", first) == hash_of(first)
    second = live.transfer()
    await live.call("author_submitExtrinsic", second.removeprefix("0x"))
    assert await live.call("author_pendingExtrinsics") == [first, second]
    before = live.free()
    live.node.make_block()
    assert await live.call("author_pendingExtrinsics") == []
    assert live.free() == before + 2 * 10**9


async def test_bytes_behind_the_extrinsic_are_ignored(live: Live) -> None:
    sent = live.transfer()
    assert await live.call("author_submitExtrinsic", sent + "00ff") == hash_of(sent)


async def test_the_next_index_counts_the_pool(live: Live) -> None:
    for name in ("account_nextIndex", "system_accountNextIndex"):
        assert await live.call(name, ALICE.ss58) == 0
    for expected in (1, 2):
        await live.call("author_submitExtrinsic", live.transfer())
        assert await live.call("account_nextIndex", ALICE.ss58) == expected
    await live.call("author_submitExtrinsic", live.transfer(nonce=5))
    assert await live.call("account_nextIndex", ALICE.address(0)) == 2
    assert await live.call("account_nextIndex", BOB.ss58) == 0


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (ALICE.ss58[:-1] + "Z", "InvalidChecksum"),
        (ALICE.ss58[:-1] + "0", "BadBase58"),
        ("5", "BadLength"),
        ("", "BadLength"),
    ],
)
async def test_bad_addresses(live: Live, address: str, word: str) -> None:
    assert await live.error("account_nextIndex", address) == (-32602, "Invalid params", word)


async def test_refusals_of_the_pool(live: Live) -> None:
    submit = "author_submitExtrinsic"
    sent = live.transfer(nonce=0)
    await live.call(submit, sent)
    assert (await live.error(submit, sent))[:2] == (1013, "Transaction Already Imported")
    assert await live.error(submit, live.transfer(7, nonce=0)) == (
        1014,
        "Priority is too low: (1 vs 1)",
        "The transaction has too low priority to replace another transaction already in the pool.",
    )
    forged = sent[:90] + ("0" if sent[90] != "0" else "1") + sent[91:]
    bad = (1010, "Invalid Transaction", "Transaction has a bad signature")
    assert await live.error(submit, forged) == bad
    assert await live.error(submit, forged) == (1012, "Transaction is temporarily banned", None)
    live.node.make_block()
    outdated = (1010, "Invalid Transaction", "Transaction is outdated")
    assert await live.error(submit, live.transfer(8, nonce=0)) == outdated
    stranger = Keypair.from_uri("//Stranger")
    poor = live.transfer(key=stranger, to=DAVE)
    text = "Inability to pay some fees (e.g. account balance too low)"
    assert await live.error(submit, poor) == (1010, "Invalid Transaction", text)


@pytest.mark.parametrize("name", ["author_submitExtrinsic", "author_submitAndWatchExtrinsic"])
async def test_bytes_that_are_no_extrinsic(live: Live, name: str) -> None:
    text = "Extrinsic has invalid format: Not enough data to fill buffer"
    for short in ("0x", "0x28", "0x1234"):
        assert await live.error(name, short) == (1001, text, None)
    code, message, data = await live.error(name, "0x0404")
    assert code == 1002
    assert message.startswith("Verification Error: Runtime error: Execution failed: Execution ")
    assert str(data).startswith('RuntimeApi("Execution failed: ')
    assert (await live.error(name, "0xzz"))[0] == -32602


async def test_a_watched_extrinsic_is_told_of_its_life(live: Live) -> None:
    mine = await live.call("author_submitAndWatchExtrinsic", live.transfer())
    assert await live.news(mine) == ["ready"]
    made = live.node.make_block(finalize=False)
    block = "0x" + made.hash.hex()
    assert await live.news(mine) == [{"inBlock": block}]
    live.node.finalize(2)
    assert await live.news(mine) == [{"finalized": block}]
    assert await live.call("author_unwatchExtrinsic", mine) is False


async def test_a_future_extrinsic_becomes_ready(live: Live) -> None:
    later = await live.call("author_submitAndWatchExtrinsic", live.transfer(nonce=1))
    assert await live.news(later) == ["future"]
    await live.call("author_submitExtrinsic", live.transfer(nonce=0))
    assert await live.news(later) == ["ready"]


async def test_a_refused_extrinsic_is_an_error_and_no_stream(live: Live) -> None:
    sent = live.transfer()
    await live.call("author_submitExtrinsic", sent)
    assert (await live.error("author_submitAndWatchExtrinsic", sent))[0] == 1013
    assert not live.connection.subscriptions


async def test_unwatching_leaves_the_extrinsic_in_the_pool(live: Live) -> None:
    sent = live.transfer()
    mine = await live.call("author_submitAndWatchExtrinsic", sent)
    assert await live.news(mine) == ["ready"]
    assert await live.call("author_unwatchExtrinsic", mine) is True
    await live.settle()
    live.node.make_block()
    assert await live.news() == []
    assert live.node.pool.stats().watched == 0


async def test_removed_extrinsics_are_invalid(live: Live) -> None:
    first, second, third = (live.transfer(nonce=nonce) for nonce in range(3))
    for each in (first, second):
        await live.call("author_submitExtrinsic", each)
    mine = await live.call("author_submitAndWatchExtrinsic", third)
    given = [{"extrinsic": second}, {"hash": "0x" + "22" * 32}]
    removed = await live.call("author_removeExtrinsic", given)
    assert removed == [hash_of(second), hash_of(third)]
    assert await live.news(mine) == ["ready", "invalid"]
    assert await live.call("author_pendingExtrinsics") == [first]
    for bad in ([{}], [{"other": "0x"}], [{"hash": "0x00"}], ["0x"]):
        assert (await live.error("author_removeExtrinsic", bad))[0] == -32602


async def test_after_a_block_heads_come_first_and_finality_last(live: Live) -> None:
    watched = await live.call("author_submitAndWatchExtrinsic", live.transfer())
    storage = await live.call("state_subscribeStorage", [live.account_key()])
    final = await live.call("chain_subscribeFinalizedHeads")
    heads = await live.call("chain_subscribeNewHeads")
    await live.news()
    live.node.make_block()
    await live.settle()
    names = {watched: "extrinsic", storage: "storage", final: "final", heads: "head"}
    order = [names[each["params"]["subscription"]] for each in live.sent]
    assert order == ["head", "storage", "extrinsic", "final", "extrinsic"]


async def test_a_rewind_ends_watching_without_retraction(live: Live) -> None:
    mine = await live.call("author_submitAndWatchExtrinsic", live.transfer())
    live.node.make_block(finalize=False)
    live.node.set_head(1)
    statuses = await live.news(mine)
    assert [next(iter(each)) if isinstance(each, dict) else each for each in statuses] == [
        "ready",
        "inBlock",
    ]
    assert not live.connection.subscriptions


async def test_the_same_extrinsic_may_be_sent_again_after_a_rewind(live: Live) -> None:
    sent = live.transfer()
    for finalize in (True, False, True):
        await live.call("author_submitExtrinsic", sent)
        live.node.make_block(finalize=finalize)
        live.node.set_head(1)


async def test_keys_are_kept_by_type(live: Live) -> None:
    seller = Keypair.from_uri("//Seller")
    assert await live.call("author_hasKey", seller.public.hex(), "aura") is False
    await live.call("author_insertKey", "aura", "//Seller", seller.public.hex())
    assert await live.call("author_hasKey", seller.public.hex(), "aura") is True
    assert await live.call("author_hasKey", seller.public.hex(), "gran") is False
    voter = Keypair.from_uri("//Seller", KeyType.ED25519)
    await live.call("author_insertKey", "gran", "//Seller", voter.public.hex())
    both = seller.public.hex() + voter.public.hex()
    assert await live.call("author_hasSessionKeys", both) is True
    assert await live.call("author_hasSessionKeys", voter.public.hex() * 2) is False
    authority = Keypair.from_uri("//One")
    assert await live.call("author_hasKey", authority.public.hex(), "aura") is True


async def test_rotated_keys_are_here(live: Live) -> None:
    keys = await live.call("author_rotateKeys")
    assert len(keys) == 2 + 2 * 64
    assert await live.call("author_hasSessionKeys", keys) is True


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("author_insertKey", ["auras", "//A", "0x00"],
         "Invalid key type ID format (should be of length four)"),
        ("author_hasKey", ["0x00", "aur"],
         "Invalid key type ID format (should be of length four)"),
        ("author_insertKey", ["aura", "//A", "0x00"], "The key store is unavailable"),
        ("author_insertKey", ["aura", "no such words", "0x00"], "The key store is unavailable"),
        ("author_hasSessionKeys", ["0x00"], "Session keys are not encoded correctly"),
    ],
)  # fmt: skip
async def test_refusals_of_the_keystore(
    live: Live, method: str, params: list[object], text: str
) -> None:
    assert await live.error(method, *params) == (1040, text, None)


@pytest.mark.parametrize(
    "method",
    ["author_insertKey", "author_rotateKeys", "author_hasKey", "author_hasSessionKeys",
     "author_removeExtrinsic", "system_dryRun", "system_peers", "offchain_localStorageGet",
     "dev_newBlock"],
)  # fmt: skip
async def test_unsafe_methods_refuse_where_others_can_connect(live: Live, method: str) -> None:
    params: dict[str, list[object]] = {"author_removeExtrinsic": [[]], "system_dryRun": ["0x00"]}
    given = params.get(method, ["0x00", "0x00", "0x00"])
    code, message, _ = await Live(live.node, unsafe=False).error(method, *given)
    assert (code, message) == (-32601, "RPC call is unsafe to be called externally")


async def test_many_watchers_get_their_own_news(live: Live) -> None:
    ids = [
        await live.call("author_submitAndWatchExtrinsic", live.transfer(nonce=n)) for n in range(20)
    ]
    live.node.make_block()
    for mine in ids:
        kinds = [each if isinstance(each, str) else next(iter(each))
                 for each in await live.news(mine)]  # fmt: skip
        assert kinds == ["ready", "inBlock", "finalized"]
