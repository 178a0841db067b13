"""A small chain with subnets, neurons and stakes put where the tests of weights want them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from pysubtensor.frame.primitives import AccountId
from tests.subtensor_chain import Chain
from tests.support import ALICE, BOB, CHARLIE

NEURONS = (ALICE, BOB, CHARLIE)
"""Hotkeys of the uids 0, 1 and 2."""
COLDKEY = AccountId(b"\x77" * 32)
SALT = (1, 2, 3, 4, 5, 6, 7, 8)


class WeightsChain(Chain):
    """Subnets with three neurons each, of which the first may validate."""

    def __init__(self, *netuids: int, commit_reveal: bool = False) -> None:
        super().__init__()
        for netuid in netuids or (1,):
            self.add_subnet(netuid, commit_reveal)

    def add_subnet(self, netuid: int, commit_reveal: bool) -> None:
        """A subnet with three neurons; the first has a permit."""
        sub: Any = self.sub
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

    def epoch(self, number: int, netuid: int = 1) -> None:
        """Let that many epochs have begun."""
        self.sub.subnet_epoch_index[netuid] = number


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
