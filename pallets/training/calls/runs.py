"""Calls about runs and their members.  The caller is a hotkey, except of `create_run`."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed, ensure_signed_or_root
from pysubtensor.frame.primitives import NetUid, Tao
from pysubtensor.pallets.training import members, runs, weights
from pysubtensor.pallets.training.events import EndpointChanged
from pysubtensor.pallets.training.records import change_member
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import (
    Bitmap,
    BlsKey,
    BlsSignature,
    Endpoint,
    Role,
    RoundNumber,
    RunId,
)


class RunCalls(Storage):
    """Runs and their members."""

    @call(0, weight=weights.create_run)
    def create_run(self, origin: Origin, netuid: NetUid, terms: Terms) -> None:
        """Create a run on a subnet.

        Origin: signed by the owner of the subnet, who pays the run's bond until the run is closed.
        - `netuid`: the subnet.
        - `terms`: all that the run is fixed to; they never change.

        Errors: NoSuchSubnet, NotSubnetOwner, TooManyRuns, BadCodec, BadSchedule, BadBonds,
        BadSizes, Token.FundsUnavailable.
        """
        runs.create(self, ensure_signed(origin), netuid, terms)

    @call(1, weight=weights.CLOSE_RUN)
    def close_run(self, origin: Origin, run: RunId) -> None:
        """End a run: its open round is void, and its members may take their bonds back.

        Origin: signed by its creator or the owner of its subnet, or root; by anyone, when the
          subnet is gone.
        - `run`: the run.

        Errors: NoSuchRun, IsClosed, NotCreator.
        """
        runs.close(self, run, ensure_signed_or_root(origin))

    @call(2, weight=weights.RESUME_RUN)
    def resume_run(self, origin: Origin, run: RunId) -> None:
        """Go on with a paused run that has enough workers again.

        Origin: signed by anyone.
        - `run`: the run.

        Errors: NoSuchRun, IsClosed, NotPaused, TooFewWorkers.
        """
        ensure_signed(origin)
        runs.resume(self, run)

    @call(3, weight=weights.JOIN)
    def join(
        self,
        origin: Origin,
        run: RunId,
        role: Role,
        bond: Tao,
        endpoint: Endpoint,
        key: BlsKey,
        proof: BlsSignature,
    ) -> None:
        """Bond to a run and take part from its next round on.

        Origin: signed by a hotkey that is a neuron of the subnet; for a validator one with a
          permit.
        - `run`: the run.
        - `role`: worker or validator.
        - `bond`: rao at risk, paid by the hotkey; at least what the terms say of the role.
        - `endpoint`: the URL where the member's files can be read, at most 256 bytes.
        - `key`: the BLS key with which the member will attest and judge.
        - `proof`: signature by `key` that names the caller, which proves that it has the key.

        Errors: NoSuchRun, IsClosed, NotRegistered, NotPermitted, AlreadyMember, BondTooSmall,
        KeyInUse, BadKey, RunFull, Token.FundsUnavailable.
        """
        who = ensure_signed(origin)
        runs.join(self, run, who, runs.newcomer(role, bond, key, endpoint), proof)

    @call(4, weight=weights.LEAVE)
    def leave(self, origin: Origin, run: RunId) -> None:
        """Take part no longer; the bond is free once nobody can challenge it any more.

        Origin: signed by a member.
        - `run`: the run.

        Errors: NotMember, NotActive.
        """
        members.deactivate(self, run, ensure_signed(origin))

    @call(5, weight=weights.REJOIN)
    def rejoin(self, origin: Origin, run: RunId) -> None:
        """Take part again from the next round on, after missing rounds.

        Origin: signed by an inactive member, which is still a neuron of the subnet.
        - `run`: the run.

        Errors: NoSuchRun, IsClosed, NotMember, AlreadyActive, NotActive, NotRegistered,
        NotPermitted, RunFull.
        """
        members.rejoin(self, run, ensure_signed(origin))

    @call(6, weight=weights.CLAIM)
    def claim(self, origin: Origin, run: RunId) -> None:
        """Take one's bond back.

        Origin: signed by a member that left, whose time to be challenged is over; in a closed run
          by any.
        - `run`: the run.

        Errors: NotMember, StillBonded.
        """
        members.claim(self, run, ensure_signed(origin))

    @call(7, weight=weights.SET_ENDPOINT)
    def set_endpoint(self, origin: Origin, run: RunId, endpoint: Endpoint) -> None:
        """Say where one's files can be read.

        Origin: signed by a member.
        - `run`: the run.
        - `endpoint`: a URL, at most 256 bytes.

        Errors: NotMember.
        """
        who = ensure_signed(origin)
        change_member(self, run, who, endpoint=endpoint)
        self.emit(EndpointChanged(run, who))

    @call(8, weight=weights.roll_back)
    def roll_back(
        self,
        origin: Origin,
        run: RunId,
        target: RoundNumber,
        signers: Bitmap,
        signature: BlsSignature,
    ) -> None:
        """Go on from an older checkpoint, as the validators decided.

        Origin: signed by anyone.
        - `run`: the run.
        - `target`: the round after which the checkpoint was anchored.
        - `signers`: one bit for each active validator in their order, lowest first.
        - `signature`: BLS signatures of more than 2/3 of them over `TrainingApi_rollback_message`,
          added up.

        Errors: NoSuchRun, IsClosed, NoCheckpointDue, BadBitmap, NoQuorum, BadSignature.
        """
        ensure_signed(origin)
        runs.roll_back(self, run, target, signers, signature)
