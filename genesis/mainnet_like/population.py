"""Who there is on a made-up main network, and what is whose; all amounts in rao.

    validators   the same hotkeys on every subnet, each with its owner and two nominators
    subnets      an owner, whose hotkey is neuron 0, then the validators, then miners

Pools hold 17,000 TAO each on average and root 4.5 million, shared out with a heavy tail, so that
prices add up to a little more than one TAO and the issuance lies past the first halving.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pysubtensor.frame.arith import PERQUINTILL
from pysubtensor.frame.primitives import RAO_PER_TAO, U16, AccountId, NetUid
from pysubtensor.genesis.mainnet_like.draws import Draws, split
from pysubtensor.genesis.mainnet_like.size import Size
from pysubtensor.pallets.subtensor.genesis import SEATS

NOMINATORS: Final = 2
"""Coldkeys that stake with a validator beside its owner."""
MINERS_OF_A_COLDKEY: Final = 4
ROOT_STAKE: Final = 4_500_000 * RAO_PER_TAO
FREE_MONEY: Final = 3_000_000 * RAO_PER_TAO
LEAST_FREE: Final = 10 * RAO_PER_TAO
TAO_OF_A_POOL: Final = 17_000 * RAO_PER_TAO
ALPHA_IN: Final = 1_000_000 * RAO_PER_TAO, 2_000_000 * RAO_PER_TAO
ALPHA_OUT: Final = 1_000_000 * RAO_PER_TAO, 2_500_000 * RAO_PER_TAO


@dataclass(frozen=True)
class Hotkey:
    """A hotkey and the coldkeys behind it, its owner first, with what they have staked."""

    key: AccountId
    coldkeys: tuple[AccountId, ...]
    stakes: tuple[int, ...]

    @property
    def total(self) -> int:
        """All that is staked with it."""
        return sum(self.stakes)


@dataclass(frozen=True)
class Subnet:
    """A subnet, with its neurons in the order of their uids; the owner's is the first."""

    netuid: NetUid
    tao: int
    alpha_in: int
    quote: int
    """Weight of TAO in the pool, in parts of 10**18."""
    neurons: tuple[Hotkey, ...]

    @property
    def owner(self) -> AccountId:
        """The owner's coldkey."""
        return self.neurons[0].coldkeys[0]

    @property
    def alpha_out(self) -> int:
        """Alpha outside the pool: all that is staked."""
        return sum(neuron.total for neuron in self.neurons)


class Population:
    """Everybody on a network of this size."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.draws = Draws(size.seed)

    @cached_property
    def on_root(self) -> list[Hotkey]:
        """The hotkeys that sit on root, and the TAO staked with them."""
        keys = [self._validator(number) for number in range(min(self.size.validators, SEATS))]
        amounts = split(ROOT_STAKE, [self.draws.heavy("root", n) for n in range(len(keys))])
        return [
            Hotkey(key, coldkeys, self._parted(amount, "root", number))
            for number, ((key, coldkeys), amount) in enumerate(zip(keys, amounts, strict=True))
        ]

    @cached_property
    def pools(self) -> list[int]:
        """Rao in the pool of each subnet."""
        drawn = [self.draws.heavy("pool", n) for n in range(self.size.subnets)]
        return split(TAO_OF_A_POOL * self.size.subnets, drawn)

    def subnets(self) -> Iterator[Subnet]:
        """All subnets beside root, by netuid."""
        for number, tao in enumerate(self.pools):
            yield Subnet(
                NetUid(U16(number + 1)),
                tao,
                self.draws.between(*ALPHA_IN, "alpha in", number),
                self.draws.between(PERQUINTILL * 2 // 5, PERQUINTILL * 3 // 5, "quote", number),
                tuple(self._neurons(number)),
            )

    def _neurons(self, subnet: int) -> Iterator[Hotkey]:
        """A tenth of the alpha is the owner's and the miners', the rest the validators'."""
        draws, size = self.draws, self.size
        alpha = draws.between(*ALPHA_OUT, "alpha out", subnet)
        miners = size.neurons - size.validators
        small = split(alpha // 10, [draws.heavy("mined", subnet, n) for n in range(miners)])
        large = split(
            alpha - alpha // 10,
            [draws.heavy("staked", subnet, n) for n in range(size.validators)],
        )
        owner = draws.account("owner", subnet), draws.account("owner's hotkey", subnet)
        yield Hotkey(owner[1], owner[:1], (small[0],))
        for number, amount in enumerate(large):
            key, coldkeys = self._validator(number)
            yield Hotkey(key, coldkeys, self._parted(amount, subnet, number))
        for number, amount in enumerate(small[1:]):
            coldkey = draws.account("miner", subnet, number // MINERS_OF_A_COLDKEY)
            yield Hotkey(draws.account("miner's hotkey", subnet, number), (coldkey,), (amount,))

    def _validator(self, number: int) -> tuple[AccountId, tuple[AccountId, ...]]:
        account = self.draws.account
        nominators = (account("nominator", number, n) for n in range(NOMINATORS))
        return account("validator's hotkey", number), (account("validator", number), *nominators)

    def _parted(self, amount: int, subnet: str | int, number: int) -> tuple[int, ...]:
        """What each coldkey behind a validator has of an amount."""
        parts = [self.draws.heavy("part", subnet, number, n) for n in range(1 + NOMINATORS)]
        return tuple(split(amount, parts))

    def money(self, coldkeys: list[AccountId]) -> dict[AccountId, int]:
        """Free rao of each coldkey."""
        drawn = [self.draws.heavy("free", each.hex()) for each in coldkeys]
        amounts = split(FREE_MONEY, drawn)
        return {who: LEAST_FREE + rao for who, rao in zip(coldkeys, amounts, strict=True)}
