"""Score updates: how much each takes off the loss, and the ratings of workers.

An update is tried alone, at a fifth of its strength, on text that its worker had to train on and on
other text.  Losses are compared by rank only (OpenSkill).  A worker that does not do better on its
own text has not trained on it, and a copied update is rated 0.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from math import isfinite, nan
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import torch
from numpy.typing import NDArray
from openskill.models import PlackettLuce, PlackettLuceRating
from torch import Tensor

from pysubtensor.frame.primitives import I64, U16, AccountId, Hash
from pysubtensor.pallets.training import commits
from pysubtensor.pallets.training.payload import Payload, stepped
from pysubtensor.pallets.training.payload.numbers import ONE, Int32
from pysubtensor.pallets.training.payload.top_k import TopKTensor
from pysubtensor.pallets.training.scoring import attested
from pysubtensor.pallets.training.types import Phase, Round, Score
from pysubtensor.training.files.member_dir import write_atomic
from pysubtensor.training.files.run_files import WrongFiles
from pysubtensor.training.learning.data import Assignment, draw
from pysubtensor.training.learning.inner import load
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.roles.member import MemberAgent

Places = NDArray[np.int64]
"""Where sequences begin in the text."""
STRENGTH: Final = 5
"""An update is tried at this part of the run's own step."""
SEQUENCES: Final = 16
"""Of each kind of text, for each update."""
MEMORY: Final = 0.95
"""How much of the mean that tells whether a worker trained on its text stays a round."""
COPIED: Final = 0.8
"""Part of the positions of two updates that are the same when one is a copy.

Small models share many positions honestly: up to 0.36 in a first round was seen.
"""
TOP: Final = 65_535
HELD_BACK: Final = 64
"""Sequences on which the parameters after a round are tried."""
LOSSES_KEPT: Final = 256
WORST: Final = -1e3
"""What an update is taken to have done when its loss is no number."""


class LossTrial(NamedTuple):
    """What an update did to the loss; more is better."""

    own: float
    """On text that its worker had to train on."""
    other: float
    """On text that nobody chose."""


class Ratings:
    """Ratings of workers, kept from round to round."""

    def __init__(self) -> None:
        self._model = PlackettLuce(beta=7, tau=0.1)
        self._skill: dict[AccountId, PlackettLuceRating] = {}
        self._work: dict[AccountId, float] = {}

    def update(
        self, trials: dict[AccountId, LossTrial], copies: set[AccountId]
    ) -> dict[AccountId, int]:
        """Take a round into account, and return each worker's rating; the best one has `TOP`."""
        listed = list(trials)
        if len(listed) > 1:
            teams = [[self._skill.get(who) or self._model.rating()] for who in listed]
            scores = [trials[who].other for who in listed]
            for who, (after,) in zip(listed, self._model.rate(teams, scores=scores), strict=True):
                self._skill[who] = after
        for who, trial in trials.items():
            flag = 1.0 if trial.own > trial.other else -1.0
            self._work[who] = MEMORY * self._work.get(who, 0.0) + (1 - MEMORY) * flag
        raw = {who: 0.0 if who in copies else self._rating(who, trials[who]) for who in listed}
        best = max(raw.values(), default=0.0)
        return {who: round(TOP * value / best) if best > 0 else 0 for who, value in raw.items()}

    def _rating(self, who: AccountId, trial: LossTrial) -> float:
        if trial.other < 0:
            return 0.0
        skill = self._skill.get(who) or self._model.rating()
        lifted: float = max(skill.ordinal() + 25.0, 0.0)
        return lifted * max(0.5 + 0.5 * self._work[who], 0.0)

    def to_json(self) -> dict[str, object]:
        """As written to the validator's file."""
        skill = {who.hex(): (each.mu, each.sigma) for who, each in self._skill.items()}
        return {"skill": skill, "work": {who.hex(): each for who, each in self._work.items()}}

    def load(self, found: Any) -> None:
        """Restore what `to_json` returned."""
        for who, (mu, sigma) in found["skill"].items():
            self._skill[AccountId(bytes.fromhex(who))] = self._model.rating(mu=mu, sigma=sigma)
        self._work = {AccountId(bytes.fromhex(who)): each for who, each in found["work"].items()}


