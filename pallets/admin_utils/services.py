"""What the runtime supplies to AdminUtils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pysubtensor.frame.interfaces.authorities import Voter
from pysubtensor.frame.primitives import U64, BlockNumber
from pysubtensor.pallets.subtensor.hyperparameters import HyperparameterService


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    hyperparameters: HyperparameterService
    change_authors: Callable[[tuple[bytes, ...]], None]
    """Let others write the blocks."""
    schedule_voters: Callable[[tuple[Voter, ...], BlockNumber, BlockNumber | None], None]
    """Let others vote on finality, that many blocks from now."""
    set_evm_chain_id: Callable[[U64], None]
    """Set the number of the chain that Ethereum transactions name."""
