"""Extrinsics: the signed and bare transactions of a block body.

    length ++ 0x84 ++ address ++ signature ++ extra ++ call      signed, version 4
    length ++ 0x04 ++ call                                       bare, version 4
    length ++ 0x05 ++ call                                       bare, version 5
    length ++ 0x45 ++ extension version ++ extra ++ call         general, version 5

`length` is compact.  The hash of an extrinsic is blake2b-256 over all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, NewType

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.containers import Tuple
from pysubtensor.frame.codec.errors import BadValue, CodecError, EndOfInput, TrailingBytes
from pysubtensor.frame.codec.records import Transparent
from pysubtensor.frame.codec.resolve import Fixed, Resolver
from pysubtensor.frame.codec.scale import Codec, decode_compact, encode_compact
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import MultiAddress
from pysubtensor.frame.primitives import Hash

SIGNED_V4: Final = 0x84
BARE_V4: Final = 0x04
BARE_V5: Final = 0x05
GENERAL_V5: Final = 0x45
EXTENSION_VERSION: Final = 0


UncheckedExtrinsic = NewType("UncheckedExtrinsic", bytes)
"""A whole extrinsic as bytes, its length prefix included: how runtime APIs take and give one."""


class MultiSignature(Variant, path="sp_runtime::MultiSignature"):
    """A signature and its scheme."""


class Ed25519(MultiSignature, index=0, unnamed=True):
    """64 bytes."""

    data: Annotated[bytes, Fixed(64)]


class Sr25519(MultiSignature, index=1, unnamed=True):
    """64 bytes."""

    data: Annotated[bytes, Fixed(64)]


class Ecdsa(MultiSignature, index=2, unnamed=True):
    """65 bytes, recoverable."""

    data: Annotated[bytes, Fixed(65)]


class BadVersion(CodecError):
    """A first byte that no known extrinsic format has."""

    def __init__(self, byte: int) -> None:
        super().__init__(f"Invalid transaction version: {byte}")


class Signature(Struct, path="signature"):
    """The signed part: who, the signature, and each extension's explicit value."""

    address: MultiAddress
    signature: MultiSignature
    extra: tuple[object, ...]


class Extrinsic:
    """A decoded extrinsic.  `signature` is None for bare and general ones."""

    __slots__ = ("call", "data", "extra", "payload", "preamble", "signature")

    def __init__(
        self,
        data: bytes,
        preamble: int,
        signature: Signature | None,
        extra: tuple[object, ...] | None,
        call: Call,
        payload: bytes,
    ) -> None:
        self.data, self.preamble, self.signature = data, preamble, signature
        self.extra, self.call, self.payload = extra, call, payload

    def hash(self) -> Hash:
        """blake2b-256 over the bytes with their length prefix."""
        return Hash(blake2_256(self.data))

    @property
    def is_bare(self) -> bool:
        """Without signature or extensions (inherents, unsigned calls)."""
        return self.preamble in (BARE_V4, BARE_V5)


class UncheckedCodec(Transparent):
    """`UncheckedExtrinsic`.  Metadata shows wrapped bytes; its parameters name what is in them."""

    _SELF_CONTAINED: Final = "fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic"
    _GENERIC: Final = "sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic"

    def __init__(
        self, raw: Codec, address: Codec, call: Codec, signature: Codec, extension: Codec
    ) -> None:
        self.address, self.call, self.signature = address, call, signature
        self.extension = extension
        parts = (("Address", address), ("Call", call), ("Signature", signature))
        generic = Transparent(self._GENERIC, (*parts, ("Extra", extension)), raw, None, "")
        spelling = "generic::UncheckedExtrinsic<Address, Call, Signature, Extension>"
        params = (*parts, ("Extension", extension))
        super().__init__(self._SELF_CONTAINED, params, generic, None, spelling)
        self.encode = _as_it_is  # type: ignore[method-assign,assignment]
        self.decode = _decode_whole  # type: ignore[method-assign]
        self.check = self._check  # type: ignore[method-assign]

    def _check(self, value: object) -> None:
        if not isinstance(value, bytes) or _decode_whole(value, 0)[1] != len(value):
            raise BadValue(self.path, value)


