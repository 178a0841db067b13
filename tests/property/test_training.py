"""Whatever members of a training run do, in whatever order, nobody is robbed and all is bounded."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.training import challenges, events, records, scoring
from pysubtensor.pallets.training.types import Accusation, Ground, Outcome, Phase, Role
from tests.support import BOB
from tests.training_chain import OWNER, Lab

PEOPLE = 8
"""Three workers, two validators, three that come later."""
MOST_DUE, MOST_OPEN, KEEP = 4, 5, 2
people = st.integers(0, PEOPLE - 1)
often = st.sampled_from([True, True, True, False])


class Runs(RuleBasedStateMachine):
    """One run, its members, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(
            spare=3,
            keep_rounds=KEEP,
            audit_rate=9_000,
            max_workers=4,
            contributors=3,
            immunity=1,
            slash=40_000,
            config={"max_due_per_block": MOST_DUE, "max_open_rounds": MOST_OPEN},
        )
        self.names = (*self.lab.workers, *self.lab.validators, *self.lab.spare)
        self.issued = self.lab.runtime.get(Balances).total_issuance()
        self.joined: dict[int, list[object]] = {}
        self.attested: set[tuple[int, bytes]] = set()

    # -- helpers ----------------------------------------------------------------------------------

    def open(self) -> bool:
        """Is there a newest round?"""
        run = self.lab.pallet.runs[0]
        return run is not None and (0, run.round) in self.lab.pallet.rounds

    def bonds(self) -> dict[bytes, int]:
        return {key[1]: m.bond for key, m in self.lab.pallet.members.items()}

    def quietly(self, act, *args, **named) -> None:
        """Try what may be refused; whether or not it is, no bond may shrink."""
        before = self.bonds()
        mark = self.lab.runtime.state.mark()
        try:
            act(*args, **named)
        except (DispatchFailure, LookupError):
            self.lab.runtime.state.rollback(mark)
        after = self.bonds()
        assert all(after.get(who, bond) == bond for who, bond in before.items())

    # -- members ----------------------------------------------------------------------------------

    @rule(who=people, bond=st.integers(10, 12))
    def join(self, who, bond):
        name = self.names[who]
        role = Role.VALIDATOR if name in self.lab.validators else Role.WORKER
        self.quietly(self.lab.join, name, role, bond * 10**9 * (1 + role.value))

    @rule(who=people, name=st.sampled_from(["leave", "claim", "rejoin"]))
    def come_and_go(self, who, name):
        self.quietly(self.lab.call, self.names[who], name, run=0)

    @rule()
    def resume(self):
        self.quietly(self.lab.call, BOB, "resume_run", run=0)

    @rule(dice=st.integers(0, 40))
    def close(self, dice):
        if dice == 0:
            self.quietly(self.lab.call, OWNER, "close_run", run=0)

    # -- rounds -----------------------------------------------------------------------------------

    @rule(who=people, copies=st.sampled_from([False, False, False, True]))
    def commit(self, who, copies):
        if not self.open():
            return
        name, lab = self.names[who], self.lab
        member = lab.pallet.members[0, name]
        if member is None or member.error_root is None:
            lab.errors.pop(name, None)
        work = lab.train(name)
        committed = lab.round().committed
        if copies and committed and name not in committed:
            stolen = lab.pallet.commitments[0, lab.number, committed[0]]
            told = {**lab.of_round(), "commitment": stolen.commitment}
            with suppress(DispatchFailure):
                lab.call(name, "commit_round", **told)
            assert name not in lab.round().committed
            return
        self.quietly(lab.commit, name, work)

    @rule(everybody=often, lost=st.integers(0, 7), missing=st.integers(0, 2))
    def attest(self, everybody, lost, missing):
        if not self.open() or self.lab.round().phase is not Phase.ATTEST:
            return
        state, number = self.lab.round(), self.lab.number
        available = [w for p, w in enumerate(state.committed) if everybody or not lost >> p & 1]
        signers = state.witnesses[missing:]

        def act():
            found = self.lab.attestation(available, signers)
            self.lab.call(BOB, "attest", **self.lab.of_round(), attestation=found)
            assert 3 * len(signers) > 2 * len(state.witnesses)
            self.attested |= {(number, each) for each in available}

        self.quietly(act)

    @rule(honest=often, place=st.integers(0, 2))
    def post(self, honest, place):
        if not self.open() or self.lab.round().phase is not Phase.AGGREGATE:
            return
        lab = self.lab

        def act():
            joined, theta = lab.joined()
            wrong = {} if honest else {"state_root": Hash(b"\x13" * 32)}
            lab.call(
                lab.posters()[place],
                "post_aggregate",
                **lab.of_round(),
                **{**lab.roots(joined, theta), **wrong},
            )
            self.joined[lab.number] = joined
            for each in lab.round().contributors:
                lab.errors[each] = lab.work[lab.number, each].error_new

        self.quietly(act)

    @rule(who=st.integers(0, 1), reveals=st.booleans())
    def score(self, who, reveals):
        if not self.open():
            return
        act = self.lab.reveal if reveals else self.lab.seal
        self.quietly(act, self.lab.validators[who], self.lab.scores())

    @rule(phases=st.integers(1, 8), scores=often)
    def carry_on(self, phases, scores):
        """Let everybody do what is due, phase by phase."""
        for _ in range(phases):
            if self.open():
                self.do_what_is_due(scores)

    def do_what_is_due(self, scores):
        phase = self.lab.round().phase
        if phase in (Phase.TRAIN, Phase.COMMIT):
            for who in self.lab.pallet.active[0, Role.WORKER]:
                self.commit(self.names.index(who), copies=False)
        elif phase is Phase.ATTEST:
            self.attest(everybody=True, lost=0, missing=0)
        elif phase is Phase.AGGREGATE:
            self.post(honest=True, place=0)
        elif scores:
            for who in range(2):
                self.score(who, reveals=phase is Phase.REVEAL)
        self.blocks(1)

    # -- disputes ---------------------------------------------------------------------------------

    @rule(
        who=people,
        back=st.sampled_from([1, 1, 2, 3, 0]),
        accused=people,
        ground=st.sampled_from([Ground.TRACE, *Ground]),
        index=st.integers(0, 1),
        answers=often,
        ruling=st.sampled_from([None, True, False]),
    )
    def accuse(self, who, back, accused, ground, index, answers, ruling):
        if not self.open():
            return
        number = max(self.lab.number - back, 1)
        state = self.lab.pallet.rounds[0, number]
        workers = state.committed if state is not None and state.committed else self.names
        name = workers[accused % len(workers)]
        if ground in challenges.OF_POSTER and state is not None and state.posted is not None:
            name = state.posted.by
        said = Accusation(name, ground, index, None)
        told = {"run": 0, "round": number, "accusation": said}
        active = records.everyone(self.lab.pallet, 0) or self.names
        self.quietly(self.lab.call, active[who % len(active)], "open_challenge", **told)
        if answers:
            self.respond(-1)
        if ruling is not None:
            self.judge(-1, ruling, 0)

    def dispute(self, which):
        found = sorted(self.lab.pallet.challenges.keys())
        return found[which % len(found)] if found else None

    @rule(which=st.integers(0, 5))
    def respond(self, which):
        challenge = self.dispute(which)
        if challenge is None:
            return
        found = self.lab.challenge(challenge)
        ends = (found.index, found.index + 1)

        def act():
            low, high = (self.lab.step_opening(found.round, found.accused, e) for e in ends)
            self.lab.call(found.accused, "respond", challenge=challenge, low=low, high=high)

        self.quietly(act)
        self.blocks(1)

    @rule(which=st.integers(0, 5))
    def appeal(self, which):
        challenge = self.dispute(which)
        if challenge is not None:
            found = self.lab.challenge(challenge)
            loser = found.accused if found.ruling else found.accuser
            self.quietly(self.lab.call, loser, "appeal", challenge=challenge)
            self.blocks(1)

    @rule(which=st.integers(0, 5), guilty=st.booleans(), missing=st.sampled_from([0, 0, 1, 2]))
    def judge(self, which, guilty, missing):
        challenge = self.dispute(which)
        if challenge is None:
            return
        jury = self.lab.challenge(challenge).jury
        with suppress(DispatchFailure, ValueError):
            self.lab.verdict(challenge, guilty=guilty, jury=jury[missing:])
            assert 3 * len(jury[missing:]) > 2 * len(jury)

    @rule(back=st.integers(0, 3), who=people, kind=st.integers(0, 2), chunk=st.integers(0, 1))
    def prove(self, back, who, kind, chunk):
        """Honest work is never proven wrong."""
        if not self.open():
            return
        number, name = max(self.lab.number - back, 1), self.names[who]

        def act():
            if kind == 0:
                proof = self.lab.payload_proof(number, name, chunk)
            elif kind == 1:
                proof = self.lab.compression_proof(number, name, chunk)
            else:
                proof = self.lab.aggregate_proof(number, chunk, self.joined[number])
            self.lab.call(BOB, "prove_chunk", run=0, round=number, proof=proof)

        self.quietly(act)

    # -- time -------------------------------------------------------------------------------------

    @rule(count=st.sampled_from([1, 1, 1, 2, 3, 6]))
    def blocks(self, count):
        for _ in range(count):
            before = self.bonds()
            self.lab.blocks()
            seen = [record.event for record in self.lab.runtime.state.events]
            guilty = [
                each
                for each in seen
                if isinstance(each, events.AuditFailed)
                or (isinstance(each, events.ChallengeEnded) and each.outcome is Outcome.GUILTY)
            ]
            after = self.bonds()
            assert set(after) == set(before)
            poorer = [who for who, bond in before.items() if after[who] < bond]
            assert len(poorer) <= len(guilty)
            assert sum(before.values()) - sum(after.values()) == sum(e.slashed for e in guilty)

    # -- laws -------------------------------------------------------------------------------------

    @invariant()
    def the_pot_is_the_sum_of_bonds_and_deposits(self):
        self.lab.books_balance()

    @invariant()
    def no_money_is_made_or_lost(self):
        assert self.lab.runtime.get(Balances).total_issuance() == self.issued

    @invariant()
    def nobody_is_paid_for_what_was_not_attested(self):
        for (_, number), state in self.lab.pallet.rounds.items():
            attested = {who for n, who in self.attested if n == number}
            assert set(state.contributors) <= attested
            assert {median.worker for median in state.medians} <= attested
            assert set(scoring.attested(state)) == attested or not state.attestation

    @invariant()
    def everything_is_bounded(self):
        pallet = self.lab.pallet
        assert all(len(dues) <= MOST_DUE for dues in pallet.agenda.values())
        assert len(list(pallet.rounds.keys())) <= KEEP + MOST_OPEN + 1
        assert all(when > self.lab.now for when in pallet.agenda.keys())  # noqa: SIM118
        assert len(pallet.active[0, Role.WORKER]) <= 4
        run = pallet.runs[0]
        if run is not None:
            assert run.round - run.final_round <= MOST_OPEN

    @invariant()
    def locks_and_counts_are_those_of_open_challenges(self):
        pallet = self.lab.pallet
        parties = [
            who for each in pallet.challenges.values() for who in (each.accuser, each.accused)
        ]
        for (_, who), member in pallet.members.items():
            assert member.locks == parties.count(who)
        for (_, number), state in pallet.rounds.items():
            listed = pallet.disputes[0, number]
            assert state.disputes == len(listed)
            assert all(pallet.challenges[each].round == number for each in listed)


Runs.TestCase.settings = settings(max_examples=12, stateful_step_count=40, deadline=None)
TestRuns = Runs.TestCase
