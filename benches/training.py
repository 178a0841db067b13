"""Training on chain: what each call takes with full lists, and signatures beside their reference.

A round has 64 workers and 64 validators, the most there may be; its payloads are those of a small
model (chunks of 4096 with k = 64).  Times are CPU time of the dispatch alone, medians; the weight a
call declares is shown beside them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benches.report import OURS, Bound, Row, main
from pysubtensor.frame.crypto import bls, bls_reference
from pysubtensor.pallets.training.payload import Layout, PayloadId, compress, decode
from pysubtensor.pallets.training.types import Accusation, Ground, Phase
from tests.support import BOB
from tests.training_chain import Lab

WORKERS, VALIDATORS, RUNS = 64, 64, 8
SHAPES = ((256, 256), (1, 64))
REFERENCE = "py-ecc"
BLOCK_MS = 12_000
"""A block of the main network; eight whole rounds take no tenth of it."""


def milliseconds(act: Callable[[], object], times: int = 7) -> float:
    """Median of several runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        act()
        taken.append((time.process_time() - begun) * 1e3)
    return statistics.median(taken)


class Timed(Lab):
    """A lab that notes how long its calls and its blocks take, and what they weigh."""

    taken: dict[str, list[float]]
    weights: dict[str, int]

    def call(self, who: Any, name: str, /, **args: Any) -> list[Any]:
        made = self.runtime.call("Training", name, **args)
        weight = self.runtime.dispatch_info(made).call_weight.ref_time
        self.weights[name] = max(self.weights.get(name, 0), weight)
        with self.noted(name):
            return super().call(who, name, **args)

    def blocks(self, count: int = 1) -> None:
        for _ in range(count):
            with self.noted(f"block, {self.phase}"):
                super().blocks()

    @property
    def phase(self) -> str:
        """The phase of the newest round."""
        run = self.pallet.runs[0]
        state = None if run is None else self.pallet.rounds[0, run.round]
        return "none" if state is None else state.phase.name.lower()

    @contextmanager
    def noted(self, name: str) -> Iterator[None]:
        """Note the time under a name."""
        begun = time.process_time()
        yield
        self.taken.setdefault(name, []).append((time.process_time() - begun) * 1e3)


def played() -> Timed:
    """Two rounds of a full run, with an audit of everybody and a challenge."""
    Timed.taken, Timed.weights = {}, {}
    lab = Timed(
        WORKERS,
        VALIDATORS,
        spare=1,
        shapes=SHAPES,
        k=64,
        max_workers=64,
        max_validators=64,
        contributors=64,
        witnesses=64,
        jury=32,
        audit_rate=65_535,
        train=400,
        challenge=300,
        unbonding=1_000,
    )
    lab.play()
    number = 1
    for audit in lab.round(number).audits:
        who = audit.worker
        leaves = [leaf for stride in audit.strides for leaf in (stride, stride + 1)]
        openings = tuple(lab.step_opening(number, who, leaf) for leaf in leaves)
        lab.call(who, "answer_audit", run=0, round=number, openings=openings)
    accused, accuser = lab.workers[0], lab.validators[0]
    said = Accusation(accused, Ground.TRACE, 0, None)
    lab.call(accuser, "open_challenge", run=0, round=number, accusation=said)
    low, high = (lab.step_opening(number, accused, leaf) for leaf in (0, 1))
    lab.call(accused, "respond", challenge=0, low=low, high=high)
    lab.blocks()
    lab.verdict(0, guilty=False)
    lab.call(accuser, "appeal", challenge=0)
    _prove(lab, number)
    lab.wait_for(Phase.TRAIN)
    return lab


def _prove(lab: Timed, number: int) -> None:
    """Defend a chunk of each kind."""
    worker, poster = lab.workers[1], lab.round(number).posted.by  # type: ignore[union-attr]
    proofs = {
        Ground.PAYLOAD: (worker, lab.payload_proof(number, worker, 0)),
        Ground.COMPRESSION: (worker, lab.compression_proof(number, worker, 0)),
        Ground.AGGREGATE: (poster, lab.aggregate_proof(number, 0)),
        Ground.STATE: (poster, lab.state_proof(number, 0)),
    }
    for ground, (accused, proof) in proofs.items():
        accuser = next(who for who in lab.validators if who != accused)
        said = Accusation(accused, ground, 0, None)
        lab.call(accuser, "open_challenge", run=0, round=number, accusation=said)
        with lab.noted(f"prove_chunk, {ground.name.lower()}"):
            lab.call(BOB, "prove_chunk", run=0, round=number, proof=proof)


def signatures() -> list[Row]:
    """One aggregated attestation of 64 witnesses, fast and by the reference."""
    secrets = [bls.secret_from_seed(bytes((n,))) for n in range(64)]
    keys = [bls.public_key(secret) for secret in secrets]
    signature = bls.aggregate([bls.sign(secret, b"message") for secret in secrets])
    proof = bls.prove_possession(secrets[0], bytes(32))

    def verify(kind: Any, times: int) -> float:
        return milliseconds(lambda: kind.verify_aggregate(keys, b"message", signature), times)

    def possession(kind: Any, times: int) -> float:
        return milliseconds(lambda: kind.verify_possession(keys[0], bytes(32), proof), times)

    return [
        Row(
            "verify an attestation of 64",
            "ms",
            {OURS: verify(bls, 20), REFERENCE: verify(bls_reference, 1)},
            (Bound.at_most(10),),
        ),
        Row(
            "verify a proof of possession",
            "ms",
            {OURS: possession(bls, 20), REFERENCE: possession(bls_reference, 1)},
        ),
    ]


def codec() -> list[Row]:
    """The integer codec on 4 million values."""
    layout = Layout([(2048, 2048)], 64)
    place = PayloadId(0, 1, bytes(32))
    values = np.random.default_rng(1).normal(0, 1 << 20, (2048, 2048)).astype(np.int32)
    chunks = [layout.tensors[0].cut(values)]
    payload = compress(place, layout, chunks)
    data = payload.encode()
    size = values.nbytes / 1e6
    return [
        Row(what, "GB/s", {OURS: size / milliseconds(act, 3)})
        for what, act in (
            ("compress (numpy)", lambda: compress(place, layout, chunks)),
            ("encode", payload.encode),
            ("decode and check", lambda: decode(data, place, layout)),
            ("Merkle root", payload.root),
        )
    ]


async def measure(_: object) -> list[Row]:
    """All figures."""
    lab = played()
    found = []
    for name, taken in sorted(lab.taken.items()):
        figures = {OURS: statistics.median(taken), "slowest": max(taken)}
        if name in lab.weights:
            figures["declared"] = lab.weights[name] / 1e9
        found.append(Row(name, "ms", figures))
    eight = RUNS * sum(sum(taken) for name, taken in lab.taken.items() if name in ONE_ROUND)
    bound = Bound.at_most(BLOCK_MS // 10)
    found.append(Row("8 runs' rounds of 64 workers", "ms", {OURS: eight}, (bound,)))
    return [*found, *signatures(), *codec()]


ONE_ROUND = (
    *("commit_round", "attest", "post_aggregate", "commit_scores", "reveal_scores"),
    *("answer_audit", "block, train", "block, attest", "block, score", "block, reveal"),
)
"""What a round of one run consists of."""


if __name__ == "__main__":
    main(__doc__, "training", measure)
