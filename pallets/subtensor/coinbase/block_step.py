"""What SubtensorModule does at the start of each block: START HERE.

Source: macros/hooks, coinbase/block_step.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pysubtensor.frame.primitives import BlockNumber, NetUid
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor import issuance, tao_balances
from pysubtensor.pallets.subtensor.children import pending
from pysubtensor.pallets.subtensor.coinbase import apply, gather, moving_prices
from pysubtensor.pallets.subtensor.coinbase.run_coinbase import run_coinbase
from pysubtensor.pallets.subtensor.neurons import registration
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.root_claims import claiming, coldkeys
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry

BLOCK_STEP: Final = weight(110_634_229_000, reads=8304, writes=110)


def on_initialize(sub: Storage, block: BlockNumber) -> Weight:
    """Run the hook of a block; returns the weight that the chain notes for it."""
    cleaned = clean_up_hotkey_swaps(sub, block)
    run(sub)
    return BLOCK_STEP + cleaned


def run(sub: Storage) -> None:
    """Run the steps of a block (`block_step`), in the order and by the numbers of the chain."""
    netuids = registry.netuids(sub)
    emitting = gather.emitting_subnets(sub, netuids)
    # 1. Prices of registration fall (update_registration_prices_for_networks).
    registration.decay_prices(sub)
    # 2. The block's TAO is created (get_block_emission, mint_tao).
    credit = mint_block_emission(sub)
    # 3. Commits that drand opens are revealed (reveal_crv3_commits): none can be made yet.
    # 4. The TAO and each subnet's alpha are divided, and epochs run.
    run_coinbase(sub, netuids, emitting, credit)
    # 5. Moving prices move after the coinbase, which divides by those of the blocks before.
    moving_prices.update_moving_prices(sub, emitting)
    # 6. Root's proportion is shown as the coinbase left it.
    apply.update_root_prop(sub, emitting)
    # 7. Chosen children count from the next epoch on: this block's epoch ran with the old ones.
    set_pending_children(sub, netuids)
    # 8. Root claims of some coldkeys (run_auto_claim_root_divs), with what this block's epochs
    #    credited, and against pools that have this block's emission.
    claiming.claim_for_some(sub, sub.config.system.parent_block_hash())
    # 9. The index of coldkeys with stake on root grows (populate_root_coldkey_staking_maps); last,
    #    so that step 8 draws from the index as the block before left it.
    coldkeys.index_coldkey_batch(sub)


def mint_block_emission(sub: Storage) -> int:
    """Create the block's TAO as far as the supply allows; returns it as a credit in rao."""
    issued = sub.total_issuance.get()
    emission = issuance.block_emission(issued)
    apply.show_block_emission(sub, emission if issued < issuance.SUPPLY else None)
    return tao_balances.mint(sub, emission)


def set_pending_children(sub: Storage, netuids: Iterable[NetUid]) -> None:
    """Let hotkeys have their chosen children, on subnets whose epoch was due in this block.

    A skipped epoch counts, a deferred one does not (`try_set_pending_children`).
    """
    for netuid in netuids:
        if sub.last_epoch_block[netuid] == now(sub):
            pending.apply(sub, netuid)


def clean_up_hotkey_swaps(sub: Storage, block: BlockNumber) -> Weight:
    """Forget swaps of hotkeys on one subnet that limit nobody any more.

    A subnet has its turn once in the interval that must lie between two swaps
    (`clean_up_hotkey_swap_records`).
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
