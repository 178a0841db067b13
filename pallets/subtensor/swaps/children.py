"""Children and parents of a hotkey, which become another's.  Source: staking/set_children."""

from __future__ import annotations

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.children import relations
from pysubtensor.pallets.subtensor.errors import InvalidChild
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.weight_counter import Accesses


def move(sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses) -> None:
    """Give a hotkey's children and parents on a subnet to another, in place of those it had.

    In subtensor: `parent_child_swap_hotkey`.
    Errors: ProportionOverflow; ChildParentInconsistency; InvalidChild when the two are related;
    those of `relations.ensure_may_have` for children that wait.
    """
    found = relations.of(sub, old, netuid)
    relatives = len(found.children) + len(found.parents)
    relations.leave(sub, found, netuid)
    accesses.count(reads=2 + relatives, writes=2 + relatives)
    ensure(new not in found.children and new not in found.parents, InvalidChild)
    moved = found._replace(hotkey=new)
    if (netuid, old) in sub.pending_child_keys:
        relations.ensure_may_have(moved, sub.pending_child_keys[netuid, old][0])
        sub.pending_child_keys[netuid, new] = sub.pending_child_keys.take((netuid, old))
        accesses.count(reads=1, writes=2)
    relatives = relations.store(sub, moved, netuid)
    accesses.count(reads=1 + relatives, writes=1 + relatives)


def rename_chosen(
    sub: Storage, old: AccountId, new: AccountId, netuid: NetUid, accesses: Accesses
) -> None:
    """Let others' children that wait name the new hotkey instead, as their last."""
    for key, (children, due) in list(sub.pending_child_keys.items(netuid)):
        accesses.count(reads=1)
        place = next((n for n, (_, who) in enumerate(children) if who == old), None)
        if place is not None:
            others = (*children[:place], *children[place + 1 :])
            sub.pending_child_keys[key] = (*others, (children[place][0], new)), due
            accesses.count(reads=1, writes=2)
