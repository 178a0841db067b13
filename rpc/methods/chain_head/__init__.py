"""chainHead_v1_*: follow the chain, and read the blocks that were reported.

`follow` is one subscription, `pins` the blocks that all subscriptions pin, `methods` the methods.
"""

from pysubtensor.rpc.methods.chain_head.methods import rpc

__all__ = ["rpc"]
