"""Export a run as files, and verify such files without the chain.

config.json, initial.parameters     what members start from (the text too, if it is not built in)
run.json                            what the chain says of the run
terms.scale                         what the run is fixed to
rounds/N/round.scale                all that the chain says of a round
rounds/N/ACCOUNT.slp                what its contributors sent
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.crypto import bls
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.primitives import U32, AccountId
from pysubtensor.pallets.training import randomness, signing
from pysubtensor.pallets.training.folding import RoundExport, export
from pysubtensor.pallets.training.payload import Malformed, Payload, PayloadId, decode, payload_hash
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.scoring import attested
from pysubtensor.pallets.training.terms import Terms
from pysubtensor.pallets.training.types import MOST_CHECKPOINTS, Commitment, RoundNumber
from pysubtensor.runtime.chain import Build, make_runtime
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.errors import TrainingError
from pysubtensor.training.files import file_names, file_store
from pysubtensor.training.files.member_dir import write_atomic
from pysubtensor.training.files.run_files import InitialFiles, RunFiles, encode_parameters
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.roles.replica import RunArithmetic


class Mismatch(TrainingError):
    """Exported files that are incomplete or contradict each other."""


class RunRecord(msgspec.Struct):
    """What `run.json` says."""

    run: int
    final_round: int
    final_root: str
    oldest: int
    folded: str
    keys: dict[str, str]
    """BLS keys of members, by account."""


@cache
def _codec(kind: type) -> Codec:
    return make_runtime(Build(), EmptyBacking()).codecs(kind)


# -- writing --------------------------------------------------------------------------------------


class Exporter:
    """Writes the final rounds of a run into a folder; may be called repeatedly."""

    def __init__(self, view: ChainView, library: RunFiles, folder: Path) -> None:
        self.view, self.library, self.folder = view, library, folder
        self._keys: dict[str, str] = {}

    def begin(self) -> None:
        """Write what does not change.

        Errors: FileStoreError; Mismatch for a damaged `run.json`.
        """
        source, layout = self.library.source, self.view.layout
        (self.folder / "rounds").mkdir(parents=True, exist_ok=True)
        (self.folder / file_names.CONFIG).write_bytes(source.config.to_json())
        initial = encode_parameters(source.initial(layout))
        (self.folder / file_names.INITIAL).write_bytes(initial)
        if not source.config.shipped:
            (self.folder / file_names.CORPUS).write_bytes(source.corpus.text)
        (self.folder / "terms.scale").write_bytes(_codec(Terms).to_bytes(self.view.terms))
        known = self.folder / "run.json"
        if known.exists():
            self._keys = _facts(known).keys

    def go_on(self) -> list[int]:
        """Write the rounds that have become final since, and return their numbers."""
        run = self.view.run
        for who, member in self.view.members():
            self._keys[who.hex()] = member.key.hex()
        wanted = range(run.oldest, run.final_round + 1)
        written = [number for number in wanted if not self._round(number).exists()]
        for number in written:
            self._write(number)
        facts = RunRecord(
            run=int(self.view.id),
            final_round=int(run.final_round),
            final_root=run.final_root.hex(),
            oldest=int(run.oldest),
            folded=run.folded.hex(),
            keys=self._keys,
        )
        text = msgspec.json.format(msgspec.json.encode(facts))
        write_atomic(self.folder / "run.json", text)
        return written

    def _round(self, number: int) -> Path:
        return self.folder / "rounds" / str(number) / "round.scale"

    def _write(self, number: int) -> None:
        path = self._round(number)
        path.parent.mkdir(exist_ok=True)
        found = export(self.view.pallet, self.view.id, RoundNumber(U32(number)))
        for who in found.round.contributors:
            payload = self.library.payload(self.view, number, who)
            if payload is not None:
                (path.parent / f"{who.hex()}.slp").write_bytes(payload.encode())
        write_atomic(path, _codec(RoundExport).to_bytes(found))


# -- checking -------------------------------------------------------------------------------------


class Checked(NamedTuple):
    """What a verification checked."""

    rounds: int
    """Rounds that were repeated, void ones among them."""
    payloads: int
    signatures: int
    """Attestations whose signers' keys are all known, and whose signature is good."""
    folded: int
    """Rounds that the chain only keeps one hash of, which was found again."""
    root: str


