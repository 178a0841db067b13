"""Weights in the pool, where guards speak in numbers; and laws of rows and of queues."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.extensions import NOTHING, Transaction
from pysubtensor.frame.primitives import AccountId
from pysubtensor.frame.validity import CustomInvalid, InvalidTransaction
from pysubtensor.pallets.extensions import SubtensorExtra, SubtensorTransactionExtension
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.weights import commits
from pysubtensor.pallets.subtensor.weights.rows import scaled
from tests.support import ALICE, DAVE
from tests.unit.pallets.subtensor.weights.weights_chain import SALT, WeightsChain, hash_of


def validate(chain: WeightsChain, who: AccountId | None, name: str, /, **args: Any) -> object:
    """What the extension finds, or why it refuses."""
    extension = SubtensorTransactionExtension(functools.partial(guards.check, chain.sub))
    call = chain.runtime.call("SubtensorModule", name, **args)
    transaction = Transaction(call, chain.runtime.dispatch_info(call), 0, who)
    try:
        return extension.validate(transaction, SubtensorExtra())
    except InvalidTransaction as refusal:
        return refusal.kind


ROW = {"netuid": 1, "dests": (1,), "weights": (1,), "version_key": 0}
REVEAL = {"netuid": 1, "uids": (1,), "values": (1,), "salt": SALT, "version_key": 0}


def test_codes_of_refusals() -> None:
    chain = WeightsChain(commit_reveal=True)
    assert validate(chain, ALICE, "reveal_weights", **REVEAL) == CustomInvalid(16)
    found = hash_of(ALICE, 1, (1,), (1,))
    chain.call(ALICE, "commit_weights", netuid=1, commit_hash=found)
    assert validate(chain, ALICE, "reveal_weights", **REVEAL) == CustomInvalid(17)
    chain.sub.weights_set_rate_limit[1] = 5
    again = {"netuid": 1, "commit_hash": found}
    assert validate(chain, ALICE, "commit_weights", **again) == CustomInvalid(6)
    bad = {"netuids": (1,), "commit_hashes": ()}
    assert validate(chain, ALICE, "batch_commit_weights", **bad) == CustomInvalid(18)
    chain.sub.stake_threshold.put(1)
    assert validate(chain, ALICE, "set_weights", **ROW) == CustomInvalid(1)


def test_what_the_call_itself_refuses_passes() -> None:
    chain = WeightsChain()
    chain.sub.weights_set_rate_limit[1] = 5
    chain.call(ALICE, "set_weights", **ROW)
    assert validate(chain, ALICE, "set_weights", **ROW) == CustomInvalid(6)
    for who in (DAVE, None):
        assert validate(chain, who, "set_weights", **ROW) == NOTHING
    chain.sub.commit_reveal_weights_enabled[1] = True
    assert validate(chain, ALICE, "set_weights", **ROW) == NOTHING


@given(st.lists(st.integers(0, 65_535), max_size=20))
def test_rows_are_scaled_to_the_whole_and_keep_their_order(values: list[int]) -> None:
    found = scaled(values)  # type: ignore[arg-type]
    assert max(found, default=0) == (65_535 if any(values) else 0)
    assert sorted(range(len(values)), key=lambda i: (values[i], i)) == sorted(
        range(len(values)), key=lambda i: (found[i], values[i], i)
    )
    assert scaled(found) == found


@functools.cache
def queued() -> WeightsChain:
    return WeightsChain(commit_reveal=True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(("commit", "epoch", "reveal")), max_size=30))
def test_a_queue_is_short_and_in_order(steps: list[str]) -> None:
    chain, epoch = queued(), 0
    chain.epoch(0)
    del chain.sub.weight_commits[1, ALICE]
    found = hash_of(ALICE, 1, (1,), (1,))
    for step in steps:
        if step == "epoch":
            epoch += 1
            chain.epoch(epoch)
        else:
            _try(chain, step, found)
        queue = chain.sub.weight_commits[1, ALICE] or ()
        epochs = [each[1] for each in queue]
        assert len(queue) <= commits.MOST_COMMITS
        assert epochs == sorted(epochs)
        assert all(number <= epoch for number in epochs)


def _try(chain: WeightsChain, step: str, found: bytes) -> None:
    """Do what may be refused."""
    due = [each for each in chain.sub.weight_commits[1, ALICE] or () if each[0] == found]
    epoch = chain.sub.subnet_epoch_index[1]
    if step == "commit":
        if len([each for each in due if each[1] + 1 >= epoch]) < commits.MOST_COMMITS:
            chain.call(ALICE, "commit_weights", netuid=1, commit_hash=found)
    elif due and due[0][1] + 1 == epoch:
        chain.call(ALICE, "reveal_weights", **REVEAL)


def test_calls_of_other_pallets_pass() -> None:
    chain = WeightsChain()
    chain.sub.stake_threshold.put(1)
    guards.check(chain.sub, ALICE, chain.runtime.call("System", "remark", remark=b""))
