"""What coldkeys and subnets say of themselves."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.errors import (
    HotKeyNotRegisteredInNetwork,
    InvalidIdentity,
    NotSubnetOwner,
)
from pysubtensor.pallets.subtensor.events.keys import ChainIdentitySet, SubnetIdentitySet
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ChainIdentity, SubnetIdentity

_CHAIN_LIMITS: Final = {
    "name": 256,
    "url": 256,
    "github_repo": 256,
    "image": 1024,
    "discord": 256,
    "description": 1024,
    "additional": 1024,
}
_SUBNET_LIMITS: Final = {
    "subnet_name": 256,
    "github_repo": 1024,
    "subnet_contact": 1024,
    "subnet_url": 1024,
    "discord": 256,
    "description": 1024,
    "logo_url": 1024,
    "additional": 1024,
}


def check(identity: ChainIdentity | SubnetIdentity) -> None:
    """Errors: InvalidIdentity when a text has too many bytes."""
    limits = _CHAIN_LIMITS if isinstance(identity, ChainIdentity) else _SUBNET_LIMITS
    if any(len(getattr(identity, name)) > most for name, most in limits.items()):
        raise InvalidIdentity


def set_identity(sub: Storage, coldkey: AccountId, identity: ChainIdentity) -> None:
    """Say who a coldkey is that owns a neuron (`do_set_identity`).

    Errors: HotKeyNotRegisteredInNetwork; InvalidIdentity.
    """
    if not any(hotkeys.is_neuron_anywhere(sub, each) for each in sub.owned_hotkeys[coldkey]):
        raise HotKeyNotRegisteredInNetwork
    check(identity)
    sub.identities_v2[coldkey] = identity
    sub.emit(ChainIdentitySet(coldkey))


def set_subnet_identity(
    sub: Storage, coldkey: AccountId, netuid: NetUid, identity: SubnetIdentity
) -> None:
    """Say what a subnet is, as its owner.  Errors: NotSubnetOwner; InvalidIdentity.

    In subtensor: `do_set_subnet_identity`.
    """
    if sub.subnet_owner[netuid] != coldkey:
        raise NotSubnetOwner
    check(identity)
    sub.subnet_identities_v3[netuid] = identity
    sub.emit(SubnetIdentitySet(netuid))
