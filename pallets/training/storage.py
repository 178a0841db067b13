"""What the pallet keeps."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U32, U64, AccountId, BlockNumber, Hash, NetUid, Tao
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.training.config import Config
from pysubtensor.pallets.training.terms import Run, Terms
from pysubtensor.pallets.training.types import (
    MOST_CHALLENGES,
    MOST_CHECKPOINTS,
    Accounts,
    BlsKey,
    Challenge,
    ChallengeId,
    Checkpoint,
    Committed,
    Due,
    Member,
    Role,
    Round,
    RoundNumber,
    RunId,
    Sheet,
)


class Storage(Pallet[Config]):
    """The items; all that is of a run begins with its number."""

    held = Value[Tao](default=Tao(U64(0)))
    """Rao of all bonds and deposits; the pallet's account holds just that."""
    next_run = Value[RunId](default=RunId(U32(0)))
    """Number of the run to be created next."""
    open_runs = Value[U32](default=U32(0))
    """Runs that are not closed."""
    runs_on = Map[NetUid, U32](identity, default=U32(0))
    """Runs that are not closed, by subnet."""
    runs = Map[RunId, Run | None](twox_64_concat)
    """Runs as they stand."""
    terms = Map[RunId, Terms | None](twox_64_concat)
    """What each run is fixed to."""
    members = Map[tuple[RunId, AccountId], Member | None](twox_64_concat, blake2_128_concat)
    """Whoever has a bond in a run."""
    member_count = Map[RunId, U32](twox_64_concat, default=U32(0))
    """How many accounts have a bond in a run."""
    active = Map[tuple[RunId, Role], Accounts](twox_64_concat, twox_64_concat, default=())
    """Members that take part, in the order in which they joined."""
    keys = Map[tuple[RunId, BlsKey], AccountId | None](twox_64_concat, blake2_128_concat)
    """Which member of a run has a BLS key."""
    rounds = Map[tuple[RunId, RoundNumber], Round | None](twox_64_concat, twox_64_concat)
    """Rounds that are not folded yet."""
    commitments = Map[tuple[RunId, RoundNumber, AccountId], Committed | None](
        twox_64_concat, twox_64_concat, blake2_128_concat
    )
    """What workers committed to in rounds that are not folded yet."""
    claimed = Map[tuple[RunId, RoundNumber], Annotated[tuple[Hash, ...], Bounded(128)]](
        twox_64_concat, twox_64_concat, default=()
    )
    """Hashes in the commitments of a round that no two workers can share."""
    sheets = Map[tuple[RunId, RoundNumber, AccountId], Sheet | None](
        twox_64_concat, twox_64_concat, blake2_128_concat
    )
    """What validators scored in rounds that are not folded yet."""
    checkpoints = Map[RunId, Annotated[tuple[Checkpoint, ...], Bounded(MOST_CHECKPOINTS)]](
        twox_64_concat, default=()
    )
    """The newest anchored checkpoints of a run."""
    next_challenge = Value[ChallengeId](default=ChallengeId(U32(0)))
    """Number of the next challenge."""
    challenges = Map[ChallengeId, Challenge | None](twox_64_concat)
    """Challenges that go on."""
    disputes = Map[
        tuple[RunId, RoundNumber], Annotated[tuple[ChallengeId, ...], Bounded(MOST_CHALLENGES)]
    ](twox_64_concat, twox_64_concat, default=())
    """Numbers of the challenges that go on, by round."""
    agenda = Map[BlockNumber, Annotated[tuple[Due, ...], Bounded(256)]](twox_64_concat, default=())
    """What the chain does by itself in blocks to come."""
    ended = Map[RunId, tuple[Hash, Hash] | None](twox_64_concat)
    """Of forgotten runs: the root of the parameters, and the root over all rounds."""
