"""What the pallet keeps of members, rounds and challenges.

Money is in rao, time in block numbers, losses in fixed point with 24 bits of fraction.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Final, NewType

from pysubtensor.frame.codec.resolve import Bounded, Fixed, Named
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.primitives import (
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    AccountId,
    BlockNumber,
    Hash,
    Tao,
)
from pysubtensor.pallets.training.payload.layout import CHUNK
from pysubtensor.pallets.training.payload.top_k import HEAD_BYTES

MOST_WORKERS: Final = 64
MOST_VALIDATORS: Final = 64
MOST_MEMBERS: Final = MOST_WORKERS + MOST_VALIDATORS
MAX_OPEN_CHALLENGES: Final = 64
"""Challenges of one round, over and open, that anyone may bring; then members that were there when
it began, and brought none, may bring one each."""
MOST_CHALLENGES: Final = MAX_OPEN_CHALLENGES + MOST_MEMBERS
MOST_VERDICTS: Final = MOST_CHALLENGES + 2 * MOST_WORKERS + 1
"""Of challenges, of audits, and of what was proven of each worker and of the poster."""
MOST_CHECKPOINTS: Final = 8
LONGEST_PATH: Final = 32
LEVELS_AT_A_TIME: Final = 8
"""Levels of a tree that are unfolded in one move."""
ANYWHERE: Final = U32((1 << 32) - 1)
"""Index of a challenge of a whole tree of chunks."""
LONGEST_ENDPOINT: Final = 256

RunId = NewType("RunId", U32)
RoundNumber = NewType("RoundNumber", U32)
"""Rounds of a run count from 1."""
ChallengeId = NewType("ChallengeId", U32)

BlsKey = Annotated[bytes, Fixed(48), Named("BlsKey")]
BlsSignature = Annotated[bytes, Fixed(96), Named("BlsSignature")]
Endpoint = Annotated[bytes, Bounded(LONGEST_ENDPOINT)]
Accounts = Annotated[tuple[AccountId, ...], Bounded(MOST_MEMBERS)]
Bitmap = Annotated[bytes, Bounded(MOST_MEMBERS // 8)]
"""One bit for each of a list, the first in the lowest of the first byte; bits beyond are 0."""
Path = Annotated[tuple[Hash, ...], Bounded(LONGEST_PATH)]
"""The neighbours from a leaf of a Merkle tree up to its top."""

_PATH: Final = "pallet_training::types::"


@rust_enum(_PATH + "Role")
class Role(Enum):
    """What a member does."""

    WORKER = 0
    """Trains."""
    VALIDATOR = 1
    """Scores what workers send."""


@rust_enum(_PATH + "Standing")
class Standing(Enum):
    """How a member stands."""

    ACTIVE = 0
    INACTIVE = 1
    """It missed too many rounds and may return."""
    LEAVING = 2
    """Its bond is free from a block on."""


class Member(Struct, path=_PATH + "Member"):
    """A bonded participant of a run."""

    role: Role
    standing: Standing
    bond: Tao
    key: BlsKey
    endpoint: Endpoint
    since: RoundNumber
    """First round it takes part in."""
    until: BlockNumber
    """Of one that leaves: the block from which its bond is free."""
    locks: U16
    """Challenges in which it is a party; they hold its bond."""
    misses: U8
    """Rounds in a row in which its payload, or its scores, did not come."""
    bad: U8
    """Rounds in a row in which its update made the model worse."""
    tokens: U64
    """Trained on in accepted rounds."""
    credit: U64
    """Sum over rounds of tokens times the median of the loss scores."""
    quality: I64
    """Moving average of the medians."""
    error_root: Hash | None
    """What its error buffer must be when it commits next; None: any."""


# -- commitments ----------------------------------------------------------------------------------


class Commitment(Struct, path=_PATH + "Commitment"):
    """What a worker says of a round before anyone can see its payload.

    Each root is of a tree whose hashes name the worker.
    """

    state_root: Hash
    """The parameters it began with."""
    payload_hash: Hash
    payload_root: Hash
    update_root: Hash
    steps_root: Hash
    error_old: Hash
    error_new: Hash
    data_digest: Hash
    """Hash of the samples it trained on."""
    size: U64
    """Bytes of the payload."""
    tokens: U64
    steps: U16
    """Inner steps it made."""
    loss_first: I32
    loss_last: I32
    device: U8
    """Class of hardware, within which results are equal bit for bit."""


class Committed(Struct, path=_PATH + "Committed"):
    """A commitment as it is kept."""

    commitment: Commitment
    at: BlockNumber
    deposit: Tao
    convicted: bool = False
    """Whether its worker was found guilty in this round."""


# -- rounds ---------------------------------------------------------------------------------------


@rust_enum(_PATH + "Phase")
class Phase(Enum):
    """Where a round stands."""

    TRAIN = 0
    COMMIT = 1
    ATTEST = 2
    AGGREGATE = 3
    SCORE = 4
    """Validators commit to their scores."""
    REVEAL = 5
    """Validators reveal their scores."""
    CHALLENGE = 6
    """The next round goes on; this one may still be challenged."""
    VOID = 7
    """Nothing of it counts; it waits for its turn to become final."""
    FINAL = 8


class Attestation(Struct, path=_PATH + "Attestation"):
    """Whose payloads more than two thirds of the witnesses could read."""

    available: Bitmap
    """Of the round's commitments in their order."""
    signers: Bitmap
    """Of the round's witnesses in their order."""
    signature: BlsSignature


