"""The faucet: new money for a proof of work.  Source: subnets/registration."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U64, AccountId
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.errors import InvalidDifficulty, InvalidSeal, InvalidWorkBlock
from pysubtensor.pallets.subtensor.events.networks import Faucet
from pysubtensor.pallets.subtensor.neurons.work import create_seal_hash, hash_meets_difficulty
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage

DIFFICULTY: Final = 1_000_000
"""Hashes that a proof takes on average."""
FRESH: Final = 3
"""Blocks in which a proof counts."""
REWARD: Final = U64(1_000_000_000_000)
"""Rao for a proof."""


def give(sub: Storage, coldkey: AccountId, block: int, nonce: int, work: bytes) -> None:
    """Pay for a proof; the same one again, too (`do_faucet`).

    Errors: InvalidWorkBlock; InvalidDifficulty; InvalidSeal.
    """
    ensure(0 <= now(sub) - block < FRESH, InvalidWorkBlock)
    ensure(hash_meets_difficulty(work, DIFFICULTY), InvalidDifficulty)
    ensure(create_seal_hash(sub, block, nonce, coldkey) == work, InvalidSeal)
    sub.used_work[work] = now(sub)
    left = tao_balances.spend(sub, coldkey, tao_balances.mint(sub, REWARD), REWARD)
    sub.config.currency.drop_credit(left)
    sub.emit(Faucet(coldkey, REWARD))
