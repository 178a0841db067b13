"""The storage of a made-up main network, written through the pallets' own items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pysubtensor.frame.fixed_point import I96F32, U64F64
from pysubtensor.frame.primitives import I128, U16, U64, U128, AccountId, Alpha, NetUid, Tao, Uid
from pysubtensor.genesis.mainnet_like.population import Hotkey, Population, Subnet
from pysubtensor.genesis.mainnet_like.size import MOST_NEURONS, Size
from pysubtensor.genesis.mainnet_like.weights import rows
from pysubtensor.genesis.progress import Progress
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.subtensor.epoch_schedule import MAX_TEMPO
from pysubtensor.pallets.subtensor.genesis import SEATS, open_root
from pysubtensor.pallets.subtensor.networks.symbols import SYMBOLS
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.root_claims import coldkeys
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN, storage_index
from pysubtensor.pallets.subtensor.subnets.registry import account_of_subnet
from pysubtensor.pallets.subtensor.types import ROOT
from pysubtensor.pallets.swap import Swap
from pysubtensor.pallets.swap.types import Balancer
from pysubtensor.runtime.runtime import Runtime

TEMPO: Final = U16(360)
DYNAMIC: Final = U16(1)
FIRST_BLOCK: Final = U64(1)
AGED: Final = 7, 8
"""Shares there are for so much alpha: the rest came as dividends, which make no shares."""


def write_mainnet_like(
    runtime: Runtime, size: Size, owner: tuple[AccountId, AccountId], progress: Progress
) -> dict[AccountId, Tao]:
    """Write the subnets of a network; gives the free rao that accounts must have with it.

    `owner` are coldkey and hotkey of root's owner.
    """
    writer = Writer(runtime, Population(size))
    writer.write(owner, progress)
    return {who: Tao(U64(rao)) for who, rao in writer.money.items()}


class Writer:
    """Writes one population into the state of a block 0."""

    def __init__(self, runtime: Runtime, population: Population) -> None:
        self.sub = runtime.get(SubtensorModule)
        self.swap = runtime.get(Swap)
        self.alpha = runtime.get(AlphaAssets)
        self.population = population
        self.hotkeys_of: dict[AccountId, dict[AccountId, None]] = {}
        self.money: dict[AccountId, int] = {}

    def write(self, owner: tuple[AccountId, AccountId], progress: Progress) -> None:
        """Write all subnets; `owner` and hotkey are root's."""
        self._root(*owner)
        size = self.population.size
        permits = tuple(1 <= uid <= size.validators for uid in range(size.neurons))
        for done, subnet in enumerate(self.population.subnets(), 1):
            self._settings(subnet, done - 1)
            self._pool(subnet)
            self._stakes(subnet.netuid, subnet.neurons)
            self._neurons(subnet.netuid, [neuron.key for neuron in subnet.neurons], permits)
            self._weights(subnet.netuid, done - 1)
            progress(done, size.subnets)
        for coldkey, hotkeys in self.hotkeys_of.items():
            self.sub.staking_hotkeys[coldkey] = tuple(hotkeys)
        self.money |= self.population.money(list(self.hotkeys_of))

    # -- root -------------------------------------------------------------------------------------

    def _root(self, owner: AccountId, hotkey: AccountId) -> None:
        sub, seats = self.sub, self.population.on_root
        open_root(sub, owner, hotkey)
        sub.subtoken_enabled[ROOT] = True
        sub.subnet_limit.put(U16(max(sub.subnet_limit.get(), self.population.size.subnets)))
        self._stakes(ROOT, seats)
        staked = sum(seat.total for seat in seats)
        sub.subnet_alpha_out[ROOT] = Alpha(U64(staked))
        self._fund(ROOT, staked)
        for coldkey in self.hotkeys_of:
            coldkeys.index_coldkey(sub, coldkey)
        self._neurons(ROOT, [seat.key for seat in seats], (True,) * len(seats))

    # -- subnets ----------------------------------------------------------------------------------

    def _pool(self, subnet: Subnet) -> None:
        sub, netuid = self.sub, subnet.netuid
        self._fund(netuid, subnet.tao)
        sub.subnet_mechanism[netuid] = DYNAMIC
        sub.subnet_alpha_in[netuid] = Alpha(U64(subnet.alpha_in))
        sub.subnet_alpha_out[netuid] = Alpha(U64(subnet.alpha_out))
        sub.subnet_volume[netuid] = U128(3 * subnet.tao)
        self.alpha.mint(netuid, Alpha(U64(subnet.alpha_in + subnet.alpha_out)))
        self.swap.swap_balancer[netuid] = Balancer(U64(subnet.quote))
        self.swap.pal_swap_initialized[netuid] = True
        price = min(self.swap.price(netuid), U64F64.one)
        sub.subnet_moving_price[netuid] = I128(I96F32.convert(price, U64F64))

    def _fund(self, netuid: NetUid, tao: int) -> None:
        """Give a subnet's account what lies in its pool."""
        sub = self.sub
        sub.subnet_tao[netuid] = Tao(U64(tao))
        sub.total_stake.put(Tao(U64(sub.total_stake.get() + tao)))
        account = account_of_subnet(sub, netuid)
        if account is not None:
            self.money[account] = tao

    def _settings(self, subnet: Subnet, number: int) -> None:
        """A started subnet with direct weights.

        First epochs are spread over a tempo: they are overdue, one after another.
        """
        sub, netuid, size = self.sub, subnet.netuid, self.population.size
        sub.networks_added[netuid] = True
        sub.total_networks.put(U16(sub.total_networks.get() + 1))
        sub.registered_subnet_counter[netuid] = U64(1)
        sub.subnet_owner[netuid] = subnet.owner
        sub.subnet_owner_hotkey[netuid] = subnet.neurons[0].key
        sub.token_symbol[netuid] = SYMBOLS[netuid]
        sub.first_emission_block_number[netuid] = FIRST_BLOCK
        sub.subtoken_enabled[netuid] = True
        sub.network_registration_allowed[netuid] = True
        sub.max_allowed_uids[netuid] = U16(MOST_NEURONS)
        sub.max_allowed_validators[netuid] = U16(max(SEATS, size.validators))
        sub.min_allowed_weights[netuid] = U16(1)
        sub.commit_reveal_weights_enabled[netuid] = False
        sub.yuma3_on[netuid] = True
        sub.tempo[netuid] = TEMPO
        first = 1 + number * TEMPO // size.subnets
        sub.blocks_since_last_step[netuid] = U64(MAX_TEMPO + 1 - first)

    def _stakes(self, netuid: NetUid, hotkeys: Iterable[Hotkey]) -> None:
        sub = self.sub
        shares, of = AGED
        for hotkey in hotkeys:
            held = [stake * shares // of for stake in hotkey.stakes]
            sub.total_hotkey_alpha[hotkey.key, netuid] = Alpha(U64(hotkey.total))
            sub.total_hotkey_shares_v2[hotkey.key, netuid] = SafeFloat.whole(sum(held))
            for coldkey, share in zip(hotkey.coldkeys, held, strict=True):
                sub.alpha_v2[hotkey.key, coldkey, netuid] = SafeFloat.whole(share)
                self.hotkeys_of.setdefault(coldkey, {})[hotkey.key] = None
            self._own(hotkey.key, hotkey.coldkeys[0])

    def _own(self, hotkey: AccountId, coldkey: AccountId) -> None:
        sub = self.sub
        if hotkey not in sub.owner:
            sub.owner[hotkey] = coldkey
            sub.owned_hotkeys[coldkey] = (*sub.owned_hotkeys[coldkey], hotkey)
            sub.delegates[hotkey] = sub.delegates[hotkey]  # open to nominators at the usual take

    # -- neurons ----------------------------------------------------------------------------------

    def _neurons(self, netuid: NetUid, hotkeys: list[AccountId], permits: tuple[bool, ...]) -> None:
        sub, count = self.sub, len(hotkeys)
        sub.subnetwork_n[netuid] = U16(count)
        for number, hotkey in enumerate(hotkeys):
            uid = Uid(U16(number))
            sub.uids[netuid, hotkey] = uid
            sub.keys[netuid, uid] = hotkey
            sub.is_network_member[hotkey, netuid] = True
            sub.block_at_registration[netuid, uid] = U64(0)
        self._lists(netuid, count)
        sub.validator_permit[netuid] = permits

    def _lists(self, netuid: NetUid, count: int) -> None:
        """What the last epoch found: nothing yet."""
        sub, place = self.sub, storage_index(netuid, MAIN)
        nothing: Any = (U16(0),) * count
        for each in (sub.consensus, sub.dividends, sub.validator_trust, sub.stake_weight):
            each[netuid] = nothing
        sub.emission[netuid] = nothing
        sub.incentive[place] = nothing
        sub.last_update[place] = (FIRST_BLOCK,) * count  # later than they registered
        sub.active[netuid] = (True,) * count

    def _weights(self, netuid: NetUid, number: int) -> None:
        sub, place = self.sub, storage_index(netuid, MAIN)
        population = self.population
        uids = [U16(uid) for uid in range(population.size.neurons)]
        for uid, row in enumerate(rows(population.draws, population.size, number), 1):
            found: Any = tuple(zip(uids, row, strict=True))
            sub.weights[place, Uid(U16(uid))] = found
