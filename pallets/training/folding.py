"""Old rounds: whole while they may matter, then folded into one hash.

folded = blake2_256(folded before, blake2_256(SCALE of the round's export))
"""

from __future__ import annotations

from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training.events import RoundFolded
from pysubtensor.pallets.training.records import change_run, round_of, run_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.types import Committed, Round, RoundNumber, RunId, Sheet


class RoundExport(Struct, path="pallet_training::history::RoundExport"):
    """All that the chain knows of a round: enough to replay it with the payloads at hand."""

    run: RunId
    number: RoundNumber
    round: Round
    commitments: tuple[Committed, ...]
    """In the order of `round.committed`."""
    sheets: tuple[tuple[AccountId, Sheet], ...]
    """In the order of `round.scorers`."""


def export(training: Storage, run: RunId, number: RoundNumber) -> RoundExport:
    """All that the chain knows of a round.

    Errors: NoSuchRound when it is folded already or not begun.
    """
    state = round_of(training, run, number)
    kept = (training.commitments[run, number, who] for who in state.committed)
    sheets = ((who, training.sheets[run, number, who]) for who in state.scorers)
    return RoundExport(
        run,
        number,
        state,
        tuple(each for each in kept if each is not None),
        tuple((who, sheet) for who, sheet in sheets if sheet is not None),
    )


def next_folded(before: bytes, exported: bytes) -> Hash:
    """What stands for a run's rounds up to one, by what stands for those before it and the hash of
    its export.
    """
    return Hash(blake2_256(before + exported))


def export_hash(training: Storage, run: RunId, number: RoundNumber) -> Hash:
    """Hash of a round's export."""
    encoded = training.env.codecs(RoundExport).to_bytes(export(training, run, number))
    return Hash(blake2_256(encoded))


def fold_oldest(training: Storage, run: RunId) -> None:
    """Let the hash stand for the oldest round that is kept."""
    kept = run_of(training, run)
    number = kept.oldest
    hashed = export_hash(training, run, number)
    root = next_folded(kept.folded, hashed)
    state = round_of(training, run, number)
    for who in state.committed:
        del training.commitments[run, number, who]
    for who in state.scorers:
        del training.sheets[run, number, who]
    del training.claimed[run, number]
    del training.rounds[run, number]
    change_run(training, run, folded=root, oldest=RoundNumber(U32(number + 1)))
    training.emit(RoundFolded(run, number, hashed, root))
