"""Keys: swapped, named, and where their neurons can be reached."""

from __future__ import annotations

from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U64, AccountId, Hash, NetUid, Tao
from pysubtensor.pallets.subtensor.types import EvmAddress


class AxonServed(Event, index=28, unnamed=True):
    """A neuron published its address."""

    netuid: NetUid
    hotkey: AccountId


class PrometheusServed(Event, index=29, unnamed=True):
    """A neuron published the address of its metrics."""

    netuid: NetUid
    hotkey: AccountId


class HotkeySwapped(Event, index=66):
    """A hotkey replaced another on all subnets."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId


class ColdkeySwapAnnounced(Event, index=69):
    """A coldkey will be replaced by the one with this hash."""

    who: AccountId
    new_coldkey_hash: Hash


class ColdkeySwapReset(Event, index=70):
    """Root cancelled the swap of a coldkey."""

    who: AccountId


class ColdkeySwapped(Event, index=71):
    """A coldkey replaced another."""

    old_coldkey: AccountId
    new_coldkey: AccountId


class ColdkeySwapDisputed(Event, index=72):
    """A coldkey's swap was disputed; it can do nothing until root decides."""

    coldkey: AccountId


class AllBalanceUnstakedAndTransferredToNewColdkey(Event, index=73):
    """Never emitted."""

    current_coldkey: AccountId
    new_coldkey: AccountId
    total_balance: Tao


class ArbitrationPeriodExtended(Event, index=74):
    """Never emitted."""

    coldkey: AccountId


class ChainIdentitySet(Event, index=77, unnamed=True):
    """A coldkey said who it is."""

    coldkey: AccountId


class SubnetIdentitySet(Event, index=78, unnamed=True):
    """An owner said what the subnet is."""

    netuid: NetUid


class SubnetIdentityRemoved(Event, index=79, unnamed=True):
    """What was said of a subnet is gone."""

    netuid: NetUid


class EvmKeyAssociated(Event, index=98):
    """A neuron proved that an EVM address is its own."""

    netuid: NetUid
    hotkey: AccountId
    evm_key: EvmAddress
    block_associated: U64


class HotkeySwappedOnSubnet(Event, index=102):
    """A hotkey replaced another on one subnet."""

    coldkey: AccountId
    old_hotkey: AccountId
    new_hotkey: AccountId
    netuid: NetUid


class ColdkeySwapCleared(Event, index=122):
    """A coldkey took its announcement back."""

    who: AccountId
