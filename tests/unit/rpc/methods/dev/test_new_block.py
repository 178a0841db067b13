"""dev_newBlock, dev_mine."""

import pytest

from tests.unit.rpc.live import ALICE, BOB, Live


def number(live: Live) -> int:
    return live.node.chain.best.number


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
