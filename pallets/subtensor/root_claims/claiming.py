"""Claims of what stake on root has earned: as alpha, or swapped for more stake on root.

Amounts are in rao.  Source: staking/claim_root.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.fixed_point import I96F32
from pysubtensor.frame.interfaces.exchange import LOWEST_LIMIT
from pysubtensor.frame.primitives import I128, U64, AccountId, Alpha, Hash, NetUid, Tao
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor import tao_balances
from pysubtensor.pallets.subtensor.errors import (
    InvalidNumRootClaim,
    InvalidRootClaimThreshold,
    InvalidSubnetNumber,
    RootNetworkDoesNotExist,
)
from pysubtensor.pallets.subtensor.events.staking import RootClaimed, RootClaimTypeSet
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.root_claims import claimable, coldkeys
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT, KeepClaims, KeepSubnets, RootClaimType

MOST_SUBNETS: Final = 5
"""Most subnets of one claim."""
MOST_DRAWN: Final = 50
"""Most coldkeys that a block may claim for by itself."""
HIGHEST_THRESHOLD: Final = 10_000_000
"""Largest value of the least claim, in rao of alpha."""

_READ: Final = weight(0, reads=1)
_CLAIM: Final = weight(60_000_000, 6_987, reads=7, writes=5)


def claim(sub: Storage, coldkey: AccountId, subnets: frozenset[NetUid] | None) -> Weight:
    """Claim what a coldkey has earned with all its hotkeys, on all subnets for None.

    In subtensor: `do_root_claim`.
    Returns what that cost.
    Errors: those of the exchange and the balances; what was written must be undone then.
    """
    cost = _READ
    for hotkey in sub.staking_hotkeys[coldkey]:
        cost += _READ + _claim_from(sub, hotkey, coldkey, subnets)
    sub.emit(RootClaimed(coldkey))
    return cost


def _claim_from(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, subnets: frozenset[NetUid] | None
) -> Weight:
    stake: int | None = None
    claims = 0
    for netuid in sorted(sub.root_claimable[hotkey]):
        if subnets is None or netuid in subnets:
            claims += 1
            if stake is None:
                stake = ledger.of(sub, hotkey, coldkey, ROOT)
            if _claim_on(sub, hotkey, coldkey, netuid, stake):
                stake = None  # may be more now
    return _READ * 2 + _CLAIM * claims


def _claim_on(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, stake: int
) -> bool:
    """Claim on one subnet; less than the subnet's least claim stays where it is.

    Tells whether something was claimed.
    """
    owed = claimable.owed_to(sub, hotkey, coldkey, netuid, stake)
    amount = I96F32.to_uint(owed)
    if owed < sub.root_claimable_threshold[netuid] or amount == 0:
        return False
    if keeps_alpha(sub.root_claim_type[coldkey], netuid):
        ledger.increase(sub, hotkey, coldkey, netuid, amount)
    else:
        _swap_to_root(sub, hotkey, coldkey, netuid, amount)
    claimable.count_as_claimed(sub, hotkey, coldkey, netuid, amount)
    return True


def keeps_alpha(kind: RootClaimType, netuid: NetUid) -> bool:
    """Whether claims of this kind stay alpha on that subnet."""
    if isinstance(kind, KeepSubnets):
        return netuid in kind.subnets
    return isinstance(kind, KeepClaims)


def _swap_to_root(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: int
) -> None:
    """Sell alpha without a fee and stake the rao on root, which counts as the chain's outflow."""
    tao = liquidity.sell(sub, netuid, amount, LOWEST_LIMIT, drop_fees=True).paid_out
    root = registry.account_of_subnet(sub, ROOT)
    if root is None:
        raise RootNetworkDoesNotExist
    tao_balances.pay_from_subnet(sub, netuid, root, tao)
    sold = saturating_add(sub.subnet_root_sell_tao[netuid], tao)
    sub.subnet_root_sell_tao[netuid] = Tao(U64(sold))
    liquidity.note_protocol_flow(sub, netuid, -tao)
    ledger.increase(sub, hotkey, coldkey, ROOT, tao)
    _grow_root(sub, tao)
    claimable.on_staked(sub, hotkey, coldkey, tao)


def _grow_root(sub: Storage, tao: int) -> None:
    sub.subnet_tao[ROOT] = Tao(U64(saturating_add(sub.subnet_tao[ROOT], tao)))
    staked = saturating_add(sub.subnet_alpha_out[ROOT], tao)
    sub.subnet_alpha_out[ROOT] = Alpha(U64(staked))
    sub.total_stake.put(Tao(U64(saturating_add(sub.total_stake.get(), tao))))


# -- what each block claims by itself -------------------------------------------------------------


def claim_for_some(sub: Storage, parent: Hash) -> None:
    """Claim for some coldkeys, drawn by the parent block's hash; a claim that fails is undone.

    In subtensor: `run_auto_claim_root_divs`.
    """
    count = sub.num_staking_coldkeys.get()
    for number in drawn(parent, sub.num_root_claim.get(), count):
        coldkey = sub.staking_coldkeys_by_index[U64(number)]
        if coldkey is not None:
            _claim_or_leave(sub, coldkey)


def _claim_or_leave(sub: Storage, coldkey: AccountId) -> None:
    try:
        with sub.env.state.transaction():
            claim(sub, coldkey, None)
    except DispatchFailure:
        return


def drawn(seed: Hash, draws: int, count: int) -> list[int]:
    """So many draws of numbers below `count`, in order and each once; 0 for no count.

    In subtensor: `block_hash_to_indices`.
    Each draw goes on from the last by one of the seed's four big-endian u64.
    """
    steps = [int.from_bytes(seed[at : at + 8], "big") for at in range(0, 32, 8)]
    found, last = set(), steps[0]
    for draw in range(draws):
        last = saturating_add(last, steps[draw % 4]) % count if count else 0
        found.add(last)
    return sorted(found)


# -- settings -------------------------------------------------------------------------------------


def ensure_few(subnets: frozenset[NetUid]) -> None:
    """Errors: InvalidSubnetNumber unless a claim names one to five subnets."""
    if not 0 < len(subnets) <= MOST_SUBNETS:
        raise InvalidSubnetNumber


def set_claim_type(sub: Storage, coldkey: AccountId, kind: RootClaimType) -> None:
    """Choose what a coldkey's claims become.  Errors: InvalidSubnetNumber for an empty list.

    In subtensor: `change_root_claim_type`.
    """
    if isinstance(kind, KeepSubnets) and not kind.subnets:
        raise InvalidSubnetNumber
    coldkeys.index_coldkey(sub, coldkey)
    sub.root_claim_type[coldkey] = kind
    sub.emit(RootClaimTypeSet(coldkey, kind))


def set_draws(sub: Storage, draws: U64) -> None:
    """Set how many coldkeys a block claims for.  Errors: InvalidNumRootClaim above 50."""
    if draws > MOST_DRAWN:
        raise InvalidNumRootClaim
    sub.num_root_claim.put(draws)


def set_threshold(sub: Storage, netuid: NetUid, least: int) -> None:
    """Set the least claim on a subnet.  Errors: InvalidRootClaimThreshold above 10**7."""
    if least > HIGHEST_THRESHOLD:
        raise InvalidRootClaimThreshold
    sub.root_claimable_threshold[netuid] = I128(I96F32.from_int(least))
