"""A call that this version cannot make is refused by its name, whichever way it is sent."""

from __future__ import annotations

import pytest

from pysubtensor import Devnet
from pysubtensor.client.signing import sign
from pysubtensor.consensus.node import DispatchRefused
from pysubtensor.consensus.pool import TransactionInvalid
from pysubtensor.frame.call import Call
from pysubtensor.runtime.runtime import Runtime
from tests.unit.rpc.live import ALICE, Live

ZEROS = bytes(2_000)
WITHOUT_BODY = {
    "SubtensorModule.associate_evm_key",
    "SubtensorModule.commit_crv3_mechanism_weights",
    "SubtensorModule.commit_timelocked_mechanism_weights",
    "SubtensorModule.commit_timelocked_weights",
    "SubtensorModule.register_leased_network",
    "SubtensorModule.terminate_lease",
}
"""Calls of the chain that this version cannot make yet."""


def test_these_calls_have_no_body(live: Live) -> None:
    pallets = live.node.chain.runtime.pallets.values()
    specs = [spec for pallet in pallets for spec in pallet.dispatchables().values()]
    assert {spec.title for spec in specs if not spec.implemented} == WITHOUT_BODY


def without_body(runtime: Runtime) -> Call:
    """Some such call, with arguments of zeros."""
    specs = [s for p in runtime.pallets.values() for s in p.dispatchables().values()]
    spec = next((spec for spec in specs if not spec.implemented), None)
    if spec is None:
        pytest.skip("every call has a body")
    return Call(spec, tuple(codec.decode(ZEROS, 0)[0] for codec in spec.codecs))


def text(call: Call) -> str:
    return f"{call.spec.title} is not implemented in this version"


def in_batch(runtime: Runtime, call: Call) -> Call:
    return runtime.call("Utility", "force_batch", calls=(call,))


async def test_the_pool_says_so(live: Live) -> None:
    runtime = live.node.chain.runtime
    bad = without_body(runtime)
    for call in (bad, in_batch(runtime, bad)):
        sent = "0x" + sign(live.node.chain, call, ALICE, nonce=0).hex()
        refused = await live.error("author_submitExtrinsic", sent)
        assert refused == (1010, "Invalid Transaction", text(bad))
        assert (await live.call("dev_dryRun", sent))["reason"] == text(bad)


async def test_a_watcher_is_told(live: Live) -> None:
    bad = without_body(live.node.chain.runtime)
    sent = "0x" + sign(live.node.chain, bad, ALICE, nonce=0).hex()
    subscription = await live.call("transactionWatch_v1_submitAndWatch", sent)
    told = {"event": "invalid", "error": f"Invalid transaction: {text(bad)}"}
    assert await live.news(subscription) == [told]


async def test_so_does_a_dispatch_without_transaction(live: Live) -> None:
    runtime = live.node.chain.runtime
    bad = without_body(runtime)
    encoded = "0x" + runtime.encode_call(bad).hex()
    run = await live.call("dev_dryRun", {"call": encoded, "origin": "Root"})
    assert (run["outcome"], run["reason"]) == ({"Err": "Unavailable"}, text(bad))
    code, message, data = await live.error("dev_call", {"call": encoded})
    assert (code, message) == (6000, f"The call was refused: {text(bad)}")
    assert data == {"reason": text(bad), "error": "Unavailable"}


def test_a_devnet_raises_it() -> None:
    with Devnet() as d:
        bad = without_body(d.node.chain.runtime)
        with pytest.raises(TransactionInvalid, match=text(bad)):
            d.submit(bad, "//Alice")
        with pytest.raises(DispatchRefused, match=text(bad)):
            d.dispatch(bad)
        assert d.number == 1
