"""What a signer may not do is refused however deep the call lies."""

from __future__ import annotations

import pytest

SETS = {"netuid": 1, "dests": (0,), "weights": (1,), "version_key": 0}


def batch_of(devnet, *calls, name="batch_all"):
    return devnet.call("Utility", name, calls=calls)


def test_a_call_in_a_batch_meets_its_guard(devnet):
    devnet.as_root("AdminUtils", "sudo_set_stake_threshold", min_stake=10**9)
    call = devnet.call("SubtensorModule", "set_weights", **SETS)
    receipt = devnet.send(batch_of(devnet, call), "//Bob")
    assert receipt.reason == "SubtensorModule.NotEnoughStakeToSetWeights"


@pytest.mark.parametrize(
    ("depth", "reason"), [(0, ""), (1, "SubtensorModule.ColdkeySwapAnnounced")]
)
def test_after_announcing_a_swap_nothing_follows_in_the_batch(devnet, depth, reason):
    announce = devnet.call("SubtensorModule", "announce_coldkey_swap", new_coldkey_hash=bytes(32))
    remark = devnet.call("System", "remark", remark=b"")
    receipt = devnet.send(batch_of(devnet, announce, *(remark,) * depth), "//Bob")
    assert receipt.reason == reason
