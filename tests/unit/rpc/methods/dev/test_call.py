"""dev_call."""

import pytest

from tests.unit.rpc.live import ALICE, BOB, DAVE, Live

REMARK = {"System": {"remark_with_event": {"remark": "0x6869"}}}


def number(live: Live) -> int:
    return live.node.chain.best.number


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
