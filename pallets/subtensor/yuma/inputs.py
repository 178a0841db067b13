"""The input and the output of an epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.primitives import U64_MAX

StoredRow: TypeAlias = NDArray[np.uint16]
"""A stored row of weights or bonds: shape (k, 2), each line a uid and its u16 value, in order."""

StoredRows: TypeAlias = Mapping[int, StoredRow]
"""Rows by the uid of the validator; a uid that is absent has an empty row."""


def stored_row(pairs: Sequence[tuple[int, int]]) -> StoredRow:
    """The row of some (uid, value) pairs, read-only."""
    flat = np.fromiter(chain.from_iterable(pairs), np.uint16, 2 * len(pairs))
    row = flat.reshape(-1, 2)
    row.flags.writeable = False
    return row


EMPTY_ROW = stored_row(())


@dataclass(frozen=True, kw_only=True)
class EpochInput:
    """A subnet, and one of its mechanisms, at the block of its epoch.

    Vectors are by uid; those not said to be of length `n` may be shorter.
    """

    n: int
    block: int
    emission: int
    """Alpha to distribute, in rao."""

    alpha_stake: Sequence[int]
    """Inherited alpha on the subnet in rao (n)."""
    tao_stake: Sequence[int]
    """Inherited TAO on root in rao (n)."""
    registered_at: Sequence[int]
    """Block of registration (n)."""
    last_update: Sequence[int]
    """Block at which the neuron last set weights of this mechanism."""
    validator_permit: Sequence[bool]
    weights: StoredRows
    bonds: StoredRows
    oldest_commit: Sequence[int] | None = None
    """Block of the oldest commit not yet revealed (n), `commits.NO_COMMIT` for none; None where
    weights are not committed."""
    owner_uid: int | None = None

    last_step_block: int
    """Block before the one of the last epoch; 0 before the first."""
    tempo: int
    activity_cutoff_factor: int
    """Thousandths of a tempo."""
    stake_threshold: int
    tao_weight: int
    """What a TAO on root counts for, of 2**64 - 1."""
    kappa: int
    """Majority, of 65535."""
    max_validators: int
    bonds_moving_average: int
    """What old bonds keep at each epoch, in millionths; more than a million is possible."""
    bonds_penalty: int
    """How far weights above consensus are cut in bonds, of 65535."""
    yuma3: bool
    liquid_alpha: bool
    alpha_low: int
    alpha_high: int
    alpha_sigmoid_steepness: int

    @property
    def last_tempo(self) -> int:
        """Bonds of a neuron that registered at this block or later are its predecessor's."""
        if self.last_step_block == 0:
            return max(self.block - self.tempo, 0)
        return min(self.last_step_block + 1, U64_MAX)


@dataclass(frozen=True, kw_only=True)
class EpochOutput:
    """What an epoch decides, by uid: u16 proportions, and amounts in rao."""

    active: list[bool]
    stake_weight: list[int]
    stake: list[int]
    consensus: list[int]
    incentive: list[int]
    dividends: list[int]
    validator_trust: list[int]
    server_emission: list[int]
    validator_emission: list[int]
    emission: list[int]
    """Share of both by the sum of incentive and dividends; stored, never paid."""
    new_validator_permit: list[bool]
    bonds: list[StoredRow] = field(repr=False)
