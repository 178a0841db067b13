"""A small chain with subnets, neurons and stakes put where the tests of weights want them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest

from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.system import System
from pysubtensor.runtime.runtime import Entry
from tests.subtensor_chain import call_guard, subtensor_config
from tests.support import ALICE, BOB, CHARLIE, open_block, run, runtime_of, take_events

NAME = "SubtensorModule"
NEURONS = (ALICE, BOB, CHARLIE)
"""Hotkeys of the uids 0, 1 and 2."""
COLDKEY = AccountId(b"\x77" * 32)
SALT = (1, 2, 3, 4, 5, 6, 7, 8)


class WeightsChain:
    """The chain at block 1, and its pallet as `sub`."""

    def __init__(self, *netuids: int, commit_reveal: bool = False) -> None:
        self.runtime = runtime_of(
            Entry(7, NAME, SubtensorModule, _config), balances={}, call_guard=call_guard
        )
        open_block(self.runtime)
        self.sub: Any = self.runtime.get(SubtensorModule)
        for netuid in netuids or (1,):
            self.add_subnet(netuid, commit_reveal)
        take_events(self.runtime)

    def add_subnet(self, netuid: int, commit_reveal: bool) -> None:
        """A subnet with three neurons; the first has a permit."""
        sub = self.sub
        sub.networks_added[netuid] = True
        sub.commit_reveal_weights_enabled[netuid] = commit_reveal
        sub.tempo[netuid] = 1_000
        sub.min_allowed_weights[netuid] = 0
        sub.weights_set_rate_limit[netuid] = 0
        sub.subnetwork_n[netuid] = len(NEURONS)
        sub.last_update[netuid] = sub.last_update[netuid + 4096] = (0,) * len(NEURONS)
        sub.validator_permit[netuid] = (True, False, False)
        for uid, hotkey in enumerate(NEURONS):
            sub.uids[netuid, hotkey] = uid
            sub.keys[netuid, uid] = hotkey
            sub.owner[hotkey] = COLDKEY

    def at(self, block: int) -> None:
        """Let `block` be the open one, with nothing done between."""
        self.runtime.get(System).number.put(block)  # type: ignore[arg-type]

    def epoch(self, number: int, netuid: int = 1) -> None:
        """Let that many epochs have begun."""
        self.sub.subnet_epoch_index[netuid] = number

    def call(self, who: AccountId | Origin, name: str, /, **args: Any) -> list[Any]:
        """Make a call; its events."""
        take_events(self.runtime)
        run(self.runtime, who, NAME, name, **args)
        return take_events(self.runtime)

    def refused(
        self, error: type[Exception], who: AccountId | Origin, name: str, **args: Any
    ) -> None:
        """Make a call that ends with exactly this error and changes nothing."""
        before = self.runtime.state.changes()
        with pytest.raises(error) as caught:
            run(self.runtime, who, NAME, name, **args)
        assert type(caught.value) is error
        assert self.runtime.state.changes() == before
        assert take_events(self.runtime) == []


def _config(runtime: Any) -> Config:
    return subtensor_config(runtime)


def hash_of(
    who: AccountId,
    index: int,
    uids: Sequence[int],
    values: Sequence[int],
    salt: Sequence[int] = SALT,
    version_key: int = 0,
) -> bytes:
    """The hash of a commitment, from its definition: BLAKE2b of the SCALE of all these."""
    lists = b"".join(
        bytes((len(each) << 2,)) + b"".join(word.to_bytes(2, "little") for word in each)
        for each in (uids, values, salt)
    )
    message = who + index.to_bytes(2, "little") + lists + version_key.to_bytes(8, "little")
    return hashlib.blake2b(message, digest_size=32).digest()
