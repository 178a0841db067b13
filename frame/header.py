"""Headers, digests and blocks as they travel.

A block's hash is blake2b-256 over the SCALE header: parent hash, compact number, state root,
extrinsics root, digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.codec.containers import Vector
from pysubtensor.frame.codec.records import Composite, Field
from pysubtensor.frame.codec.resolve import COMPACT, Fixed, Named, Resolver
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U32, BlockNumber, Hash

EngineId = Annotated[bytes, Fixed(4), Named("ConsensusEngineId")]
AURA: Final = b"aura"
GRANDPA: Final = b"FRNK"


class DigestItem(Variant, path="sp_runtime::generic::digest::DigestItem"):
    """One log of a header."""


class PreRuntime(DigestItem, index=6, unnamed=True):
    """Written by the author before execution; the runtime may read it."""

    engine: EngineId
    data: bytes


class Consensus(DigestItem, index=4, unnamed=True):
    """Written by the runtime for the consensus engine."""

    engine: EngineId
    data: bytes


class Seal(DigestItem, index=5, unnamed=True):
    """The author's signature over the header without it."""

    engine: EngineId
    data: bytes


class OtherLog(DigestItem, index=0, unnamed=True, rust_name="Other"):
    """Anything else."""

    data: bytes


class RuntimeEnvironmentUpdated(DigestItem, index=8):
    """The code changed in this block."""


class Digest(Struct, path="sp_runtime::generic::digest::Digest"):
    """The logs in order."""

    logs: tuple[DigestItem, ...] = ()


class Header(
    Struct,
    path="sp_runtime::generic::header::Header",
    params={"Number": U32, "Hash": None},
):
    """What identifies a block."""

    parent_hash: Hash
    number: Annotated[BlockNumber, COMPACT]
    state_root: Hash
    extrinsics_root: Hash
    digest: Digest

    def encode(self) -> bytes:
        """SCALE bytes."""
        return HEADER.encode(self)

    def hash(self) -> Hash:
        """Block hash."""
        return Hash(blake2_256(HEADER.encode(self)))

    def without_seal(self) -> tuple[Header, Seal | None]:
        """The header that was signed, and the seal when there is one."""
        logs = self.digest.logs
        if logs and isinstance(logs[-1], Seal):
            return self._with_logs(logs[:-1]), logs[-1]
        return self, None

    def sealed(self, seal: Seal) -> Header:
        """The header with `seal` as its last log."""
        return self._with_logs((*self.digest.logs, seal))

    def _with_logs(self, logs: tuple[DigestItem, ...]) -> Header:
        return Header(
            self.parent_hash, self.number, self.state_root, self.extrinsics_root, Digest(logs)
        )

    @staticmethod
    def decode(data: bytes) -> Header:
        """Errors: CodecError."""
        header: Header = HEADER.from_bytes(data)
        return header


HEADER: Final[Codec] = Resolver()(Header)


@dataclass(frozen=True, slots=True)
class Block:
    """A header and the extrinsics it commits to, each with its length prefix."""

    header: Header
    extrinsics: tuple[bytes, ...]


def block_codec(extrinsic: Codec) -> Codec:
    """The type of blocks whose extrinsics are of type `extrinsic`."""
    params = (("Header", HEADER), ("Extrinsic", extrinsic))
    codec = Composite("sp_runtime::generic::block::Block", params, Block, ("header", "extrinsics"))
    body = Vector(extrinsic)
    codec.fill((Field("header", HEADER, "Header"), Field("extrinsics", body, "Vec<Extrinsic>")))
    return codec
