"""Types that only name the composed runtime where Rust code is generic over it."""

from __future__ import annotations

from pysubtensor.frame.codec.struct import Struct


class ChainRuntime(Struct, path="node_subtensor_runtime::Runtime"):
    """The runtime itself, as a generic argument."""
