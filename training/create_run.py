"""Create a run: publish what members start from, and send its terms to the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

import orjson

from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.primitives import RAO_PER_TAO, U8, U16, U32, U64, Hash, NetUid, Tao
from pysubtensor.pallets.training import Training
from pysubtensor.pallets.training.payload import Context, Layout, Tree, checks
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE, Int32
from pysubtensor.pallets.training.terms import (
    AggregationRule,
    Bonds,
    CodecTerms,
    Schedule,
    Sizes,
    Terms,
    Trace,
)
from pysubtensor.training.chain.link import Link
from pysubtensor.training.errors import TrainingError
from pysubtensor.training.export import Verifier
from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStore
from pysubtensor.training.files.run_files import encode_parameters
from pysubtensor.training.learning import corpus, outer
from pysubtensor.training.learning.config import Rule, RunConfig
from pysubtensor.training.learning.data import Corpus
from pysubtensor.training.learning.inner import read
from pysubtensor.training.learning.model import Gpt, shapes

ALL: Final = 65_535
_RULES: Final = {
    Rule.UNION_MEAN: AggregationRule.UNION_MEAN,
    Rule.DIVIDE_BY_R: AggregationRule.DIVIDE_BY_ALL,
}


@dataclass(frozen=True)
class RunRules:
    """What members agree on beside the training itself; time in blocks, amounts in TAO."""

    train: int = 20
    commit: int = 6
    attest: int = 12
    aggregate: int = 12
    poster_turn: int = 3
    score: int = 10
    reveal: int = 6
    challenge: int = 40
    response: int = 20
    verdict: int = 20
    appeal: int = 6
    unbonding: int = 0
    """0: as short as it may be, until nobody can challenge what a member did."""
    worker_bond: float = 10.0
    validator_bond: float = 10.0
    deposit: float = 0.1
    """Of a commitment and of a challenge."""
    slash: float = 1.0
    """Part of the bond that is slashed."""
    reward: float = 0.5
    """Part of the slashed amount that the accuser gets."""
    min_workers: int = 2
    max_workers: int = 16
    max_validators: int = 8
    contributors: int = 16
    witnesses: int = 8
    jury: int = 3
    stride: int = 5
    """Inner steps between two leaves of a trace."""
    audit_rate: float = 0.25
    audit_strides: int = 1
    max_misses: int = 3
    immunity: int = 2
    checkpoint_every: int = 5
    keep_rounds: int = 64

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read changes of the rules.  Errors: ValueError."""
        try:
            return replace(cls(), **orjson.loads(text))
        except TypeError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True)
class NewRun:
    """A run before it is created."""

    config: RunConfig
    initial: Sequence[Int32]
    text: Corpus
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        sizes = shapes(Gpt(self.config.model)).values()
        pairs = [(s[0], s[1]) if len(s) == 2 else (1, s[0]) for s in sizes]
        object.__setattr__(self, "layout", Layout(pairs, self.config.outer.keep))

    def root(self, run: int) -> bytes:
        """Root of the first parameters."""
        chunks = outer.cut(self.layout, self.initial)
        return checks.root(Context(Tree.STATE, run), chunks)

    def publish(self, store: FileStore) -> None:
        """Write all files that members start from into a store.  Errors: FileStoreError."""
        store.put(file_names.INITIAL, encode_parameters(self.initial))
        if not self.config.shipped:
            store.put(file_names.CORPUS, self.text.text)
        store.put(file_names.CONFIG, self.config.to_json())


def prepare(config: RunConfig, text: bytes | None = None) -> NewRun:
    """Prepare a run on `text`, or on the first `corpus_bytes` of the text in this package.

    Errors: ValueError when that text is shorter.
    """
    words = corpus.text(config.corpus_bytes or corpus.SIZE) if text is None else text
    known = Corpus(words, config.model.context, config.shards)
    fixed = replace(config, corpus=known.hash, corpus_bytes=len(words), shipped=text is None)
    return NewRun(fixed, read(Gpt(config.model, config.seed)), known)


