"""What the pallet tells."""

from __future__ import annotations

from pysubtensor.frame.error import DispatchError
from pysubtensor.frame.event import Event
from pysubtensor.frame.primitives import U16, AccountId, BlockNumber, Hash, NetUid, Tao
from pysubtensor.pallets.training.types import (
    ChallengeId,
    Ground,
    Outcome,
    Phase,
    Role,
    RoundNumber,
    RunId,
    Stage,
)


class RunCreated(Event, index=0):
    """A run began to wait for workers."""

    run: RunId
    netuid: NetUid
    creator: AccountId
    config_hash: Hash


class RunPaused(Event, index=1):
    """Too few took part."""

    run: RunId


class RunResumed(Event, index=2):
    """A run goes on."""

    run: RunId


class RunClosed(Event, index=3):
    """A run is over."""

    run: RunId


class RunForgotten(Event, index=4):
    """Nothing is kept of a closed run but the root over its rounds."""

    run: RunId
    final_root: Hash
    folded: Hash


class Joined(Event, index=5):
    """Somebody bonded to a run."""

    run: RunId
    who: AccountId
    role: Role
    bond: Tao
    since: RoundNumber


class Left(Event, index=6):
    """A member takes part no longer; its bond is free from a block on."""

    run: RunId
    who: AccountId
    until: BlockNumber
    evicted: bool


class BecameInactive(Event, index=7):
    """A worker missed too many rounds."""

    run: RunId
    who: AccountId


class Rejoined(Event, index=8):
    """An inactive worker takes part again."""

    run: RunId
    who: AccountId
    since: RoundNumber


class Claimed(Event, index=9):
    """A bond went back."""

    run: RunId
    who: AccountId
    amount: Tao


class RoundOpened(Event, index=10):
    """A round began."""

    run: RunId
    round: RoundNumber
    state_root: Hash
    data_seed: Hash


class PhaseChanged(Event, index=11):
    """A round entered a phase."""

    run: RunId
    round: RoundNumber
    phase: Phase
    ends: BlockNumber


class RoundCommitted(Event, index=12):
    """A worker committed to its payload."""

    run: RunId
    round: RoundNumber
    worker: AccountId
    payload_hash: Hash


class SeedDrawn(Event, index=13):
    """Witnesses and audits of a round are known."""

    run: RunId
    round: RoundNumber
    seed: Hash


class Attested(Event, index=14):
    """Witnesses said whose payloads are available."""

    run: RunId
    round: RoundNumber
    available: U16
    contributors: U16


class AggregatePosted(Event, index=15):
    """A member said what the round makes of the parameters."""

    run: RunId
    round: RoundNumber
    by: AccountId
    aggregate_root: Hash
    state_root: Hash


class ScoresCommitted(Event, index=16):
    """A validator committed to its scores."""

    run: RunId
    round: RoundNumber
    validator: AccountId


class ScoresRevealed(Event, index=17):
    """A validator revealed its scores."""

    run: RunId
    round: RoundNumber
    validator: AccountId


class WeightsRefused(Event, index=18):
    """The subnet did not take a validator's row of weights."""

    run: RunId
    round: RoundNumber
    validator: AccountId
    error: DispatchError


class RoundVoid(Event, index=19):
    """Nothing of a round counts."""

    run: RunId
    round: RoundNumber


class RoundReverted(Event, index=20):
    """A round's parameters were wrong, or are given up; the run goes on from those before it."""

    run: RunId
    round: RoundNumber
    state_root: Hash


class RoundFinal(Event, index=21):
    """Nothing of a round can change any more."""

    run: RunId
    round: RoundNumber
    state_root: Hash


class RoundFolded(Event, index=22):
    """An old round is no longer kept; the root stands for it."""

    run: RunId
    round: RoundNumber
    export_hash: Hash
    folded: Hash


class CheckpointAnchored(Event, index=23):
    """The parameters after a round can be fetched."""

    run: RunId
    round: RoundNumber
    state_root: Hash
    locator: bytes


class AuditAnswered(Event, index=24):
    """A worker opened what it was asked for."""

    run: RunId
    round: RoundNumber
    worker: AccountId


class AuditFailed(Event, index=25):
    """A worker did not."""

    run: RunId
    round: RoundNumber
    worker: AccountId
    slashed: Tao


class Challenged(Event, index=26):
    """A member says something is wrong."""

    challenge: ChallengeId
    run: RunId
    round: RoundNumber
    accuser: AccountId
    accused: AccountId
    ground: Ground


class ChallengeMoved(Event, index=27):
    """A challenge waits for the next move."""

    challenge: ChallengeId
    stage: Stage
    deadline: BlockNumber


class Ruled(Event, index=28):
    """A jury judged."""

    challenge: ChallengeId
    guilty: bool


class Appealed(Event, index=29):
    """The loser asks for another jury."""

    challenge: ChallengeId
    who: AccountId


class ChallengeEnded(Event, index=30):
    """A challenge is over."""

    challenge: ChallengeId
    outcome: Outcome
    slashed: Tao


class FraudProven(Event, index=31):
    """Somebody proved to the chain itself that a chunk is wrong."""

    run: RunId
    round: RoundNumber
    accused: AccountId
    ground: Ground
    prover: AccountId
    slashed: Tao


class EndpointChanged(Event, index=32):
    """A member can be reached elsewhere."""

    run: RunId
    who: AccountId
