"""Compression and aggregation on the machine that trains, equal bit for bit to the codec in numpy.

codec    the interface, and numpy behind it
plain    torch, on any device
fused    Triton, on CUDA: one pass over the chunks to choose, one to pack, one to add up
"""

from training.kernels.codec import Codec, NumpyCodec, codec_for

__all__ = ["Codec", "NumpyCodec", "codec_for"]
