"""The integer codec of training, which the chain and its workers share.  numpy, no floats.

layout     tensors -> chunks              parts    chunks -> what is sent of them
payload    what travels, and its tree     aggregate  many updates -> one
merkle     roots and proofs               checks   trees and checks of int32 chunks
numbers    fixed point                    packing  small numbers without gaps
"""

from pysubtensor.pallets.training.codec.aggregate import Mixing, Rule, Share, aggregated
from pysubtensor.pallets.training.codec.errors import Malformed
from pysubtensor.pallets.training.codec.layout import CHUNK, Layout, Tensor
from pysubtensor.pallets.training.codec.merkle import Context, Tree
from pysubtensor.pallets.training.codec.numbers import LIMIT, ONE, fed_back, stepped
from pysubtensor.pallets.training.codec.parts import Head, Part, Sparse, Whole
from pysubtensor.pallets.training.codec.payload import (
    Payload,
    Place,
    compress,
    decode,
    payload_hash,
    read_chunk,
    size_of,
)

__all__ = [
    "CHUNK",
    "LIMIT",
    "ONE",
    "Context",
    "Head",
    "Layout",
    "Malformed",
    "Mixing",
    "Part",
    "Payload",
    "Place",
    "Rule",
    "Share",
    "Sparse",
    "Tensor",
    "Tree",
    "Whole",
    "aggregated",
    "compress",
    "decode",
    "fed_back",
    "payload_hash",
    "read_chunk",
    "size_of",
    "stepped",
]
