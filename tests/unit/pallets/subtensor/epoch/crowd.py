"""A subnet with neurons that weigh each other, and epochs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pysubtensor.frame.primitives import U16, U64, NetUid
from pysubtensor.pallets.subtensor.epoch import gather
from pysubtensor.pallets.subtensor.epoch.run import Earned, run
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.weights.rows import scaled
from pysubtensor.pallets.subtensor.yuma.epoch import Epoch, epoch
from tests.unit.pallets.subtensor.coinbase.economy import Economy, key

ONE = NetUid(U16(1))
EMISSION = 10**9
ALL = 65_535


class Crowd:
    """Neurons with the keys 1, 2, ... and these stakes; they registered in block 0."""

    def __init__(self, chain: Economy, stakes: Sequence[int], mechanisms: int = 1) -> None:
        self.chain, self.sub = chain, chain.sub
        chain.network(ONE, tempo=360)
        self.sub.mechanism_count_current[ONE] = mechanisms
        self.sub.max_allowed_validators[ONE] = U16(len(stakes))
        self.sub.bonds_penalty[ONE] = U16(ALL)
        for uid, stake in enumerate(stakes):
            chain.neuron(ONE, key(uid + 1), key(500 + uid))
            chain.stake(key(uid + 1), key(500 + uid), ONE, stake)
            self.sub.block_at_registration[ONE, uid] = U64(0)
        self.n = len(stakes)
        self.permit(*range(self.n))
        for mechanism in range(mechanisms):
            self.sub.last_update[storage_index(ONE, mechanism)] = (U64(1),) * self.n

    def permit(self, *uids: int) -> None:
        """Only these may validate."""
        self.sub.validator_permit[ONE] = tuple(uid in uids for uid in range(self.n))

    def weigh(self, uid: int, weights: dict[int, int], mechanism: int = 0) -> None:
        """Set weights now, as a call would."""
        index = storage_index(ONE, mechanism)
        values = scaled(tuple(map(U16, weights.values())))
        self.sub.weights[index, uid] = tuple(zip(map(U16, weights), values, strict=True))
        updates = list(self.sub.last_update[index])
        updates[uid] = U64(self.chain.runtime.pallets["System"].number.get())
        self.sub.last_update[index] = tuple(updates)

    def epoch(self, emission: int = EMISSION) -> list[Earned]:
        """Run one in this block; what each earned, in the order of uids."""
        return run(self.sub, ONE, emission)

    def next_epoch(self) -> list[Earned]:
        """Run one in the next block."""
        self.chain.at(self.chain.runtime.pallets["System"].number.get() + 1)
        return self.epoch()

    def traced(self, mechanism: int = 0) -> Epoch:
        """The steps of an epoch, of which nothing is stored."""
        hotkeys = gather.hotkeys(self.sub, ONE)
        own = gather.mechanisms(self.sub, ONE, hotkeys)[mechanism]
        return epoch(replace(gather.subnet(self.sub, ONE, hotkeys, EMISSION), **vars(own)))

    def bond(self, uid: int, of: int, mechanism: int = 0) -> int:
        """What a validator holds in a neuron."""
        return dict(self.sub.bonds[storage_index(ONE, mechanism), uid]).get(of, 0)


def parts(raw: Sequence[int]) -> list[float]:
    """I32F32 as decimals."""
    return [round(each / 2**32, 4) for each in raw]
