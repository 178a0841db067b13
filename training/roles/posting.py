"""Posting the aggregate of a round, and anchoring checkpoints."""

from __future__ import annotations

from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.training import commits
from pysubtensor.pallets.training.round_finality import state_after
from pysubtensor.pallets.training.types import (
    Phase,
    Round,
)
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import encode_chunks, encode_parameters
from pysubtensor.training.roles.member import MemberAgent


class Poster:
    """Posts the roots of aggregate and new parameters, when it is this member's turn."""

    def __init__(self, member: MemberAgent) -> None:
        self.member = member

    def tick(self) -> bool:
        view = self.member.view
        number, state = view.run.round, view.newest
        if state is not None and state.phase is Phase.AGGREGATE and self._my_turn(state):
            self._post(number)
        self._anchor()
        return False

    def _my_turn(self, state: Round) -> bool:
        view, schedule = self.member.view, self.member.view.terms.schedule
        waited = view.now - (state.ends - schedule.aggregate)
        turns = 1 + max(waited, 0) // schedule.poster_turn
        return self.member.account in commits.posters(view.pallet, view.id, state)[:turns]

    def _post(self, number: int) -> None:
        joined = self.member.replica.outer_step_of(number)
        if joined is None:
            return
        view = self.member.view
        self.member.library.own.put(
            file_names.aggregate(view.id, number), encode_chunks(joined.aggregate)
        )
        self._keep_payloads(number)
        roots = {
            "aggregate_root": Hash(joined.aggregate_root),
            "state_root": Hash(joined.state_root),
        }
        self.member.send("post_aggregate", run=view.id, round=number, **roots)
        self.member.log("posted", round=number, state=joined.state_root.hex())

    def _keep_payloads(self, number: int) -> None:
        """Copy the payloads to the own store, for fraud proofs about the aggregate need them."""
        state = self.member.view.round(number)
        for who in () if state is None else state.contributors:
            payload = self.member.library.payload(self.member.view, number, who)
            if payload is not None:
                self.member.library.mirror(self.member.view, number, payload)

    def _anchor(self) -> None:
        """Anchor a checkpoint when one is due and this member posted the round."""
        view = self.member.view
        every = view.terms.checkpoint_every
        number = view.run.round // every * every
        state = view.round(number)
        if state is None or state.posted is None or state.void:
            return
        if state.posted.by != self.member.account or not self.member.is_active():
            return
        if any(each.round >= number for each in view.checkpoints()):
            return
        root = state_after(state)
        parameters = self.member.replica.reach(root, number + 1)
        name = file_names.parameters(view.id, number)
        self.member.library.own.put(name, encode_parameters(parameters))
        self.member.send(
            "anchor_checkpoint", run=view.id, round=number, state_root=root,
            locator=self.member.public,
        )  # fmt: skip
        self.member.log("anchored", round=number)
