"""For how long a transaction is valid: for ever, or for a period of blocks.

A mortal era is two bytes on the wire, whose lower four bits tell the period and the others the
phase; the first byte of it is never 0, which is the immortal era.  The metadata can only describe
this as an enum of 256 cases.  Source: sp_runtime::generic::era.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from pysubtensor.frame.codec.errors import BadValue, CodecError, EndOfInput
from pysubtensor.frame.codec.records import Case, Field, Variant
from pysubtensor.frame.codec.scale import Codec, Integer
from pysubtensor.frame.primitives import U64_MAX

MIN_PERIOD: Final = 4
MAX_PERIOD: Final = 1 << 16


class BadEra(CodecError):
    """Two bytes whose phase is not within their period."""

    def __init__(self) -> None:
        super().__init__("Invalid period and phase")


@dataclass(frozen=True, slots=True)
class Era:
    """Valid for `period` blocks from one whose number is `phase` modulo `period`; 0: for ever.

    Periods are powers of two from 4 to 65536; phases of long ones are multiples of period / 4096.
    """

    period: int = 0
    phase: int = 0

    @classmethod
    def mortal(cls, period: int, current: int) -> Era:
        """The era of about `period` blocks that begins at block `current`, or shortly before."""
        period = min(max(1 << max(period - 1, 0).bit_length(), MIN_PERIOD), MAX_PERIOD)
        step = max(period >> 12, 1)
        return cls(period, current % period // step * step)

    @property
    def is_immortal(self) -> bool:
        """Whether a transaction of this era never expires."""
        return self.period == 0

    def birth(self, current: int) -> int:
        """First block of the era that block `current` is in; its hash is signed."""
        if self.period == 0:
            return 0
        since = max(current, self.phase) - self.phase
        return since // self.period * self.period + self.phase

    def death(self, current: int) -> int:
        """First block after that era."""
        return U64_MAX if self.period == 0 else self.birth(current) + self.period

    @classmethod
    def wire_codec(cls) -> Codec:
        """How eras travel; the same for every runtime."""
        return _codec()


IMMORTAL: Final = Era()


class EraCodec(Variant):
    """One byte 0, or two bytes."""

    def __init__(self) -> None:
        super().__init__("sp_runtime::generic::era::Era")
        byte = Field(None, Integer(8), "")
        mortal = [Case(n, f"Mortal{n}", (byte,), Era, ("phase",)) for n in range(1, 256)]
        cases = [Case(0, "Immortal", (), Era), *mortal]
        self.fill({case.name: case for case in cases})

    def encode(self, value: Era) -> bytes:
        if value.period == 0:
            return b"\0"
        step = max(value.period >> 12, 1)
        return (value.period.bit_length() - 2 | value.phase // step << 4).to_bytes(2, "little")

    def decode(self, data: bytes, pos: int) -> tuple[Era, int]:
        if pos >= len(data):
            raise EndOfInput
        if data[pos] == 0:
            return IMMORTAL, pos + 1
        if pos + 2 > len(data):
            raise EndOfInput
        return _mortal(data[pos] | data[pos + 1] << 8), pos + 2

    def check(self, value: object) -> None:
        if value.__class__ is not Era:
            raise BadValue(self.name, value)
        if value.period == 0 and value.phase == 0:
            return
        step = max(value.period >> 12, 1)
        in_range = MIN_PERIOD <= value.period <= MAX_PERIOD and 0 <= value.phase < value.period
        if not in_range or value.period & (value.period - 1) or value.phase % step:
            raise BadValue(self.name, value)


@cache
def _codec() -> EraCodec:
    return EraCodec()


@cache
def _mortal(encoded: int) -> Era:
    period = 2 << (encoded & 15)
    phase = (encoded >> 4) * max(period >> 12, 1)
    if period < MIN_PERIOD or phase >= period:
        raise BadEra
    return Era(period, phase)
