"""Paying out what waited for an epoch: to the subnet's owner, to miners, validators and root.

Leases, whose crowds share the owner's cut, cannot be made yet.
Source: coinbase/run_coinbase (distribute_emission and what it calls).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.primitives import U64, U128, AccountId, Alpha, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import alpha, takes
from pysubtensor.pallets.subtensor.coinbase import payout
from pysubtensor.pallets.subtensor.coinbase.drain import Pending
from pysubtensor.pallets.subtensor.coinbase.payout import Child, Divided, Parent, Rates, Shared
from pysubtensor.pallets.subtensor.epoch.run import Earned, run
from pysubtensor.pallets.subtensor.events.staking import AutoStakeAdded
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.stake_weight import StakePair, tao_weight
from pysubtensor.pallets.subtensor.proportions import proportion_u64
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.root_claims import claimable
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

Amounts = Mapping[AccountId, int]
"""What each hotkey gets, in the order of hotkeys."""


def pay_out(sub: Storage, netuid: NetUid, pending: Pending) -> None:
    """Run a subnet's epoch and pay out `pending`, which is divided as the epoch says."""
    whole = saturating_add(saturating_add(pending.server, pending.validator), pending.root)
    earned = run(sub, netuid, whole)
    incentives = payout.total_incentives((each.hotkey, each.server) for each in earned)
    for_validators = payout.for_validators(
        pending.validator, pending.server, sum(incentives.values())
    )
    divided = divide(sub, netuid, earned, for_validators, pending.root)
    _pay_owner(sub, netuid, pending.owner)
    pay_miners(sub, netuid, incentives)
    _pay_validators(sub, netuid, divided.alpha)
    _pay_root(sub, netuid, divided.root)
    sub.last_mechanism_step_block[netuid] = now(sub)


# -- who gets what --------------------------------------------------------------------------------


def divide(
    sub: Storage, netuid: NetUid, earned: Iterable[Earned], validators: int, root: int
) -> Divided[AccountId]:
    """What validators, their stakers and their parents get of the two amounts."""
    rates = Rates(tao_weight(sub), proportion_u64(sub.ck_burn.get()))
    shared = [share(sub, netuid, each.hotkey, each.validator, rates) for each in earned]
    for burnt in (amount for each in shared for amount in each.burnt):
        alpha.recycle(sub, netuid, burnt)
    dividends = payout.total_dividends(shared)
    stakes = {hotkey: _stake(sub, netuid, hotkey) for hotkey in dividends}
    return payout.divide(validators, root, rates.tao_weight, stakes, dividends)


def share(
    sub: Storage, netuid: NetUid, hotkey: AccountId, dividends: int, rates: Rates
) -> Shared[AccountId]:
    """Divide a hotkey's dividends between itself and those it borrows stake from."""
    parents = [
        Parent(parent, sub.owner[parent], proportion, _stake(sub, netuid, parent))
        for proportion, parent in sub.parent_keys[hotkey, netuid]
    ]
    if not parents:
        return Shared([(hotkey, dividends)], ())
    lent = [proportion for proportion, _ in sub.child_keys[hotkey, netuid]]
    own = payout.self_contribution(_stake(sub, netuid, hotkey), lent, rates.tao_weight)
    child = Child(hotkey, sub.owner[hotkey], takes.childkey_take(sub, hotkey, netuid))
    return payout.share_with_parents(dividends, child, own, parents, rates)


def _stake(sub: Storage, netuid: NetUid, hotkey: AccountId) -> StakePair:
    return StakePair(ledger.on_hotkey(sub, hotkey, netuid), ledger.on_hotkey(sub, hotkey, ROOT))


# -- the owner and the miners ---------------------------------------------------------------------


def _pay_owner(sub: Storage, netuid: NetUid, cut: Alpha) -> None:
    """Stake the owner's cut; without an owner it is lost."""
    if netuid in sub.subnet_owner and netuid in sub.subnet_owner_hotkey:
        hotkey, coldkey = sub.subnet_owner_hotkey[netuid], sub.subnet_owner[netuid]
        ledger.increase(sub, hotkey, coldkey, netuid, cut)
        locks.lock_owner_cut(sub, netuid, cut)


