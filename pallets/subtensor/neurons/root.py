"""How hotkeys become validators on root: for nothing, and in a full network by their stake.

Source: coinbase/root.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_mul
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U16, U16_MAX, AccountId, Uid
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.errors import (
    HotKeyAlreadyRegisteredInSubNet,
    HotKeyNotRegisteredInSubNet,
    StakeTooLowForRoot,
    TooManyRegistrationsThisBlock,
    TooManyRegistrationsThisInterval,
)
from pysubtensor.pallets.subtensor.events.networks import NeuronRegistered
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.neurons.registration import count_registration
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

_TAKE: Final = U16(11_796)
"""What a new validator keeps: 18 %."""


def register(sub: Storage, coldkey: AccountId, hotkey: AccountId) -> None:
    """Make a hotkey a validator on root, in a full network in place of the one with least stake.

    In subtensor: `do_root_register`.
    Errors: TooManyRegistrationsThisBlock; TooManyRegistrationsThisInterval;
    HotKeyAlreadyRegisteredInSubNet; CannotUseSystemAccount; StakeTooLowForRoot;
    HotKeyNotRegisteredInSubNet when root has room for nobody.
    """
    _ensure_pace(sub)
    ensure(not hotkeys.is_neuron(sub, ROOT, hotkey), HotKeyAlreadyRegisteredInSubNet)
    hotkeys.create_account_if_missing(sub, coldkey, hotkey)
    if sub.subnetwork_n[ROOT] < sub.max_allowed_uids[ROOT]:
        uid = uids.append(sub, ROOT, hotkey)
    else:
        uid = _outbid(sub, hotkey)
        uids.replace(sub, ROOT, uid, hotkey)
    if hotkey not in sub.delegates:
        sub.delegates[hotkey] = _TAKE
    count_registration(sub.registrations_this_interval, ROOT)
    count_registration(sub.registrations_this_block, ROOT)
    sub.emit(NeuronRegistered(ROOT, uid, hotkey))


def _ensure_pace(sub: Storage) -> None:
    most = sub.max_registrations_per_block[ROOT]
    ensure(sub.registrations_this_block[ROOT] < most, TooManyRegistrationsThisBlock)
    most_of_interval = saturating_mul(sub.target_registrations_per_interval[ROOT], 3, U16_MAX)
    registered = sub.registrations_this_interval[ROOT]
    ensure(registered < most_of_interval, TooManyRegistrationsThisInterval)


def _outbid(sub: Storage, hotkey: AccountId) -> Uid:
    """The validator with the least stake, less than the hotkey's; of equals the first by its key.

    Errors: HotKeyNotRegisteredInSubNet when there is none; StakeTooLowForRoot.
    """
    stakes = [(ledger.on_hotkey(sub, who, ROOT), uid) for (_, uid), who in sub.keys.items(ROOT)]
    if not stakes:
        raise HotKeyNotRegisteredInSubNet
    least, uid = min(stakes, key=lambda pair: pair[0])
    ensure(least < ledger.on_hotkey(sub, hotkey, ROOT), StakeTooLowForRoot)
    return uid
