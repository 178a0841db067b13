"""Finding the chunk in which a posted root is wrong, when only its poster knows the tree.

An accuser who has another root need not say which chunk is wrong.  The accused unfolds the tree by
up to eight levels; the accuser picks the hash that differs from its own; and so on down to one
chunk, which the accused must then prove right.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training import challenges
from pysubtensor.pallets.training.errors import BadProof, NotParty
from pysubtensor.pallets.training.payload import Context, Tree, merkle
from pysubtensor.pallets.training.records import round_of, terms_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import (
    LEVELS_AT_A_TIME,
    Challenge,
    ChallengeId,
    Ground,
    Stage,
)

_TREES: Final = {Ground.AGGREGATE: Tree.AGGREGATE, Ground.STATE: Tree.STATE}


def unfold(sub: Storage, who: AccountId, challenge: ChallengeId, row: tuple[Hash, ...]) -> None:
    """Show what the disputed node is made of, as the accused.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    dispute = challenges.challenge_of(sub, challenge, Stage.UNFOLD)
    ensure(who == dispute.accused, NotParty)
    count = terms_of(sub, dispute.run).layout.chunks
    steps = min(dispute.high, LEVELS_AT_A_TIME)
    first = dispute.low << steps
    wanted = min(1 << steps, merkle.width(count, dispute.high - steps) - first)
    ensure(len(row) == wanted, BadProof)
    ensure(_is_made_of(sub, dispute, merkle.folded(row, steps), count), BadProof)
    after = replace(dispute, row=row, high=U32(dispute.high - steps), low=U32(first))
    challenges.move(sub, challenge, after, Stage.PICK)


def _is_made_of(sub: Storage, dispute: Challenge, top: bytes, count: int) -> bool:
    """Is this the node that is disputed, at first the top of the tree?"""
    if dispute.node is not None:
        return dispute.node == top
    posted = round_of(sub, dispute.run, dispute.round).posted
    if posted is None:
        return False
    tree = _TREES[dispute.ground]
    number = dispute.round if tree is Tree.AGGREGATE else 0
    root = posted.aggregate_root if tree is Tree.AGGREGATE else posted.state_root
    return merkle.sealed(Context(tree, dispute.run, number), count, top) == root


def pick(sub: Storage, who: AccountId, challenge: ChallengeId, place: int) -> None:
    """Say which of the shown nodes is wrong, as the accuser.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    dispute = challenges.challenge_of(sub, challenge, Stage.PICK)
    ensure(who == dispute.accuser, NotParty)
    ensure(place < len(dispute.row), BadProof)
    found = U32(dispute.low + place)
    after = replace(dispute, node=dispute.row[place], row=(), low=found)
    if dispute.high == 0:
        challenges.move(sub, challenge, replace(after, index=found), Stage.RESPOND)
    else:
        challenges.move(sub, challenge, after, Stage.UNFOLD)