def pay_miners(sub: Storage, netuid: NetUid, incentives: Amounts) -> None:
    """Stake what miners earned, but for the owner's own neurons, whose part nobody gets."""
    owners = owner_hotkeys(sub, netuid)
    withheld = 0
    for hotkey, amount in incentives.items():
        if hotkey in owners:
            withheld = saturating_add(withheld, amount)
            _withhold(sub, netuid, amount)
        else:
            _pay_miner(sub, netuid, hotkey, Alpha(U64(amount)))
    total = sum(incentives.values())
    sub.miner_burned[netuid] = U128(payout.withheld_part(withheld, total))


def owner_hotkeys(sub: Storage, netuid: NetUid) -> list[AccountId]:
    """Neurons of the subnet's owner, the hotkey that stands for it among them."""
    hotkeys = sub.owned_hotkeys[sub.subnet_owner[netuid]]
    if netuid in sub.subnet_owner_hotkey:
        hotkeys = (*hotkeys, sub.subnet_owner_hotkey[netuid])
    return [hotkey for hotkey in hotkeys if (netuid, hotkey) in sub.uids]


def _withhold(sub: Storage, netuid: NetUid, amount: int) -> None:
    if sub.recycle_or_burn[netuid] is RecycleOrBurn.RECYCLE:
        alpha.recycle(sub, netuid, amount)
    else:
        alpha.burn(sub, netuid, amount)


def _pay_miner(sub: Storage, netuid: NetUid, hotkey: AccountId, amount: Alpha) -> None:
    """Stake it on the hotkey itself, or on the one that its owner chose for that."""
    owner = sub.owner[hotkey]
    chosen = sub.auto_stake_destination[owner, netuid]
    if chosen is not None:
        sub.emit(AutoStakeAdded(netuid, chosen, hotkey, owner, amount))
    ledger.increase(sub, hotkey if chosen is None else chosen, owner, netuid, amount)


# -- validators and root --------------------------------------------------------------------------


def _pay_validators(sub: Storage, netuid: NetUid, dividends: Amounts) -> None:
    """Take to the hotkey's owner, the rest to all who stake with the hotkey."""
    paid = {}
    for hotkey, amount in dividends.items():
        paid[hotkey] = rest = _pay_take(sub, netuid, hotkey, amount)
        ledger.increase_for_all(sub, hotkey, netuid, rest)
        stake = ledger.on_hotkey(sub, hotkey, netuid)
        sub.total_hotkey_alpha_last_epoch[hotkey, netuid] = stake
    _note(sub.alpha_dividends_per_subnet, netuid, paid)


def _pay_root(sub: Storage, netuid: NetUid, dividends: Amounts) -> None:
    """Take to the hotkey's owner, the rest to be claimed by those who stake with it on root."""
    paid = {}
    for hotkey, amount in dividends.items():
        paid[hotkey] = rest = _pay_take(sub, netuid, hotkey, amount)
        claimable.credit(sub, hotkey, netuid, rest)
    _note(sub.root_alpha_dividends_per_subnet, netuid, paid)


def _pay_take(sub: Storage, netuid: NetUid, hotkey: AccountId, amount: int) -> Alpha:
    """Stake a hotkey's take of `amount` (U96F32 rao) for its owner; gives the rest."""
    take, rest = payout.after_take(amount, sub.delegates[hotkey])
    ledger.increase(sub, hotkey, sub.owner[hotkey], netuid, take)
    return Alpha(U64(rest))


def _note(
    item: Map[tuple[NetUid, AccountId], Alpha], netuid: NetUid, paid: Mapping[AccountId, Alpha]
) -> None:
    """Keep what this epoch paid, and nothing of the one before."""
    for key in list(item.keys(netuid)):
        if key[1] not in paid:
            del item[key]
    for hotkey, amount in paid.items():
        item[netuid, hotkey] = amount
