"""How subnets come: registered for a lock of TAO, later started by their owner.

Source: subnets/subnet, coinbase/root (the lock), staking/stake_utils (the median price).
"""

from __future__ import annotations

from typing import Any, Final

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import ensure
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import (
    RAO_PER_TAO,
    U16,
    U16_MAX,
    U64,
    U128,
    AccountId,
    Alpha,
    NetUid,
    Tao,
)
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import hotkeys, identity, rate_limits, tao_balances
from pysubtensor.pallets.subtensor.children import root_parents
from pysubtensor.pallets.subtensor.errors import (
    CannotAffordLockCost,
    CannotUseSystemAccount,
    FirstEmissionBlockNumberAlreadySet,
    NeedWaitingMoreBlocksToStarCall,
    NetworkTxRateLimitExceeded,
    NonAssociatedColdKey,
    SubNetRegistrationDisabled,
)
from pysubtensor.pallets.subtensor.events.networks import FirstEmissionBlockNumberSet, NetworkAdded
from pysubtensor.pallets.subtensor.hyperparameters import HyperparameterService
from pysubtensor.pallets.subtensor.issuance import block_emission
from pysubtensor.pallets.subtensor.networks import dissolution, pruning, symbols
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import costs, owners, registry
from pysubtensor.pallets.subtensor.types import (
    DYNAMIC,
    NO_ALPHA,
    NO_TAO,
    NetworkLastRegistered,
    SubnetIdentity,
)

_FIRST_HYPERPARAMETERS: Final[tuple[tuple[Map[NetUid, Any], Any], ...]] = (
    (Storage.network_registration_allowed, True),
    (Storage.max_allowed_uids, U16(256)),
    (Storage.max_allowed_validators, U16(64)),
    (Storage.min_allowed_weights, U16(1)),
    (Storage.immunity_period, U16(5000)),
)
"""Hyperparameters of a new subnet, in the order of their events."""
_FIRST_BURN: Final = Tao(U64(RAO_PER_TAO))


# -- what a subnet costs --------------------------------------------------------------------------


def lock_cost_now(sub: Storage) -> Tao:
    """Rao that a new subnet costs now (`get_network_lock_cost`)."""
    emission = block_emission(sub.total_issuance.get())
    cost = costs.lock_cost(
        sub.network_last_lock_cost.get(),
        sub.last_rate_limited_block[NetworkLastRegistered()],
        now(sub),
        costs.lock_interval(sub.network_lock_reduction_interval.get(), emission),
        sub.network_min_lock_cost.get(),
    )
    return Tao(U64(cost))