class Verifier:
    """Repeats an exported run and compares every hash, signature and root."""

    def __init__(self, folder: Path, show: Callable[[str], object] = lambda _: None) -> None:
        """Errors: Mismatch; WrongFiles."""
        self.folder, self.show = folder, show
        self.source = InitialFiles(file_store.FileStore(folder.absolute().as_uri()))
        self.terms: Terms = _decoded(Terms, folder / "terms.scale")
        self.facts = _facts(folder / "run.json")
        self.run = self.facts.run
        self.arithmetic = RunArithmetic(self.run, self.terms)
        self.parameters: list[Int32] = []
        """What the run ended with, once it was checked."""
        self._payloads = self._signatures = 0
        self._checkpoints: dict[bytes, list[Int32]] = {}
        """Parameters of checkpoints that the run may have been rolled back to, by root."""

    def check(self) -> Checked:
        """Repeat all rounds.  Errors: Mismatch."""
        _same("the configuration's hash", self.source.config.hash(), self.terms.config_hash)
        _same("the text's root", self.source.corpus.root, self.terms.data_root)
        parameters = self.source.initial(self.terms.layout)
        root = self.arithmetic.root(parameters)
        _same("the root of the first parameters", root, self.terms.checkpoint_root)
        done, folded, hashes = 0, bytes(32), 0
        for number, found in self._rounds():
            if found.round.void:
                self.show(f"round {number}: void")
            else:
                parameters = self._begin(number, found.round.state_before, parameters, root)
                parameters, root = self._repeat(number, found, parameters)
                self._keep(number, root, parameters)
            done = number
            if number < self.facts.oldest:
                encoded = blake2_256(_codec(RoundExport).to_bytes(found))
                folded, hashes = blake2_256(folded + encoded), hashes + 1
        if done != self.facts.final_round:
            raise Mismatch(f"the rounds end at {done}, not {self.facts.final_round}")
        _same("the final root", root, bytes.fromhex(self.facts.final_root))
        _same("the hash of the folded rounds", folded, bytes.fromhex(self.facts.folded))
        self.parameters = parameters
        return Checked(done, self._payloads, self._signatures, hashes, root.hex())

    def _rounds(self) -> Iterator[tuple[int, RoundExport]]:
        for number in range(1, self.facts.final_round + 1):
            path = self.folder / "rounds" / str(number) / "round.scale"
            if not path.exists():
                raise Mismatch(f"round {number} is missing")
            yield number, _decoded(RoundExport, path)

    def _begin(
        self, number: int, wanted: bytes, parameters: list[Int32], root: bytes
    ) -> list[Int32]:
        """The parameters a round begins with: those of the round before, or a checkpoint's."""
        if wanted in self._checkpoints and wanted != root:
            self.show(f"round {number}: back to {wanted.hex()[:16]}…")
            return self._checkpoints[wanted]
        _same(f"round {number}: the root before", wanted, root)
        return parameters

    def _keep(self, number: int, root: bytes, parameters: list[Int32]) -> None:
        if number % self.terms.checkpoint_every == 0:
            self._checkpoints[root] = parameters
            for old in list(self._checkpoints)[:-MOST_CHECKPOINTS]:
                del self._checkpoints[old]

    def _repeat(
        self, number: int, found: RoundExport, parameters: list[Int32]
    ) -> tuple[list[Int32], bytes]:
        state = found.round
        if state.posted is None:
            raise Mismatch(f"round {number} is not void, and nothing was posted")
        said = dict(
            zip(state.committed, (kept.commitment for kept in found.commitments), strict=True)
        )
        self._check_attestation(number, found)
        payloads = [self._payload(number, who, said[who]) for who in state.contributors]
        for who in state.contributors:
            self._check_data(number, found, who, said[who])
        tokens = [int(said[who].tokens) for who in state.contributors]
        joined = self.arithmetic.outer_step(
            number, parameters, self.arithmetic.aggregate_of(payloads, tokens)
        )
        _same(f"round {number}: the aggregate", joined.aggregate_root, state.posted.aggregate_root)
        _same(f"round {number}: the parameters", joined.state_root, state.posted.state_root)
        self.show(f"round {number}: {len(payloads)} payloads make {joined.state_root.hex()[:16]}…")
        return joined.parameters, joined.state_root

    def _payload(self, number: int, who: AccountId, said: Commitment) -> Payload:
        path = self.folder / "rounds" / str(number) / f"{who.hex()}.slp"
        if not path.exists():
            raise Mismatch(f"round {number}: the payload of {who.hex()} is missing")
        data = path.read_bytes()
        _same(f"round {number}: the hash of a payload", payload_hash(data), said.payload_hash)
        try:
            found = decode(data, PayloadId(self.run, number, who), self.terms.layout)
        except Malformed as error:
            raise Mismatch(f"round {number}: {error}") from error
        _same(f"round {number}: the root of a payload", found.root(), said.payload_root)
        self._payloads += 1
        return found

    def _check_data(
        self, number: int, found: RoundExport, who: AccountId, said: Commitment
    ) -> None:
        seed = randomness.derive_seed(found.round.data_seed, b"samples", who)
        batch = self.source.config.inner.batch
        digest = Assignment(self.source.corpus, seed, batch).digest(0, said.steps)
        _same(f"round {number}: the data of {who.hex()}", digest, said.data_digest)

    def _check_attestation(self, number: int, found: RoundExport) -> None:
        state, attestation = found.round, found.round.attestation
        if attestation is None or state.seed is None:
            raise Mismatch(f"round {number} was not attested")
        if not set(state.contributors) <= set(attested(state)):
            raise Mismatch(f"round {number}: a contributor was not attested")
        signers = signing.selected_accounts(attestation.signers, state.witnesses)
        if 3 * len(signers) <= 2 * len(state.witnesses):
            raise Mismatch(f"round {number}: too few witnesses signed")
        found_keys = (self.facts.keys.get(who.hex()) for who in signers)
        keys = [bytes.fromhex(key) for key in found_keys if key is not None]
        if len(keys) < len(signers):
            return  # one of them was gone before it could be asked for its key
        message = signing.attestation_message(
            state.seed, found.run, found.number, attestation.available,
            signing.payload_hashes(list(found.commitments)),
        )  # fmt: skip
        if not bls.verify_aggregate(keys, message, attestation.signature):
            raise Mismatch(f"round {number}: the witnesses' signature is wrong")
        self._signatures += 1


def _decoded(kind: type, path: Path) -> Any:
    try:
        return _codec(kind).from_bytes(path.read_bytes())
    except (OSError, CodecError) as error:
        raise Mismatch(f"{path} cannot be read: {error}") from error


def _facts(path: Path) -> RunRecord:
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunRecord)
    except (OSError, msgspec.DecodeError) as error:
        raise Mismatch(f"{path} cannot be read: {error}") from error


def _same(what: str, found: bytes, wanted: bytes) -> None:
    if found != wanted:
        raise Mismatch(f"{what} is {found.hex()}, not {wanted.hex()}")
