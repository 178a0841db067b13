"""State that a worker saves on disk, so that it can be killed at any time."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.pallets.training.payload import Layout, Malformed, Payload, PayloadId, decode
from pysubtensor.pallets.training.payload.numbers import Int32, fed_back
from pysubtensor.pallets.training.types import Commitment
from pysubtensor.training.files.member_dir import write_atomic
from pysubtensor.training.files.run_files import WrongFiles
from pysubtensor.training.learning import outer, trace
from pysubtensor.training.learning.trace import RecordedTrace, Snapshot

DAMAGES: Final = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError, Malformed,
)  # fmt: skip
"""What reading a damaged file may end with."""
Arrays = dict[str, NDArray[Any]]
COMMITMENT: Final = Resolver()(Commitment)


@dataclass
class SentRound:
    """Payload, commitment and buffers of a round, until it is final."""

    payload: Payload
    commitment: Commitment
    update: list[Int32]
    """The update, as chunks."""
    before: list[Int32]
    """The error buffer before."""
    revealed: bool = False
    """Whether the payload was published."""
    back: bool = False
    """Whether the update was taken back into the error buffer; it may still be challenged."""

    def due(self, decay: int) -> list[Int32]:
        """Error buffer and update together, before compression."""
        return [fed_back(a, b, decay) for a, b in zip(self.before, self.update, strict=True)]

    def after(self, decay: int) -> list[Int32]:
        """The error buffer after the round."""
        pairs = zip(self.due(decay), self.payload.values(), strict=True)
        return [(due.astype(np.int64) - sent).astype(np.int32) for due, sent in pairs]


@dataclass
class WorkerState:
    """Error buffer, optimiser and rounds that are not final."""

    buffer: list[Int32]
    optimiser: Snapshot | None = None
    sent: dict[int, SentRound] = field(default_factory=dict)

    @classmethod
    def empty(cls, layout: Layout) -> WorkerState:
        """The state of a new worker."""
        return cls(outer.nothing(layout))


class WorkerStateFile:
    """The files of a worker in its member directory, each replaced atomically."""

    def __init__(self, member_dir: Path, layout: Layout) -> None:
        self._member_dir, self._layout = member_dir, layout

    def write(self, work: WorkerState) -> None:
        """Save the state."""
        arrays: Arrays = {"buffer": _joined(work.buffer)}
        if work.optimiser is not None:
            arrays["optimiser"] = np.frombuffer(work.optimiser.encode(), np.uint8)
        arrays["rounds"] = np.array(list(work.sent), np.int64)
        for number, sent in work.sent.items():
            arrays[f"payload-{number}"] = np.frombuffer(sent.payload.encode(), np.uint8)
            said = COMMITMENT.to_bytes(sent.commitment)
            arrays[f"commitment-{number}"] = np.frombuffer(said, np.uint8)
            arrays[f"update-{number}"] = _joined(sent.update)
            arrays[f"before-{number}"] = _joined(sent.before)
            arrays[f"flags-{number}"] = np.array([sent.revealed, sent.back])
        _replace(self._member_dir / "worker.npz", arrays)

    def read(self) -> WorkerState | None:
        """Read what was saved last.  Errors: WrongFiles when it was damaged."""
        path = self._member_dir / "worker.npz"
        if not path.exists():
            return None
        try:
            return self._read(path)
        except DAMAGES as error:
            raise WrongFiles(f"{path} is damaged ({error}); without it one begins anew") from error

    def _read(self, path: Path) -> WorkerState:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            optimiser = None
            if "optimiser" in kept:
                optimiser = Snapshot.decode(kept["optimiser"].tobytes(), self._layout.size)
            sent = {int(number): self._sent(kept, int(number)) for number in kept["rounds"]}
            return WorkerState(self._split(kept["buffer"]), optimiser, sent)

    def _sent(self, kept: Mapping[str, NDArray[Any]], number: int) -> SentRound:
        data = kept[f"payload-{number}"].tobytes()
        place = PayloadId(
            int.from_bytes(data[4:8], "little"), int.from_bytes(data[8:12], "little"), data[12:44]
        )
        flags = (bool(flag) for flag in kept[f"flags-{number}"])
        return SentRound(
            decode(data, place, self._layout),
            COMMITMENT.from_bytes(kept[f"commitment-{number}"].tobytes()),
            self._split(kept[f"update-{number}"]),
            self._split(kept[f"before-{number}"]),
            *flags,
        )

    def _split(self, words: Int32) -> list[Int32]:
        found, at = [], 0
        for tensor in self._layout.tensors:
            size = tensor.chunks * tensor.chunk_length
            found.append(words[at : at + size].reshape(tensor.chunks, tensor.chunk_length))
            at += size
        return found

    # -- traces -------------------------------------------------------------------------------

    def write_trace(self, number: int, done: RecordedTrace) -> None:
        """Save the trace of a round."""
        arrays = {"leaves": np.frombuffer(trace.encode_leaves(done.leaves), np.uint8)}
        for index, snapshot in enumerate(done.snapshots):
            arrays[f"snapshot-{index}"] = np.frombuffer(snapshot.encode(), np.uint8)
        _replace(self._trace(number), arrays)

    def read_trace(self, number: int) -> RecordedTrace | None:
        """Read the trace of a round; None if there is none, or it is damaged."""
        path = self._trace(number)
        if not path.exists():
            return None
        try:
            return self._read_trace(path)
        except DAMAGES:
            return None

    def _read_trace(self, path: Path) -> RecordedTrace | None:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            listed = trace.decode_leaves(kept["leaves"].tobytes())
            encoded = (kept[f"snapshot-{index}"].tobytes() for index in range(len(listed)))
            found = [Snapshot.decode(each, self._layout.size) for each in encoded]
        return RecordedTrace(listed, [each for each in found if each is not None])

    def drop_traces(self, last: int) -> None:
        """Delete traces of rounds up to `last`, which can no longer be audited."""
        for path in self._member_dir.glob("trace-*.npz"):
            if int(path.stem.removeprefix("trace-")) <= last:
                path.unlink()

    def _trace(self, number: int) -> Path:
        return self._member_dir / f"trace-{number}.npz"


def _joined(chunks: Sequence[Int32]) -> Int32:
    return np.concatenate([each.reshape(-1) for each in chunks])


def _replace(path: Path, arrays: Arrays) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    write_atomic(path, buffer.getbuffer())
