"""The shared parameters, which every member computes for itself, bit for bit alike.

They are known by their root, and the chain says which root a round begins with.  To reach one, a
member goes back to parameters it has, to an anchored checkpoint or to the beginning, and from there
repeats the rounds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training.payload import Context, Payload, Tree, checks, stepped
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import Posted, Round
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.errors import TrainingError
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import RunFiles, bytes_of, decode_parameters
from pysubtensor.training.kernels import NumpyUpdateCodec, UpdateCodec
from pysubtensor.training.learning import outer

KEPT: Final = 4
"""Parameters that are kept in memory."""


class CannotReach(TrainingError):
    """The parameters of a root cannot be made from what can be read."""


class OuterStep(NamedTuple):
    """Aggregate and parameters after a round, with their roots."""

    aggregate: list[Int32]
    """As chunks of each tensor."""
    parameters: list[Int32]
    aggregate_root: bytes
    state_root: bytes


class RunArithmetic:
    """Aggregation and outer step of a run, in integers, and the roots of their results."""

    def __init__(self, run: int, terms: Terms) -> None:
        self.run, self.terms = run, terms
        self.codec: UpdateCodec = NumpyUpdateCodec()

    def chunks(self, parameters: Sequence[Int32]) -> list[Int32]:
        """The parameters as chunks of each tensor."""
        return outer.cut(self.terms.layout, parameters)

    def root(self, parameters: Sequence[Int32]) -> bytes:
        """Root of the parameters."""
        return checks.root(Context(Tree.STATE, self.run), self.chunks(parameters))

    def aggregate_root(self, number: int, aggregate: Sequence[Int32]) -> bytes:
        """Root of a round's aggregate."""
        return checks.root(Context(Tree.AGGREGATE, self.run, number), aggregate)

    def aggregate_of(self, payloads: Sequence[Payload], tokens: Sequence[int]) -> list[Int32]:
        """The aggregate of payloads."""
        layout = self.terms.layout
        joined = self.codec.aggregate(layout, payloads, tokens, self.terms.mixing)
        return self.codec.chunks(layout, joined)

    def outer_step(
        self, number: int, parameters: Sequence[Int32], aggregate: list[Int32]
    ) -> OuterStep:
        """Apply an aggregate to the parameters."""
        alpha = self.terms.codec.alpha
        triples = zip(parameters, self.terms.layout.tensors, aggregate, strict=True)
        after = [stepped(held, tensor.join(each), alpha) for held, tensor, each in triples]
        return OuterStep(aggregate, after, self.aggregate_root(number, aggregate), self.root(after))


class Replica(RunArithmetic):
    """The parameters of a run."""

    def __init__(self, view: ChainView, library: RunFiles) -> None:
        super().__init__(view.id, view.terms)
        self.view, self.library = view, library
        self._kept: OrderedDict[bytes, list[Int32]] = OrderedDict()
        self._newest: tuple[tuple[int, tuple[AccountId, ...], bytes], OuterStep] | None = None

    def keep(self, root: bytes, parameters: list[Int32]) -> None:
        """Keep parameters in memory."""
        self._kept[root] = parameters
        self._kept.move_to_end(root)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    # -- a round ------------------------------------------------------------------------------

    def outer_step_of(self, number: int) -> OuterStep | None:
        """The outer step of an attested round; None while a payload is missing.

        Errors: CannotReach.
        """
        state = self.view.round(number)
        if state is None or not state.contributors:
            return None
        key = (number, state.contributors, state.state_before)
        if self._newest is None or self._newest[0] != key:
            found = self._join(number, state.contributors)
            if found is None:
                return None
            self._newest = key, found
        return self._newest[1]

    def _join(self, number: int, contributors: tuple[AccountId, ...]) -> OuterStep | None:
        payloads = [self.library.payload(self.view, number, who) for who in contributors]
        said = [self.view.commitment(number, who) for who in contributors]
        known = [each for each in payloads if each is not None]
        if len(known) < len(payloads):
            return None
        tokens = [0 if each is None else int(each.tokens) for each in said]
        aggregate = self.aggregate_of(known, tokens)
        return self.outer_step(number, self.before(number), aggregate)

    # -- any round ----------------------------------------------------------------------------

    def before(self, number: int) -> list[Int32]:
        """The parameters that a round begins with.  Errors: CannotReach."""
        return self.reach(self.view.state_before(number), number)

    def reach(self, root: bytes, number: int) -> list[Int32]:
        """The parameters of a root, with which round `number` begins.  Errors: CannotReach."""
        found = self._begin(root)
        if found is None:
            last, state, posted = self._posted(root, number)
            found = self._repeat(last, state, posted, self.reach(state.state_before, last))
            if self.root(found) != root:
                raise CannotReach(f"round {last} makes other parameters than were posted")
        self.keep(root, found)
        return found

    def _posted(self, root: bytes, number: int) -> tuple[int, Round, Posted]:
        """The newest round before `number` that ended with a root.  Errors: CannotReach.

        It need not be the last one before: a run may go back.
        """
        for each in range(number - 1, self.view.run.oldest - 1, -1):
            state = self.view.round(each)
            if state is not None and state.posted is not None and state.posted.state_root == root:
                return each, state, state.posted
        raise CannotReach(f"no round that is kept ended with {root.hex()}")

    def _begin(self, root: bytes) -> list[Int32] | None:
        """Parameters in memory, the first ones, or a checkpoint's."""
        if root in self._kept:
            return self._kept[root]
        if root == self.view.terms.checkpoint_root:
            found = self.library.source.initial(self.view.layout)
            if self.root(found) != root:
                raise CannotReach("the published beginning is not that of the run")
            return found
        for each in self.view.checkpoints():
            if each.state_root == root:
                return self._checkpoint(root, each.locator.decode(errors="replace"), each.round)
        return None

    def _checkpoint(self, root: bytes, locator: str, number: int) -> list[Int32] | None:
        layout, name = self.view.layout, file_names.parameters(self.view.id, number)
        limit = bytes_of(layout)
        own = self.library.own.get(name, limit)
        for data in chain([own or b""], self.library.others.copies([locator], name, limit)):
            if len(data) == limit:
                found = decode_parameters(layout, data)
                if self.root(found) == root:
                    return found
        return None

    def _repeat(
        self, number: int, state: Round, posted: Posted, before: list[Int32]
    ) -> list[Int32]:
        """The parameters after a round, from its published aggregate or from its payloads."""
        name, root = file_names.aggregate(self.view.id, number), posted.aggregate_root
        context = Context(Tree.AGGREGATE, self.run, number)
        aggregate = self.library.chunks(self.view, name, root, context, posted.by)
        if aggregate is None:
            joined = self._join(number, state.contributors)
            if joined is None:
                raise CannotReach(f"neither aggregate nor payloads of round {number} can be read")
            return joined.parameters
        return self.outer_step(number, before, aggregate).parameters
