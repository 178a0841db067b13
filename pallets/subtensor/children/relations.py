"""Parents and children of one hotkey: what they may be, and how both sides are kept alike.

Source: staking/set_children (PCRelations).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from pysubtensor.frame.primitives import U64, U64_MAX, AccountId, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.errors import (
    ChildParentInconsistency,
    InvalidChild,
    ProportionOverflow,
    TooManyChildren,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import Share

MOST_CHILDREN: Final = 5
"""Most children that may be chosen at once."""

Shares: TypeAlias = Mapping[AccountId, U64]
_Side: TypeAlias = Map[tuple[AccountId, NetUid], tuple[Share, ...]]


class Relations(NamedTuple):
    """A hotkey with its relations on a subnet; nobody is on both sides, least of all itself."""

    hotkey: AccountId
    children: Shares
    parents: Shares


def of(sub: Storage, hotkey: AccountId, netuid: NetUid) -> Relations:
    """A hotkey's children and parents as stored.

    In subtensor: `load_child_parent_relations`.
    Errors: ProportionOverflow; ChildParentInconsistency.
    """
    return with_children(sub, hotkey, netuid, sub.child_keys[hotkey, netuid])


def with_children(
    sub: Storage, hotkey: AccountId, netuid: NetUid, children: Iterable[Share]
) -> Relations:
    """A hotkey's stored parents and these children; the hotkey itself does not count.

    Errors: ProportionOverflow; ChildParentInconsistency.
    """
    found = Relations(
        hotkey, _others(hotkey, children), _others(hotkey, sub.parent_keys[hotkey, netuid])
    )
    _ensure_total(found.children)
    _ensure_apart(found.children, found.parents)
    return found


def _others(hotkey: AccountId, shares: Iterable[Share]) -> Shares:
    """By hotkey; of several the last counts."""
    return {who: share for share, who in shares if who != hotkey}


def ensure_may_have(relations: Relations, children: Iterable[Share]) -> None:
    """Check children that are to take the place of those there are.

    Errors: InvalidChild for the hotkey itself; TooManyChildren; ProportionOverflow;
    ChildParentInconsistency.
    """
    chosen = {who: share for share, who in children}
    if relations.hotkey in chosen:
        raise InvalidChild
    if len(chosen) > MOST_CHILDREN:
        raise TooManyChildren
    _ensure_total(chosen)
    _ensure_apart(chosen, relations.parents)


def _ensure_total(children: Shares) -> None:
    if sum(children.values()) > U64_MAX:
        raise ProportionOverflow


def _ensure_apart(children: Shares, parents: Shares) -> None:
    if children.keys() & parents.keys():
        raise ChildParentInconsistency


# -- storage: a child under its parent, and the parent under the child ----------------------------


def store(sub: Storage, relations: Relations, netuid: NetUid) -> int:
    """Store a hotkey's relations, on both sides.  Returns how many others came, stay or went.

    In subtensor: `persist_child_parent_relations`.
    """
    hotkey, children, parents = relations
    return _store_side(sub.child_keys, sub.parent_keys, hotkey, netuid, children) + _store_side(
        sub.parent_keys, sub.child_keys, hotkey, netuid, parents
    )


def _store_side(
    own: _Side, theirs: _Side, hotkey: AccountId, netuid: NetUid, shares: Shares
) -> int:
    before = [who for _, who in own[hotkey, netuid]]
    _put(own, (hotkey, netuid), tuple((shares[who], who) for who in sorted(shares)))
    others = sorted({*before, *shares})
    for who in others:
        _put(theirs, (who, netuid), _with(theirs[who, netuid], hotkey, shares.get(who)))
    return len(others)


def leave(sub: Storage, relations: Relations, netuid: NetUid) -> None:
    """Take a hotkey out of its relations.  An empty list of children stays in storage."""
    hotkey, children, parents = relations
    for theirs, relatives in ((sub.parent_keys, children), (sub.child_keys, parents)):
        for who in relatives:
            _put(theirs, (who, netuid), _with(theirs[who, netuid], hotkey, None))
    sub.child_keys[hotkey, netuid] = ()
    del sub.parent_keys[hotkey, netuid]


def _with(shares: tuple[Share, ...], who: AccountId, share: U64 | None) -> tuple[Share, ...]:
    """The same with `who` having that share (at the end if new), or without it for None."""
    if share is None:
        return tuple(each for each in shares if each[1] != who)
    known = [each[1] for each in shares]
    place = known.index(who) if who in known else len(shares)
    return (*shares[:place], (share, who), *shares[place + 1 :])


def _put(side: _Side, key: tuple[AccountId, NetUid], shares: tuple[Share, ...]) -> None:
    if shares:
        side[key] = shares
    else:
        del side[key]