def _as_it_is(value: bytes) -> bytes:
    return value


def _decode_whole(data: bytes, pos: int) -> tuple[bytes, int]:
    size, start = decode_compact(data, pos)
    end = start + size
    if end > len(data):
        raise EndOfInput
    return bytes(data[pos:end]), end


class ExtrinsicCodec:
    """Encodes and decodes extrinsics of one runtime.

    `extras` are the annotations of the extensions' explicit values, `extension` the type that
    they make together in the metadata, a plain tuple unless given.
    """

    def __init__(
        self, codecs: Resolver, extras: Sequence[object], extension: Codec | None = None
    ) -> None:
        self._address = codecs(MultiAddress)
        self._signature = codecs(MultiSignature)
        self._call: Codec = codecs(Call)
        self._extras = tuple(codecs(annotation) for annotation in extras)
        self.unchecked = UncheckedCodec(
            codecs(bytes),
            self._address,
            self._call,
            self._signature,
            extension or Tuple(self._extras),
        )

    def decode(self, data: bytes) -> Extrinsic:
        """Read a whole extrinsic with its length prefix.  Errors: CodecError."""
        size, pos = decode_compact(data, 0)
        if pos + size > len(data):
            raise EndOfInput
        if pos + size < len(data):
            raise TrailingBytes(len(data) - pos - size)
        return self._body(data, pos)

    def _body(self, data: bytes, pos: int) -> Extrinsic:
        if pos >= len(data):
            raise EndOfInput
        preamble = data[pos]
        pos += 1
        signature = extra = None
        start = pos
        if preamble == SIGNED_V4:
            address, pos = self._address.decode(data, pos)
            signed, pos = self._signature.decode(data, pos)
            start = pos
            extra, pos = self.decode_extra(data, pos)
            signature = Signature(address, signed, extra)
        elif preamble == GENERAL_V5:
            pos = self._extension_version(data, pos)
            start = pos
            extra, pos = self.decode_extra(data, pos)
        elif preamble not in (BARE_V4, BARE_V5):
            raise BadVersion(preamble)
        extra_bytes = data[start:pos]
        call, end = self._call.decode(data, pos)
        if end != len(data):
            raise TrailingBytes(len(data) - end)
        return Extrinsic(data, preamble, signature, extra, call, data[pos:end] + extra_bytes)

    @staticmethod
    def _extension_version(data: bytes, pos: int) -> int:
        if pos >= len(data):
            raise EndOfInput
        if data[pos] != EXTENSION_VERSION:
            raise BadVersion(data[pos])
        return pos + 1

    def decode_extra(self, data: bytes, pos: int) -> tuple[tuple[object, ...], int]:
        """The explicit values of all extensions."""
        values = []
        for codec in self._extras:
            value, pos = codec.decode(data, pos)
            values.append(value)
        return tuple(values), pos

    def encode_extra(self, extra: Sequence[object]) -> bytes:
        """The explicit values of all extensions as bytes."""
        return b"".join(
            [codec.to_bytes(value) for codec, value in zip(self._extras, extra, strict=True)]
        )

    def signed(
        self, address: MultiAddress, signature: MultiSignature, extra: bytes, call: bytes
    ) -> bytes:
        """A signed version 4 extrinsic from its parts."""
        return with_length(
            bytes((SIGNED_V4,))
            + self._address.to_bytes(address)
            + self._signature.to_bytes(signature)
            + extra
            + call
        )

    def bare(self, call: Call) -> bytes:
        """A bare version 5 extrinsic, the form of this chain's inherents."""
        return with_length(bytes((BARE_V5,)) + self._call.to_bytes(call))


def with_length(body: bytes) -> bytes:
    """`body` behind its compact length."""
    return encode_compact(len(body)) + body


def signing_payload(call_and_extra: bytes, implicit: bytes) -> bytes:
    """What is signed: call, extra and implicit data; hashed when longer than 256 bytes."""
    payload = call_and_extra + implicit
    return blake2_256(payload) if len(payload) > 256 else payload
