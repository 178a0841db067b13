"""dev_dryRun."""

import pytest

from tests.unit.rpc.live import ALICE, UNKNOWN, Live

REMARK = {"System": {"remark_with_event": {"remark": "0x6869"}}}


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
