"""How subnets end: what is in the pool goes to those who hold alpha, the rest is recycled.

The rao of the pool are shared by alpha, the chain's own among it, whose part nobody gets.  Owners
of subnets from before `network_registration_start_block` get their lock back, less what they
earned.  Source: coinbase/root, staking/remove_stake (destroy_alpha_in_out_stakes).
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.fixed_point import U64F64, U96F32
from pysubtensor.frame.primitives import U16_MAX, U64, U128_MAX, AccountId, NetUid, Tao
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.errors import SubnetNotExists
from pysubtensor.pallets.subtensor.events.networks import NetworkRemoved
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.networks import removal
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


def dissolve(sub: Storage, netuid: NetUid) -> None:
    """End a subnet (`do_dissolve_network`).  Errors: SubnetNotExists, for root too."""
    ensure(registry.exists(sub, netuid) and netuid != ROOT, SubnetNotExists)
    removal.forget_root_claims(sub, netuid)
    _settle(sub, netuid)
    locks.forget_subnet(sub, netuid)
    sub.config.exchange().clear(netuid)
    sub.config.forget_commitments(netuid)
    removal.forget(sub, netuid)
    sub.emit(NetworkRemoved(netuid))


def _settle(sub: Storage, netuid: NetUid) -> None:
    owner, refund = sub.subnet_owner[netuid], lock_refund(sub, netuid)
    stakes, protocol = _stakes(sub, netuid), _protocol_alpha(sub, netuid)
    pot, kept = _take_pot(sub, netuid), 0
    for coldkey, part in shares(pot, stakes, protocol):
        if coldkey is None:
            kept = part
        elif part:
            with suppress(DispatchFailure):  # too little for a new account: it is recycled below
                tao_balances.pay_from_subnet(sub, netuid, coldkey, part)
    _forget_stakes(sub, netuid)
    account = registry.account_of_subnet(sub, netuid)
    if account is None:
        return
    if refund:
        most = saturating_sub(tao_balances.spendable(sub, account), kept)
        with suppress(DispatchFailure):
            tao_balances.transfer(sub, account, owner, min(refund, most))
    with suppress(DispatchFailure):
        tao_balances.recycle(sub, account, tao_balances.spendable_alive(sub, account))


def _take_pot(sub: Storage, netuid: NetUid) -> Tao:
    """The rao of the pool; an entry of 0 stays."""
    pot = sub.subnet_tao[netuid]
    if pot:
        del sub.subnet_tao[netuid]
        sub.total_stake.put(Tao(U64(saturating_sub(sub.total_stake.get(), pot))))
    return pot


class Stake(NamedTuple):
    """What a coldkey has staked with one hotkey."""

    coldkey: AccountId
    alpha: int


def shares(pot: int, stakes: list[Stake], protocol: int) -> list[tuple[AccountId | None, int]]:
    """Rao of a pot for each stake, and for the chain's alpha (under None), which comes last.

    Each gets `pot * alpha / all alpha`, rounded down.  If rao are left over, those with the
    largest remainders get one more, and the list is in that order.
    """
    total = saturating_add(sum(each.alpha for each in stakes), protocol, U128_MAX)
    if pot == 0 or total == 0:
        return []
    holders: list[tuple[AccountId | None, int]] = [*stakes]
    if protocol:
        holders.append((None, protocol))
    parts = [(who, *divmod(pot * alpha, total)) for who, alpha in holders]
    left = saturating_sub(pot, sum(part for _, part, _ in parts))
    if left:
        parts.sort(key=lambda each: -each[2])
    return [(who, part + (place < left)) for place, (who, part, _) in enumerate(parts)]


def _protocol_alpha(sub: Storage, netuid: NetUid) -> int:
    """The chain's own alpha; that in the pool counts only on subnets that are not old."""
    bought = sub.subnet_protocol_alpha[netuid]
    if sub.network_registered_at[netuid] > sub.tao_in_refund_deployment_block.get():
        return saturating_add(sub.subnet_alpha_in[netuid], bought)
    return bought


def _stakes(sub: Storage, netuid: NetUid) -> list[Stake]:
    """All stakes of a subnet that are worth something, by hotkey and coldkey."""
    return [
        Stake(coldkey, worth)
        for hotkey in _hotkeys(sub, netuid)
        for coldkey in _coldkeys(sub, hotkey, netuid)
        if (worth := _worth(sub, hotkey, coldkey, netuid))
    ]


def _hotkeys(sub: Storage, netuid: NetUid) -> list[AccountId]:
    keys = sub.total_hotkey_alpha.keys()
    return [hotkey for hotkey, of in keys if of == netuid]


def _coldkeys(sub: Storage, hotkey: AccountId, netuid: NetUid) -> list[AccountId]:
    """Who stakes with a hotkey on a subnet, ascending."""
    keys = (*sub.alpha.keys(hotkey), *sub.alpha_v2.keys(hotkey))
    return sorted({coldkey for _, coldkey, of in keys if of == netuid})


def _worth(sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid) -> int:
    """Alpha of a stake; where the pool says 0, its shares are counted as alpha."""
    pool, share = ledger.pool_of(sub, hotkey, netuid), ledger.share_of(sub, hotkey, coldkey, netuid)
    return pool.value_of(share) or share.to_u64()


def _forget_stakes(sub: Storage, netuid: NetUid) -> None:
    for hotkey in _hotkeys(sub, netuid):
        for coldkey in _coldkeys(sub, hotkey, netuid):
            del sub.alpha[hotkey, coldkey, netuid]
            del sub.alpha_v2[hotkey, coldkey, netuid]
        del sub.total_hotkey_alpha[hotkey, netuid]
        del sub.total_hotkey_shares[hotkey, netuid]
        del sub.total_hotkey_shares_v2[hotkey, netuid]


def lock_refund(sub: Storage, netuid: NetUid) -> int:
    """Rao of the lock that the owner gets back: what the cut of all alpha is worth comes off."""
    if sub.network_registered_at[netuid] >= sub.network_registration_start_block.get():
        return 0
    issued = saturating_add(sub.subnet_alpha_in[netuid], sub.subnet_alpha_out[netuid])
    cut = U96F32.ratio(sub.subnet_owner_cut.get(), U16_MAX)
    earned = U96F32.to_uint(U96F32.saturating_mul(U96F32.from_int(issued), cut))
    price = U96F32.convert(sub.config.exchange().price(netuid), U64F64)
    worth = U96F32.to_uint(U96F32.saturating_mul(U96F32.from_int(earned), price))
    return saturating_sub(sub.subnet_locked[netuid], worth)
