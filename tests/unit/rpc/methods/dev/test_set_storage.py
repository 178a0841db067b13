"""dev_setStorage."""

import pytest

from pysubtensor.frame.hashers import identity
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U16
from pysubtensor.frame.storage import CountedMap
from pysubtensor.rpc.methods.dev.set_storage import typed_storage
from pysubtensor.runtime.runtime import Entry
from tests.support import runtime_of
from tests.unit.rpc.live import BOB, DAVE, UNKNOWN, Live

NUMBER = "0x" + (twox_128(b"System") + twox_128(b"Number")).hex()


def number(live: Live) -> int:
    return live.node.chain.best.number


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
