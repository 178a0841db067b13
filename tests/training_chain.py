"""A small chain with the Training pallet, and workers that really compress what they send.

lab = Lab(workers=3, validators=2)
lab.play()                     # one honest round, up to its time for challenges
assert lab.round(1).contributors == lab.workers
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pytest
from msgspec.structs import replace

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.error import Error
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.interfaces.currency import Preservation
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId, BlockNumber, Hash
from pysubtensor.pallets import balances as balances_pallet
from pysubtensor.pallets import training
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.system import System
from pysubtensor.pallets.training import Training, commits, errors, escrow, proof_checks, signing
from pysubtensor.pallets.training.payload import (
    Context,
    Layout,
    Mixing,
    Payload,
    PayloadId,
    Rule,
    Share,
    Tree,
    aggregated,
    checks,
    compress,
    fed_back,
    merkle,
    payload_hash,
    stepped,
)
from pysubtensor.pallets.training.payload.checks import words
from pysubtensor.pallets.training.terms import (
    AggregationRule,
    Bonds,
    CodecTerms,
    Run,
    Schedule,
    Sizes,
    Terms,
    Trace,
)
from pysubtensor.pallets.training.types import (
    AggregateProof,
    Attestation,
    Challenge,
    Commitment,
    CompressionProof,
    Member,
    Opening,
    PayloadProof,
    Phase,
    Role,
    Round,
    Score,
    StateProof,
    StepLeaf,
    StepOpening,
)
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.support import BOB, close_block, open_block, run, runtime_of

NAME = "Training"
TAO = 10**9
OWNER = AccountId(b"\xee" * 32)
BURN = AccountId(b"\xbb" * 32)
NETUID = 1
SHAPES = ((64, 64), (1, 8))
K = 8
ONE = 1 << 24


T = TypeVar("T")


def known(found: T | None) -> T:
    """What must be there.  Errors: LookupError."""
    if found is None:
        raise LookupError
    return found


class StubSubnets:
    """Subnet 1, on which everybody is a neuron, and validators are those that a test names."""

    def __init__(self) -> None:
        self.uids: dict[AccountId, int] = {}
        self.validators: set[AccountId] = set()
        self.rows: dict[AccountId, tuple[list[int], list[int]]] = {}
        self.refusal: Error | None = None

    def exists(self, netuid: int) -> bool:
        return netuid == NETUID

    def is_owner(self, netuid: int, who: AccountId) -> bool:
        return who == OWNER

    def uid(self, netuid: int, hotkey: AccountId) -> int | None:
        return self.uids.get(hotkey)

    def may_validate(self, netuid: int, hotkey: AccountId) -> bool:
        return hotkey in self.validators

    def set_weights(
        self, netuid: int, hotkey: AccountId, uids: Sequence[int], values: Sequence[int]
    ) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.rows[hotkey] = (list(uids), list(values))


SCHEDULE = Schedule(
    train=6,
    commit=3,
    attest=4,
    aggregate=6,
    poster_turn=2,
    score=3,
    reveal=3,
    challenge=24,
    response=5,
    verdict=5,
    appeal=4,
    unbonding=60,
)
BONDS = Bonds(
    worker=10 * TAO,
    validator=20 * TAO,
    commit=TAO // 10,
    challenge=TAO,
    slash=65_535,
    reward=32_768,
)
SIZES = Sizes(min_workers=2, max_workers=8, max_validators=4, contributors=8, witnesses=16, jury=4)
TRACE = Trace(steps=15, stride=5, audit_rate=0, audit_strides=1)


def terms_of(state_root: bytes, *, shapes: Any = SHAPES, k: int = K, **changed: Any) -> Terms:
    """Terms of a run; `changed` are fields of Terms or of its parts, by name."""
    codec = CodecTerms(
        tensors=tuple(shapes),
        k=k,
        rule=AggregationRule.UNION_MEAN,
        alpha=ONE,
        decay=62_259,
        clip=True,
        target_tokens=0,
    )
    whole = Terms(
        config_hash=Hash(b"\x01" * 32),
        data_root=Hash(b"\x02" * 32),
        checkpoint_root=Hash(state_root),
        codec=codec,
        schedule=SCHEDULE,
        bonds=BONDS,
        sizes=SIZES,
        trace=TRACE,
        max_misses=2,
        immunity=2,
        checkpoint_every=2,
        keep_rounds=4,
    )
    for name, value in changed.items():
        parts = ("codec", "schedule", "bonds", "sizes", "trace")
        part = next((p for p in parts if name in getattr(whole, p).__struct_fields__), None)
        if part is None:
            whole = replace(whole, **{name: value})
        else:
            whole = replace(whole, **{part: replace(getattr(whole, part), **{name: value})})
    return whole


class TrainingChain:
    """The pallet over Balances, calls by name, blocks one by one."""

    netuid = NETUID
    run_id = 0

    def __init__(self, accounts: Sequence[AccountId], **config: Any) -> None:
        self.start(accounts, config)

    def start(self, accounts: Sequence[AccountId], config: dict[str, Any]) -> None:
        """Begin a chain on which these accounts are neurons of the subnet."""
        self.subnets = StubSubnets()
        for uid, who in enumerate(accounts):
            self.subnets.uids[who] = uid
        self.runtime: Runtime = runtime_of(
            Entry(5, "Balances", Balances, lambda rt: balances_pallet.Config(rt.get(System))),
            Entry(100, NAME, Training, lambda rt: self._config(rt, config)),
            balances=dict.fromkeys((OWNER, *accounts), 1000 * TAO),
        )
        self.pallet = self.runtime.get(Training)
        open_block(self.runtime, 1)

    def _config(self, rt: Runtime, config: dict[str, Any]) -> training.Config:
        services: Any = {"system": rt.get(System), "currency": rt.get(Balances)}
        return training.Config(**services, subnets=self.subnets, burn_account=BURN, **config)

    owner = OWNER

    def permit(self, validators: Sequence[AccountId]) -> None:
        """Let these validate."""
        self.subnets.validators = set(validators)

    @property
    def now(self) -> int:
        return self.runtime.get(System).block_number()

    def blocks(self, count: int = 1) -> None:
        for _ in range(count):
            number = self.now + 1
            close_block(self.runtime)
            open_block(self.runtime, number)

    def until(self, done: Callable[[], bool], limit: int = 200) -> None:
        for _ in range(limit):
            if done():
                return
            self.blocks()
        raise AssertionError("it never came to that")

    def call(self, who: AccountId | Origin, name: str, /, **args: Any) -> list[Any]:
        """The events of a call of the pallet, its own and others'."""
        before = len(self.runtime.state.events)
        run(self.runtime, who, NAME, name, **args)
        return [record.event for record in self.runtime.state.events[before:]]

    def refused(self, error: str, who: AccountId | Origin, name: str, /, **args: Any) -> None:
        before = self.runtime.state.changes()
        with pytest.raises(getattr(errors, error)):
            run(self.runtime, who, NAME, name, **args)
        assert self.runtime.state.changes() == before

    def balance(self, who: AccountId) -> int:
        return self.runtime.get(Balances).free_balance(who)

    def pot(self) -> int:
        return self.balance(escrow.escrow_account(self.pallet))

    def books_balance(self) -> None:
        """The account holds just the bonds and deposits, each of them found in storage."""
        pallet = self.pallet
        deposits = [dispute.deposit * (1 if dispute.appellant is None else 2)
                    for dispute in pallet.challenges.values() if dispute is not None]  # fmt: skip
        bonds = [member.bond for member in pallet.members.values() if member is not None]
        runs = [each.bond for each in pallet.runs.values() if each is not None]
        kept = [each.deposit for each in pallet.commitments.values() if each is not None]
        assert self.pot() == pallet.held.get() == sum(bonds + runs + kept + deposits)


