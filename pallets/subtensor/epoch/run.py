"""An epoch of a subnet, all its mechanisms: who earned what.

Source: subnets/mechanism (epoch_with_mechanisms).
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.epoch import apply, gather
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.yuma.mechanisms import run_mechanisms


class Earned(NamedTuple):
    """What a hotkey earned in an epoch, in rao of alpha; the latter only as a proportion."""

    hotkey: AccountId
    server: int
    validator: int


def run(sub: Storage, netuid: NetUid, emission: int) -> list[Earned]:
    """Divide `emission` rao of alpha among a subnet's neurons; gives it in the order of hotkeys."""
    hotkeys = gather.hotkeys(sub, netuid)
    mechanisms = gather.mechanisms(sub, netuid, hotkeys)
    split = sub.mechanism_emission_split[netuid]
    found = run_mechanisms(gather.subnet(sub, netuid, hotkeys, emission), mechanisms, split)
    apply.apply(sub, netuid, hotkeys, found)
    return sorted(map(Earned, hotkeys, found.server_emission, found.validator_emission))
