"""Compression and aggregation on the machine that trains, equal bit for bit to the codec in numpy.

codec     the interface, and numpy behind it
plain     torch, on any device
resident  on CUDA: what there is to send stays in memory of the device
fused     its kernels, in Triton
"""

from pysubtensor.training.kernels.codec import Chunks, Codec, Held, NumpyCodec, codec_for

__all__ = ["Chunks", "Codec", "Held", "NumpyCodec", "codec_for"]
