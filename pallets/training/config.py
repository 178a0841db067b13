"""What the runtime supplies, and the limits of the pallet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pysubtensor.frame.interfaces.currency import Fungible
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.pallet import constant
from pysubtensor.frame.pallet_id import PalletId
from pysubtensor.frame.primitives import U16, U32, U64, AccountId, NetUid, Tao, Uid


class Subnets(Protocol):
    """The subnets that runs are on; SubtensorModule provides them."""

    def exists(self, netuid: NetUid) -> bool:
        """Whether there is such a subnet."""

    def is_owner(self, netuid: NetUid, who: AccountId) -> bool:
        """Whether the subnet belongs to that account."""

    def uid(self, netuid: NetUid, hotkey: AccountId) -> Uid | None:
        """The neuron of a hotkey."""

    def may_validate(self, netuid: NetUid, hotkey: AccountId) -> bool:
        """Whether the hotkey may set weights of others."""

    def set_weights(
        self, netuid: NetUid, hotkey: AccountId, uids: Sequence[Uid], values: Sequence[U16]
    ) -> None:
        """Set the hotkey's row by the subnet's own rules.  Errors: those of the rules."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Services, and constants that metadata shows."""

    system: SystemServices
    currency: Fungible
    subnets: Subnets
    burn_account: AccountId
    """Where burned money goes; nobody can spend it."""
    max_runs: U32 = constant(U32(64), "Most runs that are open at a time.")
    max_runs_per_subnet: U32 = constant(U32(8), "Most of them on one subnet.")
    max_due_per_block: U32 = constant(
        U32(64), "Most things that the chain does by itself in a block; others wait."
    )
    max_due_per_run: U32 = constant(
        U32(8), "Most of them that are of one run, so that no run keeps others waiting."
    )
    max_open_rounds: U32 = constant(
        U32(64), "Most rounds of a run that are not final; then it waits."
    )
    run_bond: Tao = constant(Tao(U64(1_000_000_000)), "Rao that a run costs until it is closed.")
    pallet_id: PalletId = constant(b"py/train", "What the account of all bonds is made from.")