class Scorer:
    """Scores updates: commits to the scores first, and reveals them later."""

    def __init__(self, member: MemberAgent, on: str = "cpu") -> None:
        self.member = member
        self.model = Gpt(member.source.config.model).to(on)
        self.ratings = Ratings()
        self.losses: dict[bytes, float] = {}
        """On text that nobody trained on, by the root of the parameters."""
        self._sealed: dict[int, tuple[tuple[Score, ...], Hash, Hash]] = {}
        self._file = member.member_dir / "validator.json"
        if self._file.exists():
            self._read()

    def tick(self) -> bool:
        view = self.member.view
        number, state = view.run.round, view.newest
        self.member.rejoin()
        if state is None or not self.member.is_active():
            return False
        if state.phase is Phase.SCORE and self.member.account not in state.scorers:
            self._seal(number, state)
        if state.phase is Phase.REVEAL and number in self._sealed:
            self._reveal(number)
        return False

    def _seal(self, number: int, state: Round) -> None:
        if number not in self._sealed:
            scores, inputs = self.score(number, state)
            self._sealed = {number: (scores, inputs, Hash(os.urandom(32)))}
            self._save()
        view = self.member.view
        sealed = commits.sealed_scores(view.pallet, self.member.account, *self._sealed[number])
        self.member.send("commit_scores", run=view.id, round=number, sealed=sealed)

    def _reveal(self, number: int) -> None:
        scores, inputs, salt = self._sealed[number]
        self.member.send(
            "reveal_scores", run=self.member.view.id, round=number, scores=scores, inputs=inputs,
            salt=salt,
        )  # fmt: skip
        del self._sealed[number]
        self._save()

    # -- scoring ------------------------------------------------------------------------------

    def score(self, number: int, state: Round) -> tuple[tuple[Score, ...], Hash]:
        """Score all payloads that can be read; returns also the hash of the text that was used.

        Errors: CannotReach.
        """
        view = self.member.view
        sent = {who: self.member.library.payload(view, number, who) for who in attested(state)}
        known = {who: payload for who, payload in sent.items() if payload is not None}
        places = {who: self._places(number, state, who) for who in known}
        trials = {who: self._try(number, known[who], *places[who]) for who in known}
        listed = [(who, known[who]) for who in state.committed if who in known]
        copies = copied(listed, self._earlier(number))
        rated = self.ratings.update(trials, copies)
        scores = tuple(
            Score(who, I64(round(trial.other * ONE)), U16(rated[who]))
            for who, trial in trials.items()
        )
        data = b"".join(each.tobytes() for pair in places.values() for each in pair)
        self.member.log(
            "scored", round=number, loss=self.held_back(number), state=state.state_before.hex(),
            scores={who.hex()[:8]: round(trial.other, 5) for who, trial in trials.items()},
            copies=[who.hex()[:8] for who in copies],
        )  # fmt: skip
        return scores, Hash(hashlib.sha256(data).digest())

    def _earlier(self, number: int) -> list[tuple[AccountId, Payload]]:
        """The contributors' payloads of the round before, which all could read in this one."""
        state = self.member.view.round(number - 1)
        listed = () if state is None else state.contributors
        sent = (
            (who, self.member.library.payload(self.member.view, number - 1, who)) for who in listed
        )
        return [(who, payload) for who, payload in sent if payload is not None]

    def _places(self, number: int, state: Round, who: AccountId) -> tuple[Places, Places]:
        """Starts of sequences: of the worker's own text, and of text drawn from all."""
        config, text = self.member.source.config, self.member.source.corpus
        assigned = Assignment(text, self.member.view.seed(number, who), config.inner.batch)
        steps = -(-SEQUENCES // config.inner.batch)
        own = np.concatenate([assigned.starts(step) for step in range(steps)])[:SEQUENCES]
        seed = b"scores" + self.member.account + (state.seed or b"") + who
        begins = range(text.training_size - text.context)
        return own, draw(begins, SEQUENCES, seed)

    def _try(self, number: int, payload: Payload, own: Places, other: Places) -> LossTrial:
        shared = self.member.replica.before(number)
        alpha = self.member.view.terms.codec.alpha // STRENGTH
        triples = zip(shared, self.member.view.layout.tensors, payload.values(), strict=True)
        tried = [stepped(held, tensor.join(sent), alpha) for held, tensor, sent in triples]
        batches = [self.member.source.corpus.sequences(places) for places in (own, other)]
        before = [self._loss(shared, batch) for batch in batches]
        after = [self._loss(tried, batch) for batch in batches]
        gains = (old - new for old, new in zip(before, after, strict=True))
        return LossTrial(*(gain if isfinite(gain) else WORST for gain in gains))

    def _loss(self, parameters: Sequence[Int32], batch: Tensor) -> float:
        load(self.model, parameters)
        with torch.no_grad():
            return float(self.model.loss(batch.to(next(self.model.parameters()).device)))

    def held_back(self, number: int) -> float:
        """Loss on text that nobody trained on, of the parameters after a round."""
        joined = self.member.replica.outer_step_of(number)
        if joined is None:
            return self.loss_of(self.member.view.state_before(number), number)
        self.member.replica.keep(joined.state_root, joined.parameters)
        return self.loss_of(joined.state_root, number + 1)

    def loss_of(self, root: bytes, number: int) -> float:
        """Loss on held-back text, of the parameters that round `number` begins with.

        Errors: CannotReach.
        """
        if root not in self.losses:
            text = self.member.source.corpus.validation(HELD_BACK)
            self.losses[root] = self._loss(self.member.replica.reach(root, number), text)
            for old in list(self.losses)[:-LOSSES_KEPT]:
                del self.losses[old]
        return self.losses[root]

    # -- what must outlast the process --------------------------------------------------------

    def _save(self) -> None:
        kept = {
            str(number): ([(s.worker.hex(), s.loss, s.rating) for s in scores], *rest)
            for number, (scores, *rest) in self._sealed.items()
        }
        losses = {root.hex(): loss for root, loss in self.losses.items()}
        facts = {"ratings": self.ratings.to_json(), "sealed": kept, "losses": losses}
        text = orjson.dumps(facts, default=lambda data: data.hex())
        write_atomic(self._file, text)

    def _read(self) -> None:
        """Errors: WrongFiles when what was kept is damaged."""
        try:
            self._load(orjson.loads(self._file.read_bytes()))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongFiles(f"{self._file} is damaged; without it one begins anew") from error

    def _load(self, found: Any) -> None:
        self.ratings.load(found["ratings"])
        self.losses = {
            bytes.fromhex(root): nan if loss is None else loss  # JSON has no other numbers
            for root, loss in found["losses"].items()
        }
        for number, (scores, inputs, salt) in found["sealed"].items():
            read = tuple(
                Score(AccountId(bytes.fromhex(who)), I64(loss), U16(rating))
                for who, loss, rating in scores
            )
            hashes = Hash(bytes.fromhex(inputs)), Hash(bytes.fromhex(salt))
            self._sealed[int(number)] = (read, *hashes)


def overlap(one: Payload, other: Payload) -> float:
    """The part of the positions that two updates have in common, over all chunks."""
    same = total = 0
    for a, b in zip(one.parts, other.parts, strict=True):
        if isinstance(a, TopKTensor) and isinstance(b, TopKTensor):
            rows = np.arange(len(a.indices), dtype=np.int64)[:, None] << 12
            same += np.intersect1d(rows + a.indices, rows + b.indices, assume_unique=True).size
            total += a.indices.size
    return same / total if total else 0.0


def copied(
    listed: Sequence[tuple[AccountId, Payload]],
    before: Sequence[tuple[AccountId, Payload]] = (),
) -> set[AccountId]:
    """Workers whose update copies an earlier commitment, or one of the round before."""
    return {
        who
        for at, (who, payload) in enumerate(listed)
        if any(
            other != who and overlap(payload, earlier) >= COPIED
            for other, earlier in (*before, *listed[:at])
        )
    }
