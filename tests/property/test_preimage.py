"""Whatever is noted and requested: holds equal tickets, and bytes are there when they must be."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import ROOT, Origin, Signed
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.preimage import HoldReason, Preimage, RequestedStatus, Unrequested
from tests.entries import PREIMAGE, bind_hold_reasons
from tests.support import open_block, run, runtime_of

PEOPLE = [AccountId(bytes((n,)) * 32) for n in range(1, 4)]
DATA = [b"", b"a", b"b" * 300]
origins = st.sampled_from([ROOT, *(Origin(Signed(who)) for who in PEOPLE)])
data = st.sampled_from(DATA)
names = st.sampled_from(["unnote_preimage", "request_preimage", "unrequest_preimage"])


class Archive(RuleBasedStateMachine):
    """Random calls by users and the chain on a few preimages."""

    def __init__(self) -> None:
        super().__init__()
        rich = dict.fromkeys(PEOPLE, 10**9)
        self.runtime = runtime_of(PREIMAGE, balances=rich, bindings=bind_hold_reasons)
        open_block(self.runtime)
        self.pallet, self.money = self.runtime.get(Preimage), self.runtime.get(Balances)
        self.requests = dict.fromkeys(DATA, 0)

    @rule(who=origins, bytes_=data)
    def note(self, who, bytes_):
        with suppress(DispatchFailure):
            run(self.runtime, who, "Preimage", "note_preimage", bytes=bytes_)

    @rule(who=origins, bytes_=data, name=names)
    def act(self, who, bytes_, name):
        with suppress(DispatchFailure):
            run(self.runtime, who, "Preimage", name, hash=blake2_256(bytes_))

    @rule(bytes_=data)
    def forget(self, bytes_):
        self.pallet.unrequest(blake2_256(bytes_))

    @invariant()
    def holds_equal_tickets(self):
        owed = dict.fromkeys(PEOPLE, 0)
        for status in self.pallet.request_status_for.values():
            requested = isinstance(status, RequestedStatus)
            ticket = status.maybe_ticket if requested else status.ticket
            if ticket is not None:
                owed[ticket[0]] += ticket[1]
        held = {who: self.money.balance_on_hold(HoldReason.PREIMAGE, who) for who in PEOPLE}
        assert held == owed

    @invariant()
    def bytes_are_there_when_a_length_is(self):
        lengths = {}
        for hash_, status in self.pallet.request_status_for.items():
            length = status.len if isinstance(status, Unrequested) else status.maybe_len
            assert not isinstance(status, RequestedStatus) or status.count >= 1
            if length is not None:
                lengths[hash_, length] = hash_
        kept = {key: blake2_256(value) for key, value in self.pallet.preimage_for.items()}
        assert kept == lengths


Archive.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestArchive = Archive.TestCase