class Posted(Struct, path=_PATH + "Posted"):
    """What the update of a round makes of the parameters, as a member says."""

    by: AccountId
    aggregate_root: Hash
    state_root: Hash
    at: BlockNumber


class Audit(Struct, path=_PATH + "Audit"):
    """Strides of a worker's trace that it must open."""

    worker: AccountId
    strides: Annotated[tuple[U16, ...], Bounded(255)]
    answered: bool
    failed: bool = False
    """Whether it did not answer in time."""


class Median(Struct, path=_PATH + "Median"):
    """The middle of what validators say of a worker's update."""

    worker: AccountId
    loss: I64
    tokens: U64


@rust_enum(_PATH + "Ground")
class Ground(Enum):
    """What a challenge says is wrong."""

    TRACE = 0
    """A stride of the worker's training."""
    PAYLOAD = 1
    """The format of a chunk of the worker's payload."""
    COMPRESSION = 2
    """A chunk of the payload is not what was to be sent, or the error buffer not what is left."""
    AGGREGATE = 3
    """A chunk of the posted aggregate."""
    STATE = 4
    """A chunk of the posted parameters."""


@rust_enum(_PATH + "Outcome")
class Outcome(Enum):
    """How a challenge or an audit ended."""

    GUILTY = 0
    INNOCENT = 1
    DISMISSED = 2
    """Nobody judged it in time, or it was settled by another."""


class Verdict(Struct, path=_PATH + "Verdict"):
    """How a challenge of a round ended; an audit has no accuser."""

    accuser: AccountId | None
    accused: AccountId
    ground: Ground
    index: U32
    outcome: Outcome
    slashed: Tao
    """Rao that the loser lost."""


class Round(Struct, path=_PATH + "Round"):
    """A round of a run."""

    phase: Phase
    started: BlockNumber
    ends: BlockNumber
    """Of the phase; in the challenge phase of the round."""
    data_seed: Hash
    """Decides who trains on what."""
    state_before: Hash
    seed: Hash | None = None
    """Drawn after commitments closed; decides witnesses, audits and the order of posters."""
    committed: Accounts = ()
    witnesses: Accounts = ()
    attestation: Attestation | None = None
    contributors: Accounts = ()
    posted: Posted | None = None
    audits: Annotated[tuple[Audit, ...], Bounded(MOST_WORKERS)] = ()
    scorers: Accounts = ()
    """Validators that committed to scores."""
    revealed: U16 = U16(0)
    medians: Annotated[tuple[Median, ...], Bounded(MOST_WORKERS)] = ()
    void: bool = False
    """Whether nothing of it counts."""
    challenges: U16 = U16(0)
    """Challenges there ever were."""
    disputes: U16 = U16(0)
    """Challenges that go on."""
    verdicts: Annotated[tuple[Verdict, ...], Bounded(MOST_VERDICTS)] = ()


class Score(Struct, path=_PATH + "Score"):
    """What a validator says of a worker's update."""

    worker: AccountId
    loss: I64
    """How much of the loss the update took away."""
    rating: U16
    """The worker's part in the validator's row of weights."""


class Sheet(Struct, path=_PATH + "Sheet"):
    """A validator's scores of a round."""

    sealed: Hash
    """Hash of what it will reveal."""
    inputs: Hash | None = None
    """Hash of the data it scored on."""
    scores: Annotated[tuple[Score, ...], Bounded(MOST_WORKERS)] | None = None


class Checkpoint(Struct, path=_PATH + "Checkpoint"):
    """Where the parameters after a round can be fetched."""

    round: RoundNumber
    state_root: Hash
    locator: Endpoint
    by: AccountId


