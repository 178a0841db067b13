"""Whatever members do, deposits equal operations and a call is made once enough agreed."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import AccountId
from pysubtensor.frame.weights import MAX
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.multisig import Multisig, MultisigExecuted, multi_account
from tests.entries import MULTISIG
from tests.support import open_block, run, runtime_of, take_events

PEOPLE = [AccountId(bytes((n,)) * 32) for n in range(1, 5)]
people = st.sampled_from(PEOPLE)
thresholds = st.integers(1, 5)
texts = st.sampled_from([b"a", b"b"])


class Committee(RuleBasedStateMachine):
    """Four members of one committee, some operations, arbitrary order."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = runtime_of(MULTISIG, balances=dict.fromkeys(PEOPLE, 10**9))
        open_block(self.runtime)
        self.pallet, self.money = self.runtime.get(Multisig), self.runtime.get(Balances)
        self.agreed: dict[tuple[int, bytes], set[bytes]] = {}

    def common(self, who, threshold, text):
        others = tuple(each for each in PEOPLE if each != who)
        found = self.pallet.multisigs[self.key(threshold, text)]
        when = None if found is None else found.when
        return {"threshold": threshold, "other_signatories": others}, when

    def call(self, text):
        return self.runtime.call("System", "remark_with_event", remark=text)

    def key(self, threshold, text):
        call_hash = blake2_256(self.runtime.encode_call(self.call(text)))
        return multi_account(PEOPLE, threshold), call_hash

    @rule(who=people, threshold=thresholds, text=texts, whole=st.booleans())
    def agree(self, who, threshold, text, whole):
        shared, when = self.common(who, threshold, text)
        args = {**shared, "maybe_timepoint": when, "max_weight": MAX}
        take_events(self.runtime)
        try:
            if whole:
                run(self.runtime, who, "Multisig", "as_multi", call=self.call(text), **args)
            else:
                call_hash = self.key(threshold, text)[1]
                run(self.runtime, who, "Multisig", "approve_as_multi", call_hash=call_hash, **args)
        except DispatchFailure:
            return
        members = self.agreed.setdefault((threshold, text), set())
        members.add(who)
        if any(isinstance(each, MultisigExecuted) for each in take_events(self.runtime)):
            assert len(members) >= threshold
            del self.agreed[threshold, text]

    @rule(who=people, threshold=thresholds, text=texts)
    def cancel(self, who, threshold, text):
        shared, when = self.common(who, threshold, text)
        if when is None:
            return
        call_hash = self.key(threshold, text)[1]
        args = {**shared, "timepoint": when, "call_hash": call_hash}
        with suppress(DispatchFailure):
            run(self.runtime, who, "Multisig", "cancel_as_multi", **args)
            del self.agreed[threshold, text]

    @invariant()
    def deposits_equal_operations(self):
        owed = dict.fromkeys(PEOPLE, 0)
        for operation in self.pallet.multisigs.values():
            owed[operation.depositor] += operation.deposit
        assert owed == {who: self.money.reserved_balance(who) for who in PEOPLE}

    @invariant()
    def approvals_are_those_given(self):
        for (threshold, text), members in self.agreed.items():
            operation = self.pallet.multisigs[self.key(threshold, text)]
            assert operation.approvals == tuple(sorted(members))


Committee.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestCommittee = Committee.TestCase
