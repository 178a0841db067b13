"""What SubtensorModule does at the start of each block.

Commitments that drand opens are not revealed here yet: they cannot be made, so none are waiting.
Source: macros/hooks, coinbase/block_step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pysubtensor.frame.primitives import BlockNumber, NetUid
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor import money
from pysubtensor.pallets.subtensor.children import pending
from pysubtensor.pallets.subtensor.coinbase import averages, coinbase, emission
from pysubtensor.pallets.subtensor.neurons import registration
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.root_claims import claimable, claiming
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry

BLOCK_STEP: Final = weight(110_634_229_000, reads=8304, writes=110)


def on_initialize(sub: Storage, block: BlockNumber) -> Weight:
    """All of it; gives the weight that the chain puts down for it."""
    tidied = forget_hotkey_swaps(sub, block)
    run(sub)
    return BLOCK_STEP + tidied


def run(sub: Storage) -> None:
    """The steps of a block."""
    netuids = registry.netuids(sub)
    earning = emission.earning(sub, netuids)
    registration.decay_prices(sub)
    credit = money.mint(sub, emission.block_emission(sub, sub.total_issuance.get()))
    coinbase.run(sub, netuids, earning, credit)
    averages.move_prices(sub, earning)
    averages.note_root_proportions(sub, earning)
    take_up_children(sub, netuids)
    claiming.claim_for_some(sub, sub.config.system.parent_block_hash())
    claimable.list_some_coldkeys(sub)


def take_up_children(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Let hotkeys have the children they chose, on subnets whose turn for an epoch it was."""
    for netuid in netuids:
        if sub.last_epoch_block[netuid] == now(sub):
            pending.apply(sub, netuid)


def forget_hotkey_swaps(sub: Storage, block: BlockNumber) -> Weight:
    """Forget swaps of hotkeys on one subnet that limit nobody any more.

    A subnet has its turn once in the interval that must lie between two swaps.
    """
    interval = sub.config.hotkey_swap_on_subnet_interval
    netuids = registry.netuids(sub)
    reads, writes = 2 + len(netuids), 0
    for netuid in netuids:
        if interval and netuid % interval == block % interval:
            for key, swapped in list(sub.last_hotkey_swap_on_netuid.items(netuid)):
                reads += 1
                if swapped + interval < block:
                    writes += 1
                    del sub.last_hotkey_swap_on_netuid[key]
    return weight(0, reads=reads, writes=writes)
