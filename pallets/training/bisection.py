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


def unfold(
    training: Storage, who: AccountId, challenge_id: ChallengeId, row: tuple[Hash, ...]
) -> None:
    """Show what the node in question is made of, as the accused.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    challenge = challenges.challenge_of(training, challenge_id, Stage.UNFOLD)
    ensure(who == challenge.accused, NotParty)
    count = terms_of(training, challenge.run).layout.chunks
    steps = min(challenge.high, LEVELS_AT_A_TIME)
    first = challenge.low << steps
    wanted = min(1 << steps, merkle.width(count, challenge.high - steps) - first)
    ensure(len(row) == wanted, BadProof)
    ensure(_is_made_of(training, challenge, merkle.folded(row, steps), count), BadProof)
    after = replace(challenge, row=row, high=U32(challenge.high - steps), low=U32(first))
    challenges.move(training, challenge_id, after, Stage.PICK)


def _is_made_of(training: Storage, challenge: Challenge, top: bytes, count: int) -> bool:
    """Whether this is the node in question, at first the top of the tree."""
    if challenge.node is not None:
        return challenge.node == top
    posted = round_of(training, challenge.run, challenge.round).posted
    if posted is None:
        return False
    tree = _TREES[challenge.ground]
    number = challenge.round if tree is Tree.AGGREGATE else 0
    root = posted.aggregate_root if tree is Tree.AGGREGATE else posted.state_root
    return merkle.sealed(Context(tree, challenge.run, number), count, top) == root


def pick(training: Storage, who: AccountId, challenge_id: ChallengeId, place: int) -> None:
    """Say which of the shown nodes is wrong, as the accuser.

    Errors: NoSuchChallenge; WrongStage; NotParty; BadProof.
    """
    challenge = challenges.challenge_of(training, challenge_id, Stage.PICK)
    ensure(who == challenge.accuser, NotParty)
    ensure(place < len(challenge.row), BadProof)
    found = U32(challenge.low + place)
    after = replace(challenge, node=challenge.row[place], row=(), low=found)
    if challenge.high == 0:
        challenges.move(training, challenge_id, replace(after, index=found), Stage.RESPOND)
    else:
        challenges.move(training, challenge_id, after, Stage.UNFOLD)