def continue_run(
    folder: Path, config: RunConfig | None = None, text: bytes | None = None
) -> NewRun:
    """Prepare a run that starts with the last parameters of an exported one.

    Configuration and text are those of the exported run, unless they are given.

    Errors: Mismatch and WrongFiles when the export is not good; ValueError when the models differ.
    """
    old = Verifier(folder)
    root, before = old.check().root, old.source.config
    if text is None and not before.shipped:
        text = old.source.corpus.text
    made = prepare(replace(config or before, after=root), text)
    if [each.shape for each in made.initial] != [each.shape for each in old.parameters]:
        raise ValueError("the exported run has another model")
    return replace(made, initial=old.parameters)


def terms_of(new_run: NewRun, rules: RunRules, run: int) -> Terms:
    """The terms of the run, as they are stored on the chain."""
    config = new_run.config
    return Terms(
        config_hash=Hash(config.hash()),
        data_root=Hash(new_run.text.root),
        checkpoint_root=Hash(new_run.root(run)),
        codec=_codec(new_run),
        schedule=_schedule(rules),
        bonds=_bonds(rules),
        sizes=Sizes(*(U16(getattr(rules, n)) for n in Sizes.__struct_fields__)),
        trace=Trace(
            steps=U16(config.inner.steps),
            stride=U16(min(rules.stride, config.inner.steps)),
            audit_rate=U16(round(rules.audit_rate * ALL)),
            audit_strides=U8(rules.audit_strides),
        ),
        max_misses=U8(rules.max_misses),
        immunity=U16(rules.immunity),
        checkpoint_every=U16(rules.checkpoint_every),
        keep_rounds=U16(rules.keep_rounds),
    )


def _schedule(rules: RunRules) -> Schedule:
    lengths = {name: getattr(rules, name) for name in Schedule.__struct_fields__}
    others = ("poster_turn", "verdict", "appeal", "unbonding")
    exposed = sum(length for name, length in lengths.items() if name not in others)
    lengths["unbonding"] = rules.unbonding or exposed
    return Schedule(**{name: U32(length) for name, length in lengths.items()})


def _codec(new_run: NewRun) -> CodecTerms:
    how = new_run.config.outer
    return CodecTerms(
        tensors=tuple((U32(t.rows), U32(t.columns)) for t in new_run.layout.tensors),
        k=U16(how.keep),
        rule=_RULES[how.rule],
        alpha=U32(outer.fixed(how.learning_rate)),
        decay=U32(outer.fixed(how.decay, DECAY_ONE)),
        clip=how.clip_norms,
        target_tokens=U64(0),
    )


def _bonds(rules: RunRules) -> Bonds:
    def tao(amount: float) -> Tao:
        return Tao(U64(round(amount * RAO_PER_TAO)))

    return Bonds(
        worker=tao(rules.worker_bond),
        validator=tao(rules.validator_bond),
        commit=tao(rules.deposit),
        challenge=tao(rules.deposit),
        slash=U16(round(rules.slash * ALL)),
        reward=U16(round(rules.reward * ALL)),
    )


class RunNumberTaken(TrainingError):
    """Another run got the number; the published files do not belong to it."""


def create(link: Link, owner: Keypair, netuid: int, new_run: NewRun, rules: RunRules) -> int:
    """Send `create_run` for a subnet of the owner, and return the run's number.

    Errors: CallRefused; LinkError; RunNumberTaken.
    """
    link.look()
    pallet = link.runtime.get(Training)
    run = pallet.next_run.get()
    terms = terms_of(new_run, rules, run)
    call = link.runtime.call("Training", "create_run", netuid=NetUid(U16(netuid)), terms=terms)
    link.send(call, owner)
    found = pallet.terms[run]
    if found is None or found.config_hash != terms.config_hash:
        raise RunNumberTaken(f"run {run} is somebody else's; close yours and try again")
    return int(run)
