"""sr25519 signatures that depend on nothing but key and message.

The binding's signatures draw a random nonce, so the same block sealed twice would have two
hashes.  Here the nonce comes from the key and the message, as in RFC 8032; the result is an
ordinary signature to every verifier.  The transcript is Merlin's over STROBE-128 (schnorrkel's
signing transcript); only the point multiplication is left to the binding.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import sr25519

from pysubtensor.frame.hashing import blake2_256

RATE: Final = 166
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""Of the ristretto255 group."""
_I, _A, _C, _M = 1, 2, 4, 16

_MASK: Final = (1 << 64) - 1
_ROUNDS: Final = (
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
    0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
)  # fmt: skip
_TURNS: Final = (
    (0, 36, 3, 41, 18),
    (1, 44, 10, 45, 2),
    (62, 6, 43, 15, 61),
    (28, 55, 25, 21, 56),
    (27, 20, 39, 8, 14),
)
"""Rotation of lane (x, y)."""
_MOVES: Final = tuple(
    (x + 5 * y, _TURNS[x][y], y + 5 * ((2 * x + 3 * y) % 5)) for x in range(5) for y in range(5)
)
_CHI: Final = tuple((i, i - i % 5 + (i + 1) % 5, i - i % 5 + (i + 2) % 5) for i in range(25))


def keccak_f(state: bytearray) -> bytearray:
    """The Keccak-f[1600] permutation of FIPS 202."""
    lanes = [int.from_bytes(state[i : i + 8], "little") for i in range(0, 200, 8)]
    for constant in _ROUNDS:
        column = [
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        ]
        parity = [
            column[x - 1] ^ ((column[x - 4] << 1 | column[x - 4] >> 63) & _MASK) for x in range(5)
        ]
        moved = [0] * 25
        for source, turn, target in _MOVES:
            lane = lanes[source] ^ parity[source % 5]
            moved[target] = (lane << turn | lane >> (64 - turn)) & _MASK
        lanes = [moved[i] ^ (~moved[j] & moved[k]) for i, j, k in _CHI]
        lanes[0] ^= constant
    return bytearray(b"".join([(lane & _MASK).to_bytes(8, "little") for lane in lanes]))


class Transcript:
    """A Merlin transcript."""

    def __init__(self, label: bytes) -> None:
        start = bytes((1, RATE + 2, 1, 0, 1, 96)) + b"STROBEv1.0.2"
        self._state = keccak_f(bytearray(start.ljust(200, b"\0")))
        self._pos = self._begin = 0
        self._operate(_M | _A, b"Merlin v1.0")
        self.append(b"dom-sep", label)

    def copy(self) -> Transcript:
        """An independent continuation."""
        other = object.__new__(Transcript)
        other._state, other._pos, other._begin = bytearray(self._state), self._pos, self._begin
        return other

    def append(self, label: bytes, message: bytes) -> None:
        """Add a labelled message."""
        self._operate(_M | _A, label + len(message).to_bytes(4, "little"))
        self._operate(_A, message)

    def challenge(self, label: bytes, size: int) -> bytes:
        """Draw `size` <= 166 bytes that depend on everything so far."""
        self._operate(_M | _A, label + size.to_bytes(4, "little"))
        self._operate(_I | _A | _C, b"")
        drawn = bytes(self._state[:size])
        self._state[:size] = bytes(size)
        self._pos = size
        return drawn

    def _operate(self, flags: int, data: bytes) -> None:
        before = self._begin
        self._begin = self._pos + 1
        self._absorb(bytes((before, flags)))
        if flags & _C and self._pos:
            self._permute()
        self._absorb(data)

    def _absorb(self, data: bytes) -> None:
        for byte in data:
            self._state[self._pos] ^= byte
            self._pos += 1
            if self._pos == RATE:
                self._permute()

    def _permute(self) -> None:
        self._state[self._pos] ^= self._begin
        self._state[self._pos + 1] ^= 4
        self._state[RATE + 1] ^= 0x80
        self._state = keccak_f(self._state)
        self._pos = self._begin = 0


@cache
def _signing_context() -> Transcript:
    transcript = Transcript(b"SigningContext")
    transcript.append(b"", b"substrate")
    return transcript


def sign_deterministically(public: bytes, secret: bytes, message: bytes) -> bytes:
    """64 bytes.  `secret` is the binding's 64 byte form: the scalar, then a nonce seed."""
    commitment, nonce = sr25519.pair_from_seed(blake2_256(secret + message))
    transcript = _signing_context().copy()
    transcript.append(b"sign-bytes", message)
    transcript.append(b"proto-name", b"Schnorr-sig")
    transcript.append(b"sign:pk", public)
    transcript.append(b"sign:R", commitment)
    k = int.from_bytes(transcript.challenge(b"sign:c", 64), "little") % ORDER
    s = (k * _scalar(secret) + _scalar(nonce)) % ORDER
    return bytes(commitment) + (s | 1 << 255).to_bytes(32, "little")


def _scalar(secret: bytes) -> int:
    return int.from_bytes(secret[:32], "little")
