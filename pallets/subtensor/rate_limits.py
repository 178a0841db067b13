"""How often things may be done: kinds of transactions, their limits, and when each was last done.

Times are block numbers.  What was never done, or in block 0, may be done at once.
The rate limit of setting weights counts by neurons: `weights.checks.within_rate_limit`; that of
publishing addresses: `serving`.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from pysubtensor.frame.arith import saturating_mul, saturating_sub
from pysubtensor.frame.primitives import U16, U64, U64_MAX, AccountId, NetUid
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import (
    ROOT,
    Hyperparameter,
    LastTxBlockDelegateTake,
    NetworkLastRegistered,
    OwnerHyperparamUpdate,
    RateLimitKey,
    SetOwnerHotkey,
)
from pysubtensor.pallets.subtensor.types import LastTxBlock as LastSwap

_SET_CHILDREN: Final = 150
_SET_OWNER_HOTKEY: Final = 50_400


class TransactionType(Enum):
    """Kinds of transactions; the values are the numbers that storage keeps them under."""

    SET_CHILDREN = 0
    SET_CHILDKEY_TAKE = 1
    UNKNOWN = 2
    REGISTER_NETWORK = 3
    SET_WEIGHTS_VERSION_KEY = 4
    SET_OWNER_HOTKEY = 5
    MECHANISM_COUNT_UPDATE = 7
    MECHANISM_EMISSION = 8
    MAX_UIDS_TRIMMING = 9
    ADD_STAKE_BURN = 10
    TEMPO_UPDATE = 11


Kind: TypeAlias = TransactionType | Hyperparameter
"""A hyperparameter stands for its change by the subnet's owner."""


def now(sub: Storage) -> U64:
    """Number of the open block, in the width that this pallet counts blocks in."""
    return U64(sub.config.system.block_number())


def limit(sub: Storage, kind: Kind, netuid: NetUid = ROOT) -> int:
    """Blocks that must pass between two transactions of a kind on a subnet.

    In subtensor: `rate_limit_on_subnet`.
    """
    if isinstance(kind, Hyperparameter):
        return _tempos(sub, netuid, sub.owner_hyperparam_rate_limit.get())
    match kind:
        case TransactionType.SET_WEIGHTS_VERSION_KEY:
            return _tempos(sub, netuid, sub.weights_version_key_rate_limit.get())
        case TransactionType.ADD_STAKE_BURN:
            return sub.tempo[netuid]
        case TransactionType.TEMPO_UPDATE:
            return sub.config.min_tempo
        case TransactionType.SET_OWNER_HOTKEY:
            return _SET_OWNER_HOTKEY
        case _:
            return _same_everywhere(sub, kind)


def _tempos(sub: Storage, netuid: NetUid, count: int) -> int:
    return saturating_mul(sub.tempo[netuid], count, U64_MAX)


def _same_everywhere(sub: Storage, kind: TransactionType) -> int:
    match kind:
        case TransactionType.SET_CHILDREN:
            return _SET_CHILDREN
        case TransactionType.SET_CHILDKEY_TAKE:
            return sub.tx_childkey_take_rate_limit.get()
        case TransactionType.REGISTER_NETWORK:
            return sub.network_rate_limit.get()
        case TransactionType.MECHANISM_COUNT_UPDATE:
            return sub.config.mechanism_count_rate_limit
        case TransactionType.MECHANISM_EMISSION:
            return sub.config.mechanism_emission_rate_limit
        case TransactionType.MAX_UIDS_TRIMMING:
            return sub.config.max_uids_trimming_rate_limit
        case _:
            return 0


def _key_of(kind: Kind, netuid: NetUid) -> RateLimitKey | None:
    """Under what the last time is kept that is not each account's own."""
    if isinstance(kind, Hyperparameter):
        return OwnerHyperparamUpdate(netuid, kind)
    if kind is TransactionType.REGISTER_NETWORK:
        return NetworkLastRegistered()
    return SetOwnerHotkey(netuid) if kind is TransactionType.SET_OWNER_HOTKEY else None


def last(sub: Storage, kind: Kind, who: AccountId, netuid: NetUid = ROOT) -> U64:
    """Block of the last transaction of a kind; 0 if there was none.

    Some kinds count for all accounts together.
    """
    key = _key_of(kind, netuid)
    if key is not None:
        return sub.last_rate_limited_block[key]
    return sub.transaction_key_last_block[who, netuid, U16(kind.value)]


def record(
    sub: Storage,
    kind: Kind,
    who: AccountId,
    netuid: NetUid = ROOT,
    block: U64 | None = None,
) -> None:
    """Remember that a transaction was made, in the open block unless `block` says another.

    In subtensor: `set_last_block_on_subnet`.
    """
    when = now(sub) if block is None else block
    key = _key_of(kind, netuid)
    if key is not None:
        sub.last_rate_limited_block[key] = when
    else:
        sub.transaction_key_last_block[who, netuid, U16(kind.value)] = when


def passes(sub: Storage, kind: Kind, who: AccountId, netuid: NetUid = ROOT) -> bool:
    """Whether a transaction of a kind may be made in the open block.

    In subtensor: `passes_rate_limit_on_subnet`.
    """
    before = last(sub, kind, who, netuid)
    return before == 0 or saturating_sub(now(sub), before) >= limit(sub, kind, netuid)


# -- keys: strictly more than the limit must have passed ------------------------------------------


def _too_soon(sub: Storage, before: int, blocks: int) -> bool:
    return blocks != 0 and before != 0 and saturating_sub(now(sub), before) <= blocks


def swaps_too_soon(sub: Storage, coldkey: AccountId) -> bool:
    """Whether a coldkey swapped a hotkey within the last `tx_rate_limit` blocks."""
    before = sub.last_rate_limited_block[LastSwap(coldkey)]
    return _too_soon(sub, before, sub.tx_rate_limit.get())


def raises_take_too_soon(sub: Storage, hotkey: AccountId) -> bool:
    """Whether a hotkey's take was set within the last `tx_delegate_take_rate_limit` blocks."""
    before = sub.last_rate_limited_block[LastTxBlockDelegateTake(hotkey)]
    return _too_soon(sub, before, sub.tx_delegate_take_rate_limit.get())
