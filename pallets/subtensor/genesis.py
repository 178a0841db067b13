"""Subnets 0 and 1 as every new chain has them.

Subnet 0 is root.  Subnet 1 has a pool and one neuron, all of it the zero account's.  Source: the
genesis build of the chain's own pallet.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import U16, U64, ZERO_ACCOUNT, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.networks.symbols import SYMBOLS
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

FIRST: Final = NetUid(U16(1))
TEMPO: Final = U16(100)
"""Blocks between two epochs of these subnets."""
SEATS: Final = U16(64)
"""Most validators; on root also most neurons."""
POOL: Final = U64(10_000_000_000)
"""Rao and alpha in the pool of subnet 1."""
STAKE: Final = U64(1_000_000_000)
"""Alpha staked on its only neuron."""


def build(sub: Storage, owner: AccountId, owner_hotkey: AccountId) -> None:
    """Write both subnets; `owner` and `owner_hotkey` are root's."""
    sub.total_issuance.put(Tao(U64(0)))
    open_root(sub, owner, owner_hotkey)
    _open(sub, FIRST, U16(256), ZERO_ACCOUNT)
    sub.subnet_mechanism[FIRST] = U16(1)
    sub.subnet_alpha_in[FIRST] = Alpha(POOL)
    sub.subnet_tao[FIRST] = Tao(POOL)
    sub.subnet_locked[FIRST] = Tao(U64(1))
    sub.largest_locked[FIRST] = U64(1)
    _stake(sub)
    uids.append(sub, FIRST, ZERO_ACCOUNT)


def open_root(sub: Storage, owner: AccountId, owner_hotkey: AccountId) -> None:
    """Write root alone."""
    _open(sub, ROOT, SEATS, owner)
    sub.subnet_owner_hotkey[ROOT] = owner_hotkey
    sub.subnetwork_n[ROOT] = U16(0)
    sub.target_registrations_per_interval[ROOT] = U16(1)


def _open(sub: Storage, netuid: NetUid, size: U16, owner: AccountId) -> None:
    sub.networks_added[netuid] = True
    sub.total_networks.put(U16(sub.total_networks.get() + 1))
    sub.subnet_owner[netuid] = owner
    sub.max_allowed_uids[netuid] = size
    sub.max_allowed_validators[netuid] = SEATS
    sub.min_allowed_weights[netuid] = U16(0)
    sub.tempo[netuid] = TEMPO
    sub.network_registration_allowed[netuid] = True
    sub.token_symbol[netuid] = SYMBOLS[netuid]


def _stake(sub: Storage) -> None:
    """The zero account's stake on itself."""
    who = ZERO_ACCOUNT
    shares = SafeFloat.whole(STAKE)
    sub.owner[who] = who
    sub.alpha_v2[who, who, FIRST] = shares
    sub.total_hotkey_shares_v2[who, FIRST] = shares
    sub.total_hotkey_alpha[who, FIRST] = Alpha(STAKE)
    sub.subnet_alpha_out[FIRST] = Alpha(STAKE)
    sub.staking_hotkeys[who] = (who,)
