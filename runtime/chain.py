"""What this chain is: START HERE.

The pallet table with its indices (gaps kept as comments), the order of the transaction
extensions, the runtime APIs and the builds.  Everything that depends on the version of the chain
is here and in `runtime/versions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, cast

import orjson

from pallets import (
    aura,
    balances,
    grandpa,
    multisig,
    preimage,
    randomness_collective_flip,
    safe_mode,
    scheduler,
    sudo,
    system,
    timestamp,
    transaction_payment,
    utility,
)
from runtime.apis import core_apis
from runtime.block.extensions import Extension
from runtime.block.runtime import Entry, Runtime, RuntimeSpec
from runtime.codec.resolve import Fixed, Wire
from runtime.codec.scale import Variant as VariantCodec
from runtime.codec.struct import Variant, rust_enum
from runtime.frame.call import Call
from runtime.frame.money import RuntimeFreezeReason, RuntimeHoldReason
from runtime.frame.origin import RawOrigin
from runtime.frame.view import RuntimeApi
from runtime.frame.weights import Weight, weight
from runtime.primitives import U64, Moment
from runtime.state.live import Backing
from runtime.versions import BLOCK_LENGTH, BLOCK_WEIGHTS, DB_WEIGHT, VERSION

CRATE: Final = "node_subtensor_runtime"


class Constants(StrEnum):
    """Which of the chain's two sets of constants."""

    FAST = "fast"
    """Blocks of 250 ms, as on the real localnet."""
    PROD = "prod"
    """Blocks of 12 s, as on the main network."""


class Variety(StrEnum):
    """With or without what the real chain does not have."""

    EXACT = "exact"
    EXTENDED = "extended"


@dataclass(frozen=True)
class Build:
    """One build of the runtime."""

    constants: Constants = Constants.FAST
    variety: Variety = Variety.EXTENDED

    @property
    def slot_duration(self) -> Moment:
        """Milliseconds of a slot."""
        return Moment(U64(250 if self.constants is Constants.FAST else 12_000))


def code_of(build: Build) -> bytes:
    """What is stored under `:code`: an empty Wasm module that names the build.

    Clients take its hash for the identity of the runtime and its metadata.
    """
    name = orjson.dumps(
        {
            "spec": f"{VERSION.spec_name}-{VERSION.spec_version}",
            "constants": build.constants.value,
            "runtime": build.variety.value,
        }
    )
    section = b"\x0bpysubtensor" + name
    return b"\0asm\1\0\0\0" + b"\0" + _leb128(len(section)) + section


def _leb128(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