@dataclass
class Work:
    """What a worker did in a round, with all trees that its commitment is of."""

    payload: Payload
    update: list[Any]
    error_old: list[Any]
    error_new: list[Any]
    leaves: list[StepLeaf]
    commitment: Commitment
    trees: dict[Tree, list[bytes]] = field(default_factory=dict)


class Lab(TrainingChain):
    """A run with workers and validators that do what they should, unless told otherwise."""

    def __init__(
        self,
        workers: int = 3,
        validators: int = 2,
        *,
        config: dict[str, Any] | None = None,
        shapes: Any = SHAPES,
        k: int = K,
        spare: int = 4,
        **changed: Any,
    ) -> None:
        names = [AccountId(bytes((n + 1,)) * 32) for n in range(workers + validators + spare)]
        super().__init__(names, **(config or {}))
        self.workers = tuple(names[:workers])
        self.validators = tuple(names[workers : workers + validators])
        self.spare = tuple(names[workers + validators :])
        self.secrets = {who: bls.secret_from_seed(who) for who in names}
        self.permit(self.validators)
        self.layout = Layout(shapes, k)
        self.rng = np.random.default_rng(7)
        self.theta = [self._noise(t, ONE) for t in self.layout.tensors]
        self.errors: dict[AccountId, list[Any]] = {}
        self.work: dict[tuple[int, AccountId], Work] = {}
        self.terms = terms_of(self.state_root(self.theta), shapes=shapes, k=k, **changed)
        self.call(self.owner, "create_run", netuid=self.netuid, terms=self.terms)
        for who in self.validators:
            self.join(who, Role.VALIDATOR)
        for who in self.workers:
            self.join(who)
        self.blocks()

    def _noise(self, tensor: Any, spread: int) -> Any:
        shape = (tensor.chunks, tensor.chunk_length)
        return self.rng.normal(0, spread, shape).astype(np.int32)

    # -- reading ----------------------------------------------------------------------------------

    def run(self) -> Run:
        return known(self.pallet.runs[self.run_id])

    @property
    def number(self) -> int:
        return self.run().round

    def round(self, number: int | None = None) -> Round:
        return known(self.pallet.rounds[self.run_id, number or self.number])

    def member(self, who: AccountId) -> Member:
        return known(self.pallet.members[self.run_id, who])

    def challenge(self, number: int = 0) -> Challenge:
        return known(self.pallet.challenges[number])

    def wait_for(self, phase: Phase) -> None:
        self.until(lambda: self.round().phase is phase)

    # -- members ----------------------------------------------------------------------------------

    def join(self, who: AccountId, role: Role = Role.WORKER, bond: int | None = None) -> None:
        least = self.terms.bonds.worker if role is Role.WORKER else self.terms.bonds.validator
        self.call(who, "join", **self.joining(who, role, bond or least))

    def joining(self, who: AccountId, role: Role, bond: int) -> dict[str, Any]:
        secret = self.secrets[who]
        key, proof = bls.public_key(secret), bls.prove_possession(secret, who)
        of_run = {"run": self.run_id, "role": role, "bond": bond, "endpoint": b"http://x"}
        return {**of_run, "key": key, "proof": proof}

    # -- trees ------------------------------------------------------------------------------------

    @staticmethod
    def rows(tensors: Sequence[Any]) -> list[bytes]:
        return [words(row) for tensor in tensors for row in tensor]

    def state_root(self, theta: Sequence[Any]) -> bytes:
        return checks.root(Context(Tree.STATE, self.run_id), theta)

    def train(
        self, who: AccountId, *, place: PayloadId | None = None, spread: int = 1 << 18
    ) -> Work:
        """A worker's round: a random update, compressed as it should be."""
        number = self.number
        place = place or PayloadId(self.run_id, number, who)
        update = [self._noise(t, spread) for t in self.layout.tensors]
        old = self.errors.get(who) or [np.zeros_like(u) for u in update]
        decay = self.terms.codec.decay
        wanted = [fed_back(e, u, decay) for e, u in zip(old, update, strict=True)]
        payload = compress(place, self.layout, wanted)
        new = [a - s for a, s in zip(wanted, payload.values(), strict=True)]
        leaves = self.steps(who)
        work = Work(payload, update, old, new, leaves, None)  # type: ignore[arg-type]
        self.commit_to(work, place)
        self.work[number, who] = work
        return work

    def steps(self, who: AccountId, salt: bytes = b"", since: int = 0) -> list[StepLeaf]:
        """A trace; from the leaf `since` on it depends on the salt."""
        count = proof_checks.leaves_of(self.terms.trace.steps, self.terms.trace.stride)
        seed = bytes((self.number,)) + who

        def leaf(index: int) -> StepLeaf:
            mixed = seed + bytes((index,)) + (salt if index >= since else b"")
            return StepLeaf(
                index, *(_hash(mixed + b"d"), 100 - index), _hash(mixed + b"p"), _hash(mixed + b"o")
            )

        return [leaf(index) for index in range(count)]

    def hashes(self, context: Context, data: Sequence[bytes]) -> list[bytes]:
        return [merkle.leaf(context, index, each) for index, each in enumerate(data)]

    def step_hashes(self, place: PayloadId, leaves: Sequence[StepLeaf]) -> list[bytes]:
        codec = self.runtime.codecs(StepLeaf)
        return self.hashes(place.context(Tree.STEPS), [codec.to_bytes(each) for each in leaves])

    def commit_to(self, work: Work, place: PayloadId) -> None:
        """Build the trees and the commitment of what was done."""
        buffers = Context(Tree.ERROR, place.run, 0, place.worker)
        update = place.context(Tree.UPDATE)
        old, new = work.error_old, work.error_new
        changes, steps = (
            checks.leaves(update, work.update),
            self.step_hashes(place, work.leaves),
        )
        work.trees = {Tree.PAYLOAD: work.payload.leaves(), Tree.UPDATE: changes, Tree.STEPS: steps}
        data = work.payload.encode()
        work.commitment = Commitment(
            state_root=Hash(self.round().state_before),
            payload_hash=Hash(payload_hash(data)),
            payload_root=Hash(work.payload.root()),
            update_root=Hash(merkle.root(update, changes)),
            steps_root=Hash(merkle.root(place.context(Tree.STEPS), steps)),
            error_old=Hash(checks.root(buffers, old)),
            error_new=Hash(checks.root(buffers, new)),
            data_digest=Hash(blake2_256(place.worker)),
            size=len(data),
            tokens=15 * 1024,
            steps=self.terms.trace.steps,
            loss_first=5 * ONE,
            loss_last=4 * ONE,
            device=1,
        )

    # -- acting -----------------------------------------------------------------------------------

    def of_round(self, number: int | None = None) -> dict[str, int]:
        return {"run": self.run_id, "round": number or self.number}

    def commit(self, who: AccountId, work: Work | None = None) -> Work:
        done = work or self.train(who)
        self.call(who, "commit_round", **self.of_round(), commitment=done.commitment)
        return done

    def commit_all(self, *who: AccountId) -> None:
        for each in who or self.workers:
            self.commit(each)
        self.wait_for(Phase.ATTEST)

    def bits(self, chosen: Sequence[AccountId], listed: Sequence[AccountId]) -> bytes:
        number = sum(1 << place for place, who in enumerate(listed) if who in chosen)
        return number.to_bytes((len(listed) + 7) // 8, "little")

    def attestation(
        self,
        available: Sequence[AccountId] | None = None,
        signers: Sequence[AccountId] | None = None,
    ) -> Attestation:
        state = self.round()
        bitmap = self.bits(state.committed if available is None else available, state.committed)
        message = commits.attestation_message(self.pallet, self.run_id, self.number, bitmap)
        signed = state.witnesses if signers is None else signers
        signature = bls.aggregate([bls.sign(self.secrets[who], message) for who in signed])
        return Attestation(bitmap, self.bits(signed, state.witnesses), signature)

    def attest(self, available: Sequence[AccountId] | None = None) -> None:
        found = self.attestation(available)
        self.call(BOB, "attest", **self.of_round(), attestation=found)

    def joined(self) -> tuple[list[Any], list[Any]]:
        """The aggregate and the parameters after the open round."""
        mixing = Mixing(Rule(self.terms.codec.rule.value), self.terms.codec.clip, 0)
        works = [self.work[self.number, who] for who in self.round().contributors]
        joined = []
        for place, tensor in enumerate(self.layout.tensors):
            shares = [Share(w.payload.parts[place], w.commitment.tokens) for w in works]
            joined.append(aggregated(shares, tensor.chunk_length, mixing))
        pairs = zip(self.theta, joined, strict=True)
        return joined, [stepped(t, a, self.terms.codec.alpha) for t, a in pairs]

    def roots(self, joined: Sequence[Any], theta: Sequence[Any]) -> dict[str, Hash]:
        of_round = Context(Tree.AGGREGATE, self.run_id, self.number)
        aggregate = checks.root(of_round, joined)
        return {"aggregate_root": Hash(aggregate), "state_root": Hash(self.state_root(theta))}

    def posters(self) -> list[AccountId]:
        return commits.posters(self.pallet, self.run_id, self.round())

    def post(self, who: AccountId | None = None, **wrong: Hash) -> AccountId:
        """Post the aggregate, as it is or `wrong`, and go on from it if it is right."""
        by = who or self.posters()[0]
        joined, theta = self.joined()
        number = self.number
        said = {**self.roots(joined, theta), **wrong}
        self.call(by, "post_aggregate", **self.of_round(), **said)
        self.before, self.aggregate = self.theta, joined
        for each in self.round(number).contributors:
            self.errors[each] = self.work[number, each].error_new
        if not wrong:
            self.theta = theta
        return by

    def scores(self) -> tuple[Score, ...]:
        return tuple(
            Score(who, ONE // 100 * (place + 1), 1_000 * (place + 1))
            for place, who in enumerate(self.round().contributors)
        )

    def seal(self, who: AccountId, scores: tuple[Score, ...]) -> None:
        sealed = commits.sealed_scores(self.pallet, who, scores, Hash(b"\3" * 32), Hash(who))
        self.call(who, "commit_scores", **self.of_round(), sealed=sealed)

    def reveal(self, who: AccountId, scores: tuple[Score, ...]) -> None:
        told = {"scores": scores, "inputs": Hash(b"\3" * 32), "salt": Hash(who)}
        self.call(who, "reveal_scores", **self.of_round(), **told)

    def score_all(self, scores: tuple[Score, ...] | None = None) -> None:
        said = self.scores() if scores is None else scores
        for who in self.validators:
            self.seal(who, said)
        self.wait_for(Phase.REVEAL)
        number = self.number
        for who in self.validators:
            self.reveal(who, said)
        self.until(lambda: self.round(number).phase is Phase.CHALLENGE)

    def play(self, rounds: int = 1) -> None:
        """Honest rounds, each up to its time for challenges."""
        for _ in range(rounds):
            number = self.number
            self.commit_all()
            self.attest()
            self.post()
            if self.validators:
                self.score_all()
            assert self.round(number).phase is Phase.CHALLENGE

    # -- proofs -----------------------------------------------------------------------------------

    def opening(self, hashes: Sequence[bytes], data: Sequence[bytes], chunk: int) -> Opening:
        return Opening(data[chunk], _path(hashes, chunk))

    def payload_opening(self, number: int, who: AccountId, chunk: int) -> Opening:
        work = self.work[number, who]
        return self.opening(work.trees[Tree.PAYLOAD], list(work.payload.chunk_data()), chunk)

    def payload_proof(self, number: int, who: AccountId, chunk: int) -> PayloadProof:
        return PayloadProof(who, chunk, self.payload_opening(number, who, chunk))

    def compression_proof(self, number: int, who: AccountId, chunk: int) -> CompressionProof:
        work = self.work[number, who]
        buffers = Context(Tree.ERROR, self.run_id, 0, who)

        def of(context: Context, tensors: Sequence[Any]) -> Opening:
            data = self.rows(tensors)
            return self.opening(self.hashes(context, data), data, chunk)

        update = of(Context(Tree.UPDATE, self.run_id, number, who), work.update)
        buffer_proofs = of(buffers, work.error_old), of(buffers, work.error_new)
        return CompressionProof(
            who, chunk, self.payload_opening(number, who, chunk), update, *buffer_proofs
        )

    def aggregate_proof(
        self, number: int, chunk: int, posted: Sequence[Any] | None = None
    ) -> AggregateProof:
        context = Context(Tree.AGGREGATE, self.run_id, number)
        hashes = checks.leaves(context, self.aggregate if posted is None else posted)
        openings = tuple(
            self.payload_opening(number, who, chunk) for who in self.round(number).contributors
        )
        return AggregateProof(chunk, openings, Hash(hashes[chunk]), _path(hashes, chunk))

    def state_proof(
        self, number: int, chunk: int, posted: Sequence[Any] | None = None
    ) -> StateProof:
        states = Context(Tree.STATE, self.run_id)
        before, joined = self.rows(self.before), self.rows(self.aggregate)
        after = self.hashes(states, self.rows(self.theta if posted is None else posted))
        of_round = Context(Tree.AGGREGATE, self.run_id, number)
        return StateProof(
            chunk,
            self.opening(self.hashes(states, before), before, chunk),
            self.opening(self.hashes(of_round, joined), joined, chunk),
            Hash(after[chunk]),
            _path(after, chunk),
        )

    def step_opening(
        self, number: int, who: AccountId, index: int, leaves: Sequence[StepLeaf] | None = None
    ) -> StepOpening:
        found = leaves or self.work[number, who].leaves
        hashes = self.step_hashes(PayloadId(self.run_id, number, who), found)
        return StepOpening(found[index], _path(hashes, index))

    def verdict(
        self, challenge: int, *, guilty: bool, jury: Sequence[AccountId] | None = None
    ) -> Any:
        dispute = self.challenge(challenge)
        signed = dispute.jury if jury is None else jury
        message = signing.verdict_message(dispute.seed or b"", challenge, guilty=guilty)
        signature = bls.aggregate([bls.sign(self.secrets[who], message) for who in signed])
        signers = self.bits(signed, dispute.jury)
        told = {"guilty": guilty, "signers": signers, "signature": signature}
        return self.call(BOB, "verdict", challenge=challenge, **told)


class Beside(Lab):
    """Another run on the chain of a lab, with the same people."""

    def __init__(self, other: Lab, **options: Any) -> None:
        self.other = other
        super().__init__(len(other.workers), len(other.validators), **options)

    def start(self, accounts: Sequence[AccountId], config: dict[str, Any]) -> None:
        self.subnets, self.runtime = self.other.subnets, self.other.runtime
        self.pallet = self.other.pallet
        self.run_id = self.pallet.next_run.get()


def _path(hashes: Sequence[bytes], index: int) -> tuple[Hash, ...]:
    return tuple(Hash(each) for each in merkle.path(hashes, index))


def _hash(data: bytes) -> Hash:
    return Hash(blake2_256(data))


def send(chain: TrainingChain, source: AccountId, dest: AccountId, amount: int) -> None:
    chain.runtime.get(Balances).send(source, dest, amount, Preservation.EXPENDABLE)


def block(number: int) -> BlockNumber:
    return BlockNumber(number)  # type: ignore[arg-type]
