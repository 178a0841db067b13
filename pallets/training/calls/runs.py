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
        """Create a run on a subnet that one owns.  Its terms never change.

        Errors: NoSuchSubnet; NotSubnetOwner; TooManyRuns; BadCodec; BadSchedule; BadBonds;
        BadSizes; those of the balances.
        """
        runs.create(self, ensure_signed(origin), netuid, terms)

    @call(1, weight=weights.CLOSE_RUN)
    def close_run(self, origin: Origin, run: RunId) -> None:
        """End a run.  Its creator, the subnet's owner, or root; anyone, when the subnet is gone.

        Errors: NoSuchRun; IsClosed; NotCreator.
        """
        runs.close(self, run, ensure_signed_or_root(origin))

    @call(2, weight=weights.RESUME_RUN)
    def resume_run(self, origin: Origin, run: RunId) -> None:
        """Go on with a paused run.  Errors: NoSuchRun; IsClosed; NotPaused; TooFewWorkers."""
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

        `proof` is a proof of possession of `key` that names the caller.  Errors: NoSuchRun;
        IsClosed; NotRegistered; NotPermitted; AlreadyMember; BondTooSmall; KeyInUse; BadKey;
        RunFull; those of the balances.
        """
        who = ensure_signed(origin)
        runs.join(self, run, who, runs.newcomer(role, bond, key, endpoint), proof)

    @call(4, weight=weights.LEAVE)
    def leave(self, origin: Origin, run: RunId) -> None:
        """Take part no longer.  Errors: NoSuchRun; NotMember; NotActive."""
        members.deactivate(self, run, ensure_signed(origin))

    @call(5, weight=weights.REJOIN)
    def rejoin(self, origin: Origin, run: RunId) -> None:
        """Take part again after missing rounds.

        Errors: NoSuchRun; IsClosed; NotMember; AlreadyActive; NotActive; NotRegistered;
        NotPermitted; RunFull.
        """
        members.rejoin(self, run, ensure_signed(origin))

    @call(6, weight=weights.CLAIM)
    def claim(self, origin: Origin, run: RunId) -> None:
        """Take one's bond back.  Errors: NoSuchRun; NotMember; StillBonded."""
        members.claim(self, run, ensure_signed(origin))

    @call(7, weight=weights.SET_ENDPOINT)
    def set_endpoint(self, origin: Origin, run: RunId, endpoint: Endpoint) -> None:
        """Say where one can be reached.  Errors: NotMember."""
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
        """Go on from the checkpoint of round `target`, as more than 2/3 of the validators signed.

        Errors: NoSuchRun; IsClosed; NoCheckpointDue; NoSuchRound; BadBitmap; NoQuorum; NotMember;
        BadSignature.
        """
        ensure_signed(origin)
        runs.roll_back(self, run, target, signers, signature)
