"""dev_*: each power, what it refuses, and that nothing half-done stays."""

import json
from pathlib import Path

import pytest

from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.frame.hashers import identity
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U16
from pysubtensor.frame.storage import CountedMap
from pysubtensor.rpc.methods.dev.set_storage import typed_storage
from pysubtensor.runtime.runtime import Entry
from tests.support import runtime_of
from tests.unit.rpc.live import ALICE, BOB, DAVE, UNKNOWN, Live

NUMBER = "0x" + (twox_128(b"System") + twox_128(b"Number")).hex()
REMARK = {"System": {"remark_with_event": {"remark": "0x6869"}}}


def number(live: Live) -> int:
    return live.node.chain.best.number


# Blocks


@pytest.mark.parametrize(
    ("params", "height"),
    [([], 2), ([None], 2), ([{}], 2), ([3], 4), ([{"count": 3}], 4), ([{"to": 5}], 5),
     ([{"to": "0x3"}], 3), ([{"count": 2, "to": None}], 3)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["dev_newBlock", "dev_mine"])
async def test_blocks_are_made(live: Live, name: str, params: list[object], height: int) -> None:
    heads = await live.call("chain_subscribeNewHeads")
    assert await live.call(name, *params) == live.best
    assert number(live) == height
    heights = [int(head["number"], 16) for head in await live.news(heads)]
    assert heights == list(range(1, height + 1))


@pytest.mark.parametrize(
    ("options", "code"),
    [({"count": 0}, 6000), ({"to": 1}, 6000), ({"count": -1}, -32602), ({"to": []}, -32602),
     ({"other": 1}, -32602), ("x", -32602), ({"transactions": [1]}, -32602)],
)  # fmt: skip
async def test_blocks_that_are_not(live: Live, options: object, code: int) -> None:
    assert (await live.error("dev_newBlock", options))[0] == code
    assert number(live) == 1


async def test_a_block_of_given_extrinsics(live: Live) -> None:
    await live.call("author_submitExtrinsic", live.transfer(key=BOB))
    first, second = live.transfer(nonce=0), live.transfer(nonce=1)
    block = await live.call("dev_newBlock", {"transactions": [first, second]})
    body = (await live.call("chain_getBlock", block))["block"]["extrinsics"]
    assert body[-2:] == [first, second]
    assert len(await live.call("author_pendingExtrinsics")) == 1


async def test_a_block_of_extrinsics_that_do_not_fit_is_not_made(live: Live) -> None:
    options = {"transactions": [live.transfer(nonce=0), live.transfer(nonce=7)]}
    text = "Extrinsic 1 has no place in the block: Transaction will be valid in the future"
    assert await live.error("dev_newBlock", options) == (6000, text, None)
    assert number(live) == 1
    assert live.node.next_index(ALICE.account_id) == 0


async def test_going_back(live: Live) -> None:
    live.node.mine(4)
    old = live.hash_at(3)
    assert await live.call("dev_setHead", old) == live.best == old
    assert await live.call("dev_setHead", 2) == live.best
    assert await live.call("dev_setHead", "0x1") == live.best
    text = "There is no block 9"
    assert await live.error("dev_setHead", 9) == (6000, text, None)
    assert await live.error("dev_setHead", UNKNOWN) == (6000, f"There is no block {UNKNOWN}", None)


async def test_snapshots(live: Live) -> None:
    before = live.best
    first, second = await live.call("dev_snapshot"), await live.call("dev_snapshot")
    await live.call("dev_setBalance", DAVE.ss58, 5 * 10**9)
    assert await live.call("dev_revert", first) is True
    assert live.best == before
    for used in (first, second):
        code, message, _ = await live.error("dev_revert", used)
        assert (code, message) == (6000, f"No snapshot {used}")


async def test_chain_time(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    now = live.node.clock.now()
    monkeypatch.setattr(live.node.clock, "_wall", lambda: now)
    stamp = live.node.chain.runtime.pallets["Timestamp"].now
    later = await live.call("dev_increaseTime", 3_600_000)
    assert later >= stamp.get() + 3_600_000
    live.node.make_block()
    assert stamp.get() == later
    far = stamp.get() + 10**9
    assert await live.call("dev_setTime", far) == far
    live.node.make_block()
    assert stamp.get() == far
    assert (await live.error("dev_setTime", 1))[0] == 6000
    live.node.clock.offset = 0


async def test_modes(live: Live, monkeypatch) -> None:
    assert (await live.error("dev_setBlockBuildMode", "manual"))[0] == 6000
    given: list[SealingMode] = []
    live.node.sealing.start(SealingMode.MANUAL)
    monkeypatch.setattr(live.node.sealing, "start", given.append)
    for mode in ("Instant", "MANUAL", "interval"):
        assert await live.call("dev_setBlockBuildMode", mode) is None
    assert given == [SealingMode.INSTANT, SealingMode.MANUAL, SealingMode.INTERVAL]
    assert (await live.error("dev_setBlockBuildMode", "Batch"))[0] == -32602
    await live.node.sealing.stop()
    assert (await live.error("dev_setBlockBuildMode", "manual"))[0] == 6000


async def test_blocks_up_to_an_epoch(live: Live) -> None:
    sub = live.node.chain.runtime.pallets["SubtensorModule"]
    for epoch in (1, 2):
        found = await live.call("dev_runToEpoch", 1)
        best = live.node.chain.best
        assert found == "0x" + best.hash.hex()
        assert sub.last_mechanism_step_block[1] == best.number == epoch * sub.tempo[1]
    assert sub.subnet_epoch_index[1] == 2


@pytest.mark.parametrize("netuid", [0, 7])
async def test_no_epoch_to_run_to(live: Live, netuid: int) -> None:
    best = live.node.chain.best
    code, message, _ = await live.error("dev_runToEpoch", netuid)
    assert (code, message) == (6000, f"dev_runToEpoch: subnet {netuid} has no epochs")
    assert live.node.chain.best == best


async def test_blocks_as_parquet(live: Live, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    await live.call("author_submitExtrinsic", live.transfer())
    live.node.mine(2)
    path = str(tmp_path / "blocks.parquet")
    assert await live.call("dev_exportBlocks", path) == {"path": path, "blocks": 4}
    rows = parquet.read_table(path).to_pylist()
    assert [row["number"] for row in rows] == [0, 1, 2, 3]
    assert ["0x" + row["hash"].hex() for row in rows] == [live.hash_at(n) for n in range(4)]
    body = (await live.call("chain_getBlock", live.hash_at(2)))["block"]["extrinsics"]
    assert ["0x" + each.hex() for each in rows[2]["extrinsics"]] == body
    assert await live.call("dev_exportBlocks", path, 1, 99) == {"path": path, "blocks": 3}
    assert (await live.error("dev_exportBlocks", path, 9))[0] == 6000
    assert (await live.error("dev_exportBlocks", str(tmp_path / "no" / "where")))[0] == 6000


async def test_parquet_needs_its_library(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    code, message, _ = await live.error("dev_exportBlocks", "x")
    assert code == 6000
    assert "pysubtensor[parquet]" in message


# Storage


async def test_raw_storage(live: Live) -> None:
    block = await live.call("dev_setStorage", [["0x1234", "0xff"], ["0x1235", "0x"]])
    assert block == live.best
    assert await live.call("state_getStorage", "0x1234") == "0xff"
    assert await live.call("state_getStorage", "0x1235") == "0x"
    await live.call("dev_setStorage", [["0x1234", None]])
    assert await live.call("state_getStorage", "0x1234") is None


async def test_typed_storage_keeps_what_is_left_out(live: Live) -> None:
    entry = [[DAVE.ss58], {"data": {"free": "77000000000"}, "nonce": 3}]
    await live.call("dev_setStorage", {"System": {"Account": [entry]}})
    account = live.node.chain.runtime.pallets["System"].account[DAVE.account_id]
    assert (account.data.free, account.nonce, account.providers) == (77_000_000_000, 3, 1)
    await live.call("dev_setStorage", {"sudo": {"key": BOB.ss58}})
    assert live.node.chain.runtime.pallets["Sudo"].key.get() == BOB.account_id
    await live.call("dev_setStorage", {"Sudo": {"Key": None}})
    assert live.node.chain.runtime.pallets["Sudo"].key.get() is None


async def test_a_map_can_be_emptied_first(live: Live) -> None:
    stranger = [[UNKNOWN], {"providers": 1, "data": {"free": 5000}}]
    await live.call("dev_setStorage", {"System": {"$removePrefix": ["Account"],
                                                  "Account": [stranger]}})  # fmt: skip
    account = live.node.chain.runtime.pallets["System"].account
    assert list(account.keys()) == [bytes.fromhex(UNKNOWN[2:])]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ({"Nowhere": {}}, "Nowhere"),
        ({"System": []}, "System"),
        ({"System": {"Nothing": 1}}, "Nothing"),
        ({"System": {"Number": "x"}}, "u32"),
        ({"System": {"Number": 2**32}}, "u32"),
        ({"System": {"Account": [[["x"], {}]]}}, "account"),
        ({"System": {"Account": [[[], {}]]}}, "keys"),
        ({"System": {"Account": {}}}, "entry"),
        ({"System": {"Account": [[[UNKNOWN], {"fre": 1}]]}}, "fre"),
        ({"System": {"$removePrefix": ["No"]}}, "No"),
        ({"System": {"$removePrefix": 5}}, "list"),
        ([["0x12"]], "pair"),
        ([["zz", "0x"]], "hex"),
        ("x", "pair"),
    ],
)
async def test_storage_that_says_nothing(live: Live, what: object, text: str) -> None:
    code, message, data = await live.error("dev_setStorage", what)
    assert (code, message) == (-32602, "Invalid params")
    assert text in str(data)
    assert number(live) == 1


class Toy(Pallet[None], crate="toy"):
    votes = CountedMap[U16, U16](identity, default=U16(0))


def test_counted_maps_stay_counted() -> None:
    runtime = runtime_of(Entry(99, "Toy", Toy))
    votes = runtime.get(Toy).votes
    votes[1] = 5

    def write(**items: object) -> int:
        for key, value in typed_storage(runtime, {"Toy": items}).items():
            if value is None:
                runtime.state.raw_kill(key)
            else:
                runtime.state.raw_put(key, value)
        assert votes.count() == len(list(votes.keys()))
        return votes.count()

    assert write(Votes=[[[1], 6], [[2], 7], [[3], 8]]) == 3
    assert write(Votes=[[[1], None], [[9], None]]) == 2
    assert write(**{"$removePrefix": ["Votes"], "Votes": [[[2], 1]]}) == 1
    assert write(**{"$removePrefix": ["Votes"]}) == 0


async def test_storage_that_breaks_the_block_does_no_harm(live: Live) -> None:
    reply = await live.reply("dev_setStorage", [[NUMBER, "0x"]])
    assert ("error" in reply) == (number(live) == 1)
    live.node.set_head(1)
    live.node.make_block()
    assert number(live) == 2


async def test_balances(live: Live) -> None:
    balances = live.node.chain.runtime.pallets["Balances"]
    issued = balances.storage["TotalIssuance"]
    before = issued.get() - live.free()
    assert await live.call("dev_setBalance", DAVE.ss58, 123_456) == live.best
    assert live.free() == 123_456
    assert issued.get() - live.free() == before
    assert (await live.error("dev_setBalance", "x", 1))[0] == -32602


async def test_states_can_be_carried_over(live: Live, tmp_path: Path) -> None:
    await live.call("dev_setBalance", DAVE.ss58, 42_000_000)
    await live.call("dev_setStorage", [["0x1234", "0xff"]])
    dump = await live.call("dev_dumpState")
    assert dump["block"] == live.best
    assert dump["state"]["0x1234"] == "0xff"
    path = str(tmp_path / "state.json")
    assert (await live.call("dev_dumpState", path))["keys"] == len(dump["state"])
    with Path(path).open() as file:  # noqa: ASYNC230
        assert json.load(file) == dump
    for source in (dump, dump["state"], path):
        live.node.set_head(1)
        await live.call("dev_setStorage", [["0x9999", "0x01"]])
        assert await live.call("dev_loadState", source) == live.best
        assert live.free() == 42_000_000
        assert await live.call("state_getStorage", "0x1234") == "0xff"
        assert await live.call("state_getStorage", "0x9999") is None
        live.node.make_block()
        assert number(live) == 4
    for bad, code in (([], -32602), ({"state": 1}, -32602), (str(tmp_path / "no"), 6000),
                      ({"0xz": "0x"}, -32602)):  # fmt: skip
        assert (await live.error("dev_loadState", bad))[0] == code


# Dispatch


async def test_impersonation(live: Live) -> None:
    sent = live.transfer()
    forged = sent[:90] + ("0" if sent[90] != "0" else "1") + sent[91:]
    assert (await live.error("author_submitExtrinsic", forged))[0] == 1010
    live.node.pool.clear()
    assert await live.call("dev_impersonateAccount", ALICE.ss58) is None
    await live.call("author_submitExtrinsic", forged)
    before = live.free()
    live.node.make_block()
    assert live.free() == before + 10**9
    assert await live.call("dev_stopImpersonatingAccount", ALICE.ss58) is None
    next_one = live.transfer()
    broken = next_one[:90] + ("0" if next_one[90] != "0" else "1") + next_one[91:]
    assert (await live.error("author_submitExtrinsic", broken))[0] == 1010


async def test_dry_runs_of_extrinsics(live: Live) -> None:
    root = live.node.chain.store.root()
    run = await live.call("dev_dryRun", live.transfer())
    assert run["outcome"] == "Ok"
    assert run["reason"] is None
    names = [next(iter(each["event"]["Balances"])) for each in run["events"]
             if "Balances" in each["event"]]  # fmt: skip
    assert "Transfer" in names
    assert live.account_key() in dict(run["storageDiff"])
    failed = await live.call("dev_dryRun", live.transfer(2 * 10**15))
    assert failed["reason"] == "Token.FundsUnavailable"
    assert failed["outcome"] == {"Err": {"Token": "FundsUnavailable"}}
    late = await live.call("dev_dryRun", live.transfer(nonce=3))
    assert late["outcome"] == {"Invalid": "Future"}
    assert late["reason"] == "Transaction will be valid in the future"
    assert live.node.chain.store.root() == root
    live.node.make_block()


@pytest.mark.parametrize("origin", [ALICE.ss58, {"Signed": ALICE.ss58},
                                    {"system": {"Signed": ALICE.ss58}}])  # fmt: skip
async def test_dry_runs_of_calls(live: Live, origin: object) -> None:
    run = await live.call("dev_dryRun", {"call": REMARK, "origin": origin})
    assert run["outcome"] == "Ok"
    (event,) = run["events"]
    assert event["event"]["System"]["Remarked"]["sender"] == ALICE.ss58
    run = await live.call("dev_dryRun", {"call": REMARK, "origin": origin}, live.hash_at(0))
    assert run["outcome"] == "Ok"
    assert (await live.error("dev_dryRun", {"call": REMARK}, UNKNOWN))[0] == 4003


async def test_calls_as_anyone(live: Live) -> None:
    transfer = {"Balances": {"forceTransfer": {
        "source": BOB.ss58, "dest": {"Id": DAVE.ss58}, "value": "5000000000"}}}  # fmt: skip
    before = live.free(), live.free(BOB)
    assert await live.call("dev_call", {"origin": "Root", "call": transfer}) == live.best
    assert (live.free(), live.free(BOB)) == (before[0] + 5 * 10**9, before[1] - 5 * 10**9)
    code, message, data = await live.error("dev_call", {"origin": ALICE.ss58, "call": transfer})
    assert (code, message) == (6000, "The call was refused: BadOrigin")
    assert data == {"reason": "BadOrigin", "error": "BadOrigin"}
    assert number(live) == 2


async def test_a_pallets_own_error_is_named(live: Live) -> None:
    call = {"Sudo": {"set_key": {"new": BOB.ss58}}}
    _, message, data = await live.error("dev_call", {"origin": BOB.ss58, "call": call})
    assert message == "The call was refused: Sudo.RequireSudo"
    assert data["error"] == {"Module": {"index": 12, "error": "0x00000000"}}


async def test_calls_may_be_encoded(live: Live) -> None:
    runtime = live.node.chain.runtime
    encoded = "0x" + runtime.encode_call(runtime.call("System", "remark", remark=b"x")).hex()
    assert await live.call("dev_call", {"call": encoded}) == live.best


@pytest.mark.parametrize(
    "what",
    ["0xzz", 5, [], {}, {"call": "0x"}, {"call": {"System": "nothing"}}, {"call": {"No": {}}},
     {"call": REMARK, "origin": "nobody"}, {"call": REMARK, "origin": {"Signed": 5}},
     {"call": {"System": {"remark": {}}}}, {"call": {"System": {"remark": {"remark": 1}}}},
     {"call": {"System": {"remark": {"remark": "0x", "more": 1}}}}],
)  # fmt: skip
async def test_calls_that_say_nothing(live: Live, what: object) -> None:
    for method in ("dev_call", "dev_dryRun"):
        assert (await live.error(method, what))[0] == -32602
