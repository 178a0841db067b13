"""Files of a run: what members start from, the member's own files, and those of others."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training.payload import (
    Context,
    Layout,
    Malformed,
    Payload,
    checks,
    decode,
    payload_hash,
    size_of,
)
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.errors import TrainingError
from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStore, PeerStores
from pysubtensor.training.learning import corpus
from pysubtensor.training.learning.config import RunConfig
from pysubtensor.training.learning.data import Corpus
from pysubtensor.training.learning.inner import read
from pysubtensor.training.learning.model import Gpt

CONFIG_LIMIT: Final = 1 << 16
_KEPT: Final = 256
"""Payloads that are kept in memory."""


class WrongFiles(TrainingError):
    """Files that do not belong to the run as the chain knows it."""


class InitialFiles:
    """What members start from: configuration, text and first parameters."""

    def __init__(self, store: FileStore) -> None:
        """Read configuration and text.  Errors: WrongFiles; FileStoreError."""
        self.store = store
        found = store.read(file_names.CONFIG, CONFIG_LIMIT)
        if found is None:
            raise WrongFiles(f"there is no {file_names.CONFIG} at {store.url}")
        try:
            self.config = RunConfig.from_json(found)
        except ValueError as error:
            raise WrongFiles(str(error)) from error
        self.corpus = Corpus(self._text(), self.config.model.context, self.config.shards)
        if self.corpus.hash != self.config.corpus:
            raise WrongFiles("the text is not that of the configuration")

    def _text(self) -> bytes:
        if self.config.shipped:
            try:
                return corpus.text(self.config.corpus_bytes)
            except ValueError as error:
                raise WrongFiles(str(error)) from error
        found = self.store.read(file_names.CORPUS, self.config.corpus_bytes)
        if found is None:
            raise WrongFiles(f"there is no text at {self.store.url}")
        return found

    def ensure_fits(self, view: ChainView) -> None:
        """Check configuration and text against the terms.  Errors: WrongFiles."""
        if view.terms.config_hash != self.config.hash():
            raise WrongFiles("the configuration is not that of the run")
        if view.terms.data_root != self.corpus.root:
            raise WrongFiles("the text is not that of the run")

    def initial(self, layout: Layout) -> list[Int32]:
        """The first parameters: the published ones, or those of the seed.

        Errors: FileStoreError.
        """
        found = self.store.read(file_names.INITIAL, bytes_of(layout))
        if found is not None:
            return decode_parameters(layout, found)
        return read(Gpt(self.config.model, self.config.seed))


class RunFiles:
    """Reads files of a run from all stores, and writes to the member's own."""

    def __init__(self, own: FileStore, source: InitialFiles) -> None:
        self.own, self.source = own, source
        self.others = PeerStores(own.url)
        self._payloads: OrderedDict[tuple[int, AccountId], Payload] = OrderedDict()
        self._mirrored: set[tuple[int, AccountId]] = set()
        """Those of which the own store has a copy."""

    def payload(self, view: ChainView, number: int, who: AccountId) -> Payload | None:
        """The payload of a worker, if one can be read that fits its commitment."""
        key = (number, who)
        if key not in self._payloads:
            found = self._payload(view, number, who)
            if found is None:
                return None
            self._payloads[key] = found
            while len(self._payloads) > _KEPT:
                oldest, _ = self._payloads.popitem(last=False)
                self._mirrored.discard(oldest)
        return self._payloads[key]

    def _payload(self, view: ChainView, number: int, who: AccountId) -> Payload | None:
        said = view.commitment(number, who)
        if said is None:
            return None
        name, state = file_names.payload(view.id, number, who), view.round(number)
        poster = () if state is None or state.posted is None else (state.posted.by,)
        for data in self.copies(view, name, size_of(view.layout), who, *poster):
            if payload_hash(data) == said.payload_hash:
                try:
                    found = decode(data, view.payload_id(number, who), view.layout)
                except Malformed:
                    return None
                return found if found.root() == said.payload_root else None
        return None

    def fetch(self, view: ChainView, name: str, limit: int, *owners: AccountId) -> bytes | None:
        """A file from the own store, its owners' or a validator's."""
        return next(self.copies(view, name, limit, *owners), None)

    def copies(self, view: ChainView, name: str, limit: int, *owners: AccountId) -> Iterator[bytes]:
        """All copies that can be read; some may be false."""
        found = self.own.get(name, limit)
        if found:
            yield found
        yield from self.others.copies(view.endpoints(*owners), name, limit)

    def chunks(
        self, view: ChainView, name: str, root: bytes, context: Context, owner: AccountId
    ) -> list[Int32] | None:
        """A file of chunks, if one can be read that has this root."""
        limit = 2 * bytes_of(view.layout) + 1024
        for data in self.copies(view, name, limit, owner):
            found = decode_chunks(view.layout, data)
            if found is not None and checks.root(context, found) == root:
                return found
        return None

    def mirror(self, view: ChainView, number: int, payload: Payload) -> None:
        """Keep a copy of a payload for others.  Errors: FileStoreError."""
        key = number, AccountId(payload.place.worker)
        if key not in self._mirrored:
            self.own.put(file_names.payload(view.id, *key), payload.encode())
            self._mirrored.add(key)


# -- parameters and aggregates as files -----------------------------------------------------------


def bytes_of(layout: Layout) -> int:
    """Bytes of the parameters of a model."""
    return 4 * layout.size


def encode_parameters(parameters: Sequence[Int32]) -> bytes:
    """All tensors, int32, little end first."""
    return b"".join(each.astype("<i4").tobytes() for each in parameters)


def decode_parameters(layout: Layout, data: bytes) -> list[Int32]:
    """Decode parameters.  Errors: WrongFiles for another length."""
    if len(data) != bytes_of(layout):
        raise WrongFiles(f"parameters of {len(data)} bytes, not {bytes_of(layout)}")
    words = np.frombuffer(data, "<i4").astype(np.int32)
    ends = np.cumsum([tensor.size for tensor in layout.tensors])[:-1]
    pairs = zip(layout.tensors, np.split(words, ends), strict=True)
    return [values.reshape(tensor.rows, tensor.columns) for tensor, values in pairs]


def encode_chunks(chunks: Sequence[Int32]) -> bytes:
    """Chunks as deflated int32; an aggregate is zero nearly everywhere."""
    return zlib.compress(b"".join(each.astype("<i4").tobytes() for each in chunks), 1)


def decode_chunks(layout: Layout, data: bytes) -> list[Int32] | None:
    """Decode chunks; None for data that does not fit the model."""
    lengths = [tensor.chunks * tensor.chunk_length for tensor in layout.tensors]
    try:
        words = zlib.decompressobj().decompress(data, 4 * sum(lengths) + 1)
    except zlib.error:
        return None
    if len(words) != 4 * sum(lengths):
        return None
    values = np.split(np.frombuffer(words, "<i4").astype(np.int32), np.cumsum(lengths)[:-1])
    pairs = zip(layout.tensors, values, strict=True)
    return [each.reshape(tensor.chunks, tensor.chunk_length) for tensor, each in pairs]
