"""training_*: runs, their members, rounds and challenges, as JSON by field names.

Each calls TrainingApi; what the chain does not have is null.  Roots, keys and hashes are 0x-hex,
accounts SS58 addresses, numbers beyond 2**53 strings, amounts rao.  `run`, `number` (of a round)
and `challenge` are their numbers, `at` is a block hash, the best block without.
Errors of all: RuntimeFailed, always on a chain without the Training pallet.
"""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U32, Hash
from pysubtensor.rpc.encoding.addresses import Ss58Address
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.rpc.errors import RuntimeFailed
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("training")


def _data(node: Node, at: bytes | None, question: str, arguments: bytes) -> bytes:
    try:
        return call_runtime(node.chain, at, f"TrainingApi_{question}", arguments)
    except BlockQueryError as fault:
        raise RuntimeFailed("Unable to query training.", str(fault)) from fault


def _readable(node: Node, question: str, data: bytes) -> Json:
    codec = node.chain.runtime.methods[f"TrainingApi_{question}"].output
    return to_json(codec, codec.from_bytes(data))


def _ask(node: Node, at: bytes | None, question: str, arguments: bytes = b"") -> Json:
    return _readable(node, question, _data(node, at, question, arguments))


def _u32(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in numbers)


@rpc.method("training_runs")
def runs(node: Node, at: Hash | None = None) -> Json:
    """All runs whose state the chain still stores, with their numbers."""
    return _ask(node, at, "runs")


@rpc.method("training_run")
def run_info(node: Node, run: U32, at: Hash | None = None) -> Json:
    """A run: its terms and state, its workers and validators."""
    return _ask(node, at, "run_info", _u32(run))


@rpc.method("training_ended")
def ended(node: Node, run: U32, at: Hash | None = None) -> Json:
    """Of a run whose state was removed: root of its parameters, and root over all rounds."""
    return _ask(node, at, "ended", _u32(run))


@rpc.method("training_members")
def members(node: Node, run: U32, at: Hash | None = None) -> Json:
    """Members of a run: all accounts with a bond in it."""
    return _ask(node, at, "members", _u32(run))


@rpc.method("training_member")
def member(node: Node, run: U32, who: Ss58Address, at: Hash | None = None) -> Json:
    """A member of a run, given by its SS58 address."""
    return _ask(node, at, "member", _u32(run) + who)


@rpc.method("training_round")
def one_round(node: Node, run: U32, number: U32 | None = None, at: Hash | None = None) -> Json:
    """A round that the chain still stores; without a number the newest."""
    return _ask(node, at, "round", _u32(run, number or 0))


@rpc.method("training_exportRound")
def export_round(node: Node, run: U32, number: U32, at: Hash | None = None) -> Json:
    """All that the chain stores of a round, its SCALE, and the hash that is folded of it."""
    question = "export_round"
    data = _data(node, at, question, _u32(run, number))
    found = _readable(node, question, data)
    if found is None:
        return None
    whole = data[1:]
    return {"export": found, "scale": to_hex(whole), "hash": to_hex(blake2_256(whole))}


@rpc.method("training_checkpoints")
def checkpoints(node: Node, run: U32, at: Hash | None = None) -> Json:
    """Checkpoints of a run and where their parameters can be fetched, the newest last."""
    return _ask(node, at, "checkpoints", _u32(run))


@rpc.method("training_challenges")
def challenges(node: Node, run: U32, at: Hash | None = None) -> Json:
    """Open challenges of a run."""
    return _ask(node, at, "challenges", _u32(run))


@rpc.method("training_challenge")
def challenge(node: Node, challenge: U32, at: Hash | None = None) -> Json:
    """An open challenge, given by its number."""
    return _ask(node, at, "challenge", _u32(challenge))


@rpc.method("training_posters")
def posters(node: Node, run: U32, number: U32, at: Hash | None = None) -> Json:
    """Accounts that may post the aggregate of a round, in their order."""
    return _ask(node, at, "posters", _u32(run, number))


@rpc.method("training_auditors")
def auditors(node: Node, run: U32, number: U32, at: Hash | None = None) -> Json:
    """Audits of a round: the audited workers, and the members that should check their strides."""
    return _ask(node, at, "auditors", _u32(run, number))


@rpc.method("training_attestationMessage")
def attestation_message(
    node: Node,
    run: U32,
    number: U32,
    available: bytes,
    at: Hash | None = None,
) -> Json:
    """The message that witnesses sign to attest the payloads of the bitmap `available`."""
    bitmap = encode_compact(len(available)) + available
    return _ask(node, at, "attestation_message", _u32(run, number) + bitmap)


@rpc.method("training_verdictMessage")
def verdict_message(node: Node, challenge: U32, guilty: bool, at: Hash | None = None) -> Json:
    """The message that a jury signs as its verdict on a challenge."""
    return _ask(node, at, "verdict_message", _u32(challenge) + bytes((guilty,)))


@rpc.method("training_rollbackMessage")
def rollback_message(node: Node, run: U32, number: U32, at: Hash | None = None) -> Json:
    """The message that validators sign to roll back to the checkpoint of a round."""
    return _ask(node, at, "rollback_message", _u32(run, number))


@rpc.method("training_dataSeed")
def data_seed(
    node: Node,
    run: U32,
    number: U32,
    worker: Ss58Address,
    at: Hash | None = None,
) -> Json:
    """The seed that decides which samples a worker trains on in a round."""
    return _ask(node, at, "data_seed", _u32(run, number) + worker)


@rpc.method("training_checkChunk")
def check_chunk(
    node: Node,
    run: U32,
    number: U32,
    proof: bytes,
    at: Hash | None = None,
) -> Json:
    """What the call `prove_chunk` would decide with this proof, given as SCALE bytes."""
    return _ask(node, at, "check_chunk", _u32(run, number) + proof)