# -- challenges -----------------------------------------------------------------------------------

LeafData = Annotated[bytes, Bounded(HEAD_BYTES + 4 * CHUNK)]


class Opening(Struct, path=_PATH + "Opening"):
    """A leaf of a tree of chunks and the way to its root."""

    data: LeafData
    path: Path


class StepLeaf(Struct, path=_PATH + "StepLeaf"):
    """The state of a worker's training after some strides."""

    index: U32
    data_digest: Hash
    loss: I32
    parameters: Hash
    optimiser: Hash


class StepOpening(Struct, path=_PATH + "StepOpening"):
    """A leaf of a trace and the way to its root."""

    leaf: StepLeaf
    path: Path


@rust_enum(_PATH + "Stage")
class Stage(Enum):
    """Whose move it is in a challenge."""

    RESPOND = 0
    """The accused must open what is challenged."""
    BISECT_ACCUSED = 1
    """The accused must open the middle of the disputed strides."""
    BISECT_ACCUSER = 2
    """The accuser must."""
    DRAW = 3
    """A jury is drawn in the next block."""
    JURY = 4
    """The jury must judge."""
    RULED = 5
    """The loser may appeal."""
    UNFOLD = 6
    """The accused must show what the disputed node of its tree is made of."""
    PICK = 7
    """The accuser must say which part of it is wrong."""


Row = Annotated[tuple[Hash, ...], Bounded(1 << LEVELS_AT_A_TIME)]


class Accusation(Struct, path=_PATH + "Accusation"):
    """What an accuser says."""

    accused: AccountId
    ground: Ground
    index: U32
    """The stride or the chunk; of what was posted also 2**32 - 1, for any chunk."""
    trace_root: Hash | None
    """Of a stride: what the accuser says the whole trace is; None: let a jury look at once."""


class Challenge(Struct, path=_PATH + "Challenge"):
    """A challenge that goes on: one member says that something of another is wrong."""

    run: RunId
    round: RoundNumber
    accuser: AccountId
    accused: AccountId
    ground: Ground
    index: U32
    """The stride or the chunk."""
    deposit: Tao
    stage: Stage
    deadline: BlockNumber
    trace_root: Hash | None
    """What the accuser says the trace is."""
    low: U32
    """Both agree on the trace up to here, if they agree on anything; of a tree: place of the
    disputed node."""
    high: U32
    """They disagree on the trace here; of a tree: levels of the node above the leaves."""
    middle: Hash | None = None
    """The leaf in the middle as the accused has it."""
    node: Hash | None = None
    """The node in question, of the accused's tree, below the top."""
    row: Row = ()
    """What it is made of."""
    seed: Hash | None = None
    """By which the jury was drawn."""
    jury: Accounts = ()
    ruling: bool | None = None
    """Whether the jury found the accused guilty."""
    appellant: AccountId | None = None
    """Who appealed, at the price of another deposit."""


# -- proofs that need no training -----------------------------------------------------------------


class ChunkProof(Variant, path=_PATH + "ChunkProof"):
    """All that the chain needs to check one chunk."""


class PayloadProof(ChunkProof, index=0):
    """A chunk of a worker's payload."""

    worker: AccountId
    chunk: U32
    payload: Opening


class CompressionProof(ChunkProof, index=1):
    """A chunk of a worker's payload and what it was made from."""

    worker: AccountId
    chunk: U32
    payload: Opening
    update: Opening
    error_old: Opening
    error_new: Opening


class AggregateProof(ChunkProof, index=2):
    """A chunk of every contributor's payload in their order, and what was posted of it."""

    chunk: U32
    payloads: Annotated[tuple[Opening, ...], Bounded(MOST_WORKERS)]
    posted: Hash
    """The posted leaf."""
    path: Path


class StateProof(ChunkProof, index=3):
    """A chunk of the parameters before and of the aggregate, and what was posted of it."""

    chunk: U32
    before: Opening
    aggregate: Opening
    posted: Hash
    path: Path


# -- what falls due -------------------------------------------------------------------------------


class Due(Variant, path=_PATH + "Due"):
    """What the chain does by itself in a block, for a run."""

    run: RunId


class PhaseEnds(Due, index=0):
    """A phase of a run's round comes to its end."""

    round: RoundNumber


class AuditsDue(Due, index=1):
    """Audits of a round must have been answered."""

    round: RoundNumber


class FinalDue(Due, index=2):
    """A round of a run may become final, or old ones be folded."""


class ChallengeDue(Due, index=3):
    """A move of a challenge must have been made."""

    challenge: ChallengeId
