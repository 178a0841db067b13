"""How hotkeys become neurons: their coldkeys pay the subnet's price, in rao.

The price buys alpha that nobody gets.  It rises with each registration and falls with each block.
Source: subnets/registration.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import ensure
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import U16, U16_MAX, U64, AccountId, Alpha, NetUid, Tao, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import hotkeys, tao_balances
from pysubtensor.pallets.subtensor.epoch_schedule import schedule_of
from pysubtensor.pallets.subtensor.errors import (
    HotKeyAlreadyRegisteredInSubNet,
    NonAssociatedColdKey,
    NoNeuronIdAvailable,
    NotEnoughBalanceToStake,
    RegistrationNotPermittedOnRootSubnet,
    RegistrationPriceLimitExceeded,
    SubNetRegistrationDisabled,
)
from pysubtensor.pallets.subtensor.events.networks import NeuronRegistered
from pysubtensor.pallets.subtensor.neurons import pruning, uids
from pysubtensor.pallets.subtensor.pools import liquidity
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import costs, registry
from pysubtensor.pallets.subtensor.types import ROOT


def register(sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId) -> None:
    """Make a hotkey a neuron; a coldkey owns it and pays (`do_register`).

    Errors: those of `calls.neurons.burned_register`; those of the exchange and the balances.
    """
    _ensure_subnet(sub, netuid)
    ensure(sub.network_registration_allowed[netuid], SubNetRegistrationDisabled)
    ensure(not hotkeys.is_neuron(sub, netuid, hotkey), HotKeyAlreadyRegisteredInSubNet)
    cost = sub.burn[netuid]
    ensure(cost <= tao_balances.spendable(sub, coldkey), NotEnoughBalanceToStake)
    hotkeys.create_account_if_missing(sub, coldkey, hotkey)
    ensure(hotkeys.owned_by(sub, coldkey, hotkey), NonAssociatedColdKey)
    outgoing = _outgoing(sub, netuid)
    paid = _buy_and_burn(sub, coldkey, netuid, cost)
    uid = _place(sub, netuid, hotkey, outgoing)
    _raise_price(sub, netuid)
    count_registration(sub.registrations_this_block, netuid)
    recycled = saturating_add(sub.rao_recycled_for_registration[netuid], cost)
    sub.rao_recycled_for_registration[netuid] = Tao(U64(recycled))
    liquidity.note_flow(sub, netuid, paid)
    sub.emit(NeuronRegistered(netuid, uid, hotkey))


def register_within(
    sub: Storage, coldkey: AccountId, netuid: NetUid, hotkey: AccountId, limit: int
) -> None:
    """Register a neuron if that costs no more than `limit` rao (`do_register_limit`).

    Errors: those of `register`; RegistrationPriceLimitExceeded.
    """
    _ensure_subnet(sub, netuid)
    ensure(sub.burn[netuid] <= limit, RegistrationPriceLimitExceeded)
    register(sub, coldkey, netuid, hotkey)


def _ensure_subnet(sub: Storage, netuid: NetUid) -> None:
    ensure(netuid != ROOT, RegistrationNotPermittedOnRootSubnet)
    registry.ensure_exists(sub, netuid)


def _outgoing(sub: Storage, netuid: NetUid) -> Uid | None:
    """Who gives way; None while there is room.  Errors: NoNeuronIdAvailable."""
    most = sub.max_allowed_uids[netuid]
    if sub.subnetwork_n[netuid] < most:
        return None
    outgoing = pruning.neuron_to_prune(sub, netuid) if most else None
    if outgoing is None:
        raise NoNeuronIdAvailable
    return outgoing


def _buy_and_burn(sub: Storage, coldkey: AccountId, netuid: NetUid, cost: int) -> int:
    """Let the coldkey pay for alpha, which then is nowhere; returns what it paid."""
    paid = tao_balances.pay_subnet(sub, netuid, coldkey, cost)
    bought = liquidity.buy(sub, netuid, paid, HIGHEST_LIMIT).paid_out
    left = saturating_sub(sub.subnet_alpha_out[netuid], bought)
    sub.subnet_alpha_out[netuid] = Alpha(U64(left))
    return paid


def assign_uid(sub: Storage, netuid: NetUid, hotkey: AccountId) -> Uid:
    """Make a hotkey a neuron for nothing.  Returns its uid.  Errors: NoNeuronIdAvailable.

    In subtensor: `register_neuron`.
    """
    return _place(sub, netuid, hotkey, _outgoing(sub, netuid))


def _place(sub: Storage, netuid: NetUid, hotkey: AccountId, outgoing: Uid | None) -> Uid:
    if outgoing is None:
        return uids.append(sub, netuid, hotkey)
    uids.replace(sub, netuid, outgoing, hotkey)
    return outgoing


def count_registration(counter: Map[NetUid, U16], netuid: NetUid) -> None:
    """Count one registration more."""
    counter[netuid] = U16(saturating_add(counter[netuid], 1, U16_MAX))


# -- prices ---------------------------------------------------------------------------------------


def _bounds(sub: Storage, netuid: NetUid) -> tuple[int, int]:
    return sub.min_burn[netuid], sub.max_burn[netuid]


def _raise_price(sub: Storage, netuid: NetUid) -> None:
    factor, bounds = sub.burn_increase_mult[netuid], _bounds(sub, netuid)
    raised = costs.burn_after_registration(sub.burn[netuid], factor, bounds)
    sub.burn[netuid] = Tao(U64(raised))


def decay_prices(sub: Storage) -> None:
    """At the begin of a block, let burn prices fall, and count registrations from 0 again.

    In subtensor: `update_registration_prices_for_networks`.
    Root, which has no price, counts those of an interval too: until its epoch is due.
    """
    block = now(sub)
    for netuid in registry.netuids(sub):
        before, half_life = sub.burn[netuid], sub.burn_half_life[netuid]
        price = costs.burn_at(block, before, half_life, _bounds(sub, netuid))
        if price != before:
            sub.burn[netuid] = Tao(U64(price))
        _put_0(sub.registrations_this_block, netuid)
        if netuid == ROOT and schedule_of(sub, ROOT).due(block):
            _put_0(sub.registrations_this_interval, ROOT)


def _put_0(counter: Map[NetUid, U16], netuid: NetUid) -> None:
    """Store a 0, but leave one that is stored alone: most are, in most blocks."""
    if counter[netuid] or netuid not in counter:
        counter[netuid] = U16(0)
