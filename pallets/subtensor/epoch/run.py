"""Runs the epoch of a subnet, with all its mechanisms: START HERE.

Source: subnets/mechanism (epoch_with_mechanisms).
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.epoch import apply, gather
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.yuma.mechanisms import run_mechanisms


class Earned(NamedTuple):
    """What a hotkey earned in an epoch, in rao of alpha: incentive, and dividends.

    Dividends are used as proportions only: what is paid is what was pending.
    """

    hotkey: AccountId
    server: int
    validator: int


def run(sub: Storage, netuid: NetUid, emission: int) -> list[Earned]:
    """Divide `emission` rao of alpha among the neurons of a subnet (`epoch_with_mechanisms`).

    The result is in the order of hotkeys.
    """
    hotkeys = gather.hotkeys(sub, netuid)
    mechanisms = gather.mechanisms(sub, netuid, hotkeys)
    split = sub.mechanism_emission_split[netuid]
    output = run_mechanisms(gather.subnet(sub, netuid, hotkeys, emission), mechanisms, split)
    apply.apply(sub, netuid, hotkeys, output)
    return sorted(map(Earned, hotkeys, output.server_emission, output.validator_emission))
