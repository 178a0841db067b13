"""Compressed updates in integers, which the chain and its workers share.  numpy, no floats.

layout     tensors -> chunks                 top_k      chunks -> what is sent of them
encoding   what travels, and its tree        aggregate  many updates -> one
merkle     roots and proofs                  checks     trees and checks of int32 chunks
numbers    fixed point                       packing    small numbers without gaps
"""

from pysubtensor.pallets.training.payload.aggregate import Mixing, Rule, Share, aggregated
from pysubtensor.pallets.training.payload.encoding import (
    Payload,
    PayloadId,
    compress,
    decode,
    payload_hash,
    read_chunk,
    size_of,
)
from pysubtensor.pallets.training.payload.errors import Malformed
from pysubtensor.pallets.training.payload.layout import CHUNK, Layout, Tensor
from pysubtensor.pallets.training.payload.merkle import Context, Tree
from pysubtensor.pallets.training.payload.numbers import LIMIT, ONE, fed_back, stepped
from pysubtensor.pallets.training.payload.top_k import DenseTensor, Part, TensorHead, TopKTensor

__all__ = [
    "CHUNK",
    "LIMIT",
    "ONE",
    "Context",
    "DenseTensor",
    "Layout",
    "Malformed",
    "Mixing",
    "Part",
    "Payload",
    "PayloadId",
    "Rule",
    "Share",
    "Tensor",
    "TensorHead",
    "TopKTensor",
    "Tree",
    "aggregated",
    "compress",
    "decode",
    "fed_back",
    "payload_hash",
    "read_chunk",
    "size_of",
    "stepped",
]
