"""Distributes what was drained: an epoch runs, and owner, miners, validators and root are paid.

Leases, whose contributors share the owner cut, cannot be made yet.
Source: coinbase/run_coinbase (distribute_emission, distribute_dividends_and_incentives).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.primitives import U64, U128, AccountId, Alpha, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor import alpha, takes
from pysubtensor.pallets.subtensor.coinbase.dividends import (
    Child,
    ChildSplit,
    DividendSplit,
    NetworkRates,
    Parent,
    after_take,
    for_validators,
    self_contribution,
    split_dividends,
    split_with_parents,
    total_dividends,
    total_incentives,
    withheld_part,
)
from pysubtensor.pallets.subtensor.coinbase.drain import Pending
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
"""Rao of each hotkey, in the order of hotkeys."""


def distribute_emission(sub: Storage, netuid: NetUid, pending: Pending) -> None:
    """Run a subnet's epoch and pay `pending` as it decides (`distribute_emission`)."""
    whole = saturating_add(saturating_add(pending.server, pending.validator), pending.root)
    earned = run(sub, netuid, whole)
    # All is split by the stakes that the epoch saw, before any payment changes them.
    incentives = total_incentives((each.hotkey, each.server) for each in earned)
    validators = for_validators(pending.validator, pending.server, sum(incentives.values()))
    split = split_among_hotkeys(sub, netuid, earned, validators, pending.root)
    pay_owner(sub, netuid, pending.owner)
    pay_miners(sub, netuid, incentives)
    _pay_validators(sub, netuid, split.alpha)
    _pay_root(sub, netuid, split.root)
    # Only now: the epoch masked bonds by the block of the one before.
    sub.last_mechanism_step_block[netuid] = now(sub)


# -- what each hotkey gets ------------------------------------------------------------------------


def split_among_hotkeys(
    sub: Storage, netuid: NetUid, earned: Iterable[Earned], validators: int, root: int
) -> DividendSplit[AccountId]:
    """Split both amounts among validators and their parents, by what they `earned`.

    `validators` and `root` are rao for those who stake on the subnet, and on root
    (`calculate_dividend_and_incentive_distribution`).
    """
    rates = NetworkRates(tao_weight(sub), proportion_u64(sub.ck_burn.get()))
    splits = [split_of_child(sub, netuid, each.hotkey, each.validator, rates) for each in earned]
    for burnt in (amount for each in splits for amount in each.burnt):
        alpha.recycle(sub, netuid, burnt)
    dividends = total_dividends(splits)
    stakes = {hotkey: _stake(sub, netuid, hotkey) for hotkey in dividends}
    return split_dividends(validators, root, rates.tao_weight, stakes, dividends)


def split_of_child(
    sub: Storage, netuid: NetUid, hotkey: AccountId, dividends: int, rates: NetworkRates
) -> ChildSplit[AccountId]:
    """Split a hotkey's dividends between itself and the parents that lend it stake."""
    parents = [
        Parent(parent, sub.owner[parent], proportion, _stake(sub, netuid, parent))
        for proportion, parent in sub.parent_keys[hotkey, netuid]
    ]
    if not parents:
        return ChildSplit([(hotkey, dividends)], ())
    lent = [proportion for proportion, _ in sub.child_keys[hotkey, netuid]]
    own = self_contribution(_stake(sub, netuid, hotkey), lent, rates.tao_weight)
    child = Child(hotkey, sub.owner[hotkey], takes.childkey_take(sub, hotkey, netuid))
    return split_with_parents(dividends, child, own, parents, rates)


def _stake(sub: Storage, netuid: NetUid, hotkey: AccountId) -> StakePair:
    return StakePair(ledger.on_hotkey(sub, hotkey, netuid), ledger.on_hotkey(sub, hotkey, ROOT))


# -- owner cut and incentive -----------------------------------------------------------------------


def pay_owner(sub: Storage, netuid: NetUid, cut: Alpha) -> None:
    """Stake the owner cut for the subnet's owner, and lock it; without an owner it is lost."""
    if netuid in sub.subnet_owner and netuid in sub.subnet_owner_hotkey:
        hotkey, coldkey = sub.subnet_owner_hotkey[netuid], sub.subnet_owner[netuid]
        ledger.increase(sub, hotkey, coldkey, netuid, cut)
        locks.lock_owner_cut(sub, netuid, cut)


def pay_miners(sub: Storage, netuid: NetUid, incentives: Amounts) -> None:
    """Stake what miners earned; what the owner's own neurons earned is withheld."""
    owners = owner_hotkeys(sub, netuid)
    withheld = 0
    for hotkey, amount in incentives.items():
        if hotkey in owners:
            withheld = saturating_add(withheld, amount)
            _withhold(sub, netuid, amount)
        else:
            _pay_miner(sub, netuid, hotkey, Alpha(U64(amount)))
    total = sum(incentives.values())
    sub.miner_burned[netuid] = U128(withheld_part(withheld, total))


def owner_hotkeys(sub: Storage, netuid: NetUid) -> list[AccountId]:
    """Neurons of the subnet's owner, with the subnet's owner hotkey (`get_owner_hotkeys`)."""
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
    """Stake it on the hotkey itself, or on the one that its owner chose for auto-stake."""
    owner = sub.owner[hotkey]
    chosen = sub.auto_stake_destination[owner, netuid]
    if chosen is not None:
        sub.emit(AutoStakeAdded(netuid, chosen, hotkey, owner, amount))
    ledger.increase(sub, hotkey if chosen is None else chosen, owner, netuid, amount)


# -- validators and root --------------------------------------------------------------------------


def _pay_validators(sub: Storage, netuid: NetUid, dividends: Amounts) -> None:
    """Pay the take to the hotkey's owner, the rest to all who stake with the hotkey."""
    paid = {}
    for hotkey, amount in dividends.items():
        paid[hotkey] = rest = _pay_take(sub, netuid, hotkey, amount)
        ledger.increase_for_all(sub, hotkey, netuid, rest)
        stake = ledger.on_hotkey(sub, hotkey, netuid)
        sub.total_hotkey_alpha_last_epoch[hotkey, netuid] = stake
    _note(sub.alpha_dividends_per_subnet, netuid, paid)


def _pay_root(sub: Storage, netuid: NetUid, dividends: Amounts) -> None:
    """Pay the take to the hotkey's owner; those who stake with it on root may claim the rest."""
    paid = {}
    for hotkey, amount in dividends.items():
        paid[hotkey] = rest = _pay_take(sub, netuid, hotkey, amount)
        claimable.credit(sub, hotkey, netuid, rest)
    _note(sub.root_alpha_dividends_per_subnet, netuid, paid)


def _pay_take(sub: Storage, netuid: NetUid, hotkey: AccountId, amount: int) -> Alpha:
    """Stake a hotkey's take of `amount` (U96F32 rao) for its owner; returns the rest."""
    take, rest = after_take(amount, sub.delegates[hotkey])
    ledger.increase(sub, hotkey, sub.owner[hotkey], netuid, take)
    return Alpha(U64(rest))


def _note(
    item: Map[tuple[NetUid, AccountId], Alpha], netuid: NetUid, paid: Mapping[AccountId, Alpha]
) -> None:
    """Record what this epoch paid, and forget what the one before did."""
    for key in list(item.keys(netuid)):
        if key[1] not in paid:
            del item[key]
    for hotkey, amount in paid.items():
        item[netuid, hotkey] = amount
