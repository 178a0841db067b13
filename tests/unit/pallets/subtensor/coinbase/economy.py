"""Subnets that earn, and the steps of a block one at a time."""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.fixed_point import I96F32
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.coinbase import block_step, distribute, gather
from pysubtensor.pallets.subtensor.coinbase.drain import Pending
from pysubtensor.pallets.subtensor.coinbase.run_coinbase import emit_to_subnets, run_coinbase
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.swap import Swap
from tests.subtensor_chain import Chain

TAO = 10**9
WHOLE = 2**64 - 1
"""A weight or proportion of all."""
NEVER = 50_000


def key(number: int) -> AccountId:
    """Keys in the order of their numbers."""
    return AccountId(number.to_bytes(32, "big"))


def close(found: int, wanted: float, within: float = 10) -> bool:
    return abs(found - wanted) <= within


class Economy(Chain):
    """The pallet with what the chain's tests of the coinbase set up."""

    def network(
        self,
        netuid: NetUid,
        *,
        tao: int = 0,
        alpha: int = 0,
        out: int = 0,
        price: float | None = None,
        tempo: int = NEVER,
        started: bool = True,
    ) -> None:
        """A subnet; with an average `price` its alpha has one, otherwise it is worth one TAO."""
        sub = self.sub
        self.subnet(netuid, key(1000), tempo)
        sub.subnet_mechanism[netuid] = U16(price is not None)
        sub.subnet_moving_price[netuid] = int((price or 0) * I96F32.one)
        sub.subnet_tao[netuid], sub.subnet_alpha_in[netuid] = Tao(U64(tao)), Alpha(U64(alpha))
        sub.subnet_alpha_out[netuid] = Alpha(U64(out))
        sub.first_emission_block_number[netuid] = U64(0) if started else None
        sub.subtoken_enabled[netuid] = started
        sub.commit_reveal_weights_enabled[netuid] = False
        self.give(self.account(netuid), TAO + tao)

    def root_outweighs_all(self) -> None:
        """So much TAO on root that its proportion of every subnet is nearly all."""
        self.sub.subnet_tao[0] = Tao(U64(10**18))
        self.sub.tao_weight.put(U64(WHOLE))

    def stake(self, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int) -> None:
        ledger.increase(self.sub, hotkey, coldkey, netuid, amount)

    def staked(self, hotkey: AccountId, netuid: NetUid) -> int:
        return ledger.on_hotkey(self.sub, hotkey, netuid)

    def price(self, netuid: NetUid) -> float:
        return self.runtime.get(Swap).price(netuid) / 2**64

    def emit(self, amount: int) -> None:
        """Give the subnets so much TAO, without any epoch."""
        emitting = gather.emitting_subnets(self.sub, registry.netuids(self.sub))
        emit_to_subnets(self.sub, emitting, tao_balances.mint(self.sub, amount))

    def coinbase(self, amount: int) -> None:
        """The same, and the epochs that are due."""
        netuids = registry.netuids(self.sub)
        emitting = gather.emitting_subnets(self.sub, netuids)
        run_coinbase(self.sub, netuids, emitting, tao_balances.mint(self.sub, amount))

    def pay_out(
        self, netuid: NetUid, server: int, validator: int, root: int = 0, owner: int = 0
    ) -> None:
        amounts = (Alpha(U64(amount)) for amount in (server, validator, root, owner))
        distribute.distribute_emission(self.sub, netuid, Pending(*amounts))

    def step(self, blocks: Iterable[int]) -> None:
        """The start of each of these blocks."""
        for block in blocks:
            self.at(block)
            block_step.run(self.sub)