def median_price(sub: Storage) -> int:
    """The median price of all alpha that has one, raw U64F64; 1 when none has.

    In subtensor: `get_median_subnet_alpha_price`.
    """
    price = sub.config.exchange().price
    prices = sorted(filter(None, map(price, registry.nonroot_added(sub))))
    if not prices:
        return U64F64.one
    upper = prices[len(prices) // 2]
    if len(prices) % 2:
        return upper
    return U64F64.saturating_add(prices[len(prices) // 2 - 1], upper) // 2


# -- registered -----------------------------------------------------------------------------------


def register(
    sub: Storage, coldkey: AccountId, hotkey: AccountId, described: SubnetIdentity | None = None
) -> None:
    """Make a subnet that the coldkey pays for and owns; the hotkey is its first neuron.

    In subtensor: `do_register_network`.
    Errors: those of `ensure_may_register`; SubnetLimitReached; CannotAffordLockCost;
    InsufficientBalance; InvalidIdentity; those of the balances.
    """
    ensure_may_register(sub, coldkey, hotkey)
    pruned = pruning.place_to_clear(sub)
    cost = lock_cost_now(sub)
    ensure(cost <= tao_balances.spendable(sub, coldkey), CannotAffordLockCost)
    if pruned is not None:
        dissolution.dissolve(sub, pruned)
    netuid = registry.next_netuid(sub) if pruned is None else pruned
    price = median_price(sub)
    open_subnet(sub, netuid, sub.config.initial_tempo)
    locked = Tao(U64(tao_balances.pay_subnet(sub, netuid, coldkey, cost)))
    sub.network_last_lock_cost.put(locked)
    rate_limits.record(sub, TransactionType.REGISTER_NETWORK, coldkey)
    hotkeys.create_account_if_missing(sub, coldkey, hotkey)
    uids.append(sub, netuid, hotkey)
    _note_birth(sub, netuid)
    _fill_pool(sub, netuid, locked, price)
    sub.subnet_owner[netuid] = coldkey
    owners.put_hotkey(sub, netuid, hotkey)
    if described is not None:
        identity.set_subnet_identity(sub, coldkey, netuid, described)
    root_parents.offer(sub, netuid)
    sub.emit(NetworkAdded(netuid, DYNAMIC))
    sub.subnet_emission_enabled[netuid] = False


def ensure_may_register(sub: Storage, coldkey: AccountId, hotkey: AccountId) -> None:
    """Check that the coldkey may register a subnet now, with this hotkey.

    Errors: NonAssociatedColdKey; CannotUseSystemAccount; SubNetRegistrationDisabled;
    NetworkTxRateLimitExceeded.
    """
    free = not hotkeys.exists(sub, hotkey)
    ensure(free or hotkeys.owned_by(sub, coldkey, hotkey), NonAssociatedColdKey)
    ensure(not hotkeys.is_subnet_account(sub, hotkey), CannotUseSystemAccount)
    ensure(now(sub) >= sub.network_registration_start_block.get(), SubNetRegistrationDisabled)
    passes = rate_limits.passes(sub, TransactionType.REGISTER_NETWORK, coldkey)
    ensure(passes, NetworkTxRateLimitExceeded)


def open_subnet(sub: Storage, netuid: NetUid, tempo: U16) -> None:
    """Let a subnet exist, without neurons, with the settings of a new one (`init_new_network`).

    Epochs of subnets that open together are spread over the tempo.
    """
    sub.subnetwork_n[netuid] = U16(0)
    sub.networks_added[netuid] = True
    sub.tempo[netuid] = tempo
    sub.last_epoch_block[netuid] = U64(saturating_sub(now(sub), netuid % max(tempo, 1)))
    sub.total_networks.put(U16(saturating_add(sub.total_networks.get(), 1, U16_MAX)))
    hyperparameters = HyperparameterService(sub)
    for item, value in _FIRST_HYPERPARAMETERS:
        hyperparameters.put_for(netuid, sub.own(item), value)
    sub.yuma3_on[netuid] = True
    sub.burn[netuid] = _FIRST_BURN
    for item in (sub.kappa, sub.activity_cutoff, sub.registrations_this_interval):
        item[netuid] = item[netuid]  # so that later defaults leave it as it is


def _note_birth(sub: Storage, netuid: NetUid) -> None:
    sub.subnet_mechanism[netuid] = DYNAMIC
    sub.network_registered_at[netuid] = now(sub)
    times = saturating_add(sub.registered_subnet_counter[netuid], 1)
    sub.registered_subnet_counter[netuid] = U64(times)
    sub.token_symbol[netuid] = symbols.next_symbol(sub, netuid)


def _fill_pool(sub: Storage, netuid: NetUid, locked: Tao, price: int) -> None:
    """Put the lock into the pool, or the least lock when less was paid, and alpha at that price.

    So nothing of the lock is left to recycle.
    """
    tao = max(locked, sub.network_min_lock_cost.get())
    alpha = U64F64.to_uint(U64F64.safe_div(U64F64.from_int(tao), price))
    sub.subnet_tao[netuid] = tao
    sub.subnet_alpha_in[netuid] = Alpha(U64(alpha))
    sub.subnet_alpha_out[netuid] = NO_ALPHA
    sub.subnet_volume[netuid] = U128(0)
    sub.subnet_locked[netuid] = locked
    sub.rao_recycled_for_registration[netuid] = NO_TAO
    if tao:
        sub.total_stake.put(Tao(U64(saturating_add(sub.total_stake.get(), tao))))


# -- started --------------------------------------------------------------------------------------


def start(sub: Storage, origin: Origin, netuid: NetUid) -> None:
    """Start a subnet, as its owner: emission from the next block on, and alpha that is traded.

    In subtensor: `do_start_call`.
    Errors: SubnetNotExists; BadOrigin; FirstEmissionBlockNumberAlreadySet;
    NeedWaitingMoreBlocksToStarCall.
    """
    registry.ensure_exists(sub, netuid)
    owners.ensure_owner(sub, origin, netuid)
    started = sub.first_emission_block_number[netuid] is not None
    ensure(not started, FirstEmissionBlockNumberAlreadySet)
    opens = saturating_add(sub.network_registered_at[netuid], sub.start_call_delay.get())
    ensure(now(sub) >= opens, NeedWaitingMoreBlocksToStarCall)
    first = U64(saturating_add(now(sub), 1))
    sub.first_emission_block_number[netuid] = first
    sub.subtoken_enabled[netuid] = True
    sub.emit(FirstEmissionBlockNumberSet(netuid, first))
