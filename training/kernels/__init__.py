"""Compression and aggregation on the machine that trains, equal bit for bit to the codec in numpy.

base      the interface, and numpy behind it
plain     torch, on any device
resident  on CUDA: what there is to send stays in memory of the device
fused     its kernels, in Triton
"""

from importlib.util import find_spec

import torch

from pysubtensor.training.kernels.base import Chunks, Codec, Held, NumpyCodec

__all__ = ["Chunks", "Codec", "Held", "NumpyCodec", "codec_for"]


def codec_for(device: str) -> Codec:
    """The quickest for a device."""
    if torch.device(device).type != "cuda":
        return NumpyCodec()
    if find_spec("triton") is None:
        from pysubtensor.training.kernels.plain import TorchCodec

        return TorchCodec(device)
    from pysubtensor.training.kernels.resident import FusedCodec

    return FusedCodec(device)
