"""Compression and aggregation on the machine that trains, equal bit for bit to the codec in numpy.

base      the interface, and numpy behind it
plain     torch, on any device
resident  on CUDA: what there is to send stays in memory of the device
fused     its kernels, in Triton
"""

from importlib.util import find_spec

import torch

from pysubtensor.training.kernels.base import Chunks, Held, NumpyUpdateCodec, UpdateCodec

__all__ = ["Chunks", "Held", "NumpyUpdateCodec", "UpdateCodec", "update_codec_for"]


def update_codec_for(device: str) -> UpdateCodec:
    """The fastest implementation for a device."""
    if torch.device(device).type != "cuda":
        return NumpyUpdateCodec()
    if find_spec("triton") is None:
        from pysubtensor.training.kernels.plain import TorchUpdateCodec

        return TorchUpdateCodec(device)
    from pysubtensor.training.kernels.resident import FusedUpdateCodec

    return FusedUpdateCodec(device)
