"""EVMChainId: the number of this chain that Ethereum transactions name, lest others be replayed.

The EVM itself is not here yet.  Source: frontier's pallet-evm-chain-id.
"""

from __future__ import annotations

from dataclasses import dataclass

from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U64
from pysubtensor.frame.storage import Value


@dataclass(frozen=True)
class Config:
    """Nothing is asked of the runtime."""


class EVMChainId(Pallet[Config], crate="pallet_evm_chain_id"):
    """Keeps one number."""

    chain_id = Value[U64](default=U64(0))
    """The number."""

    def genesis_build(self, chain_id: U64) -> None:
        """The number from block 0 on."""
        self.chain_id.put(chain_id)
