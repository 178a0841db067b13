"""chainHead_v1_*: follow the head of the chain, and read what was reported of it.

`follow` holds one client's subscription, `pins` the blocks that all of them hold, `methods` the
wire methods.
"""

from pysubtensor.rpc.methods.chain_head.methods import rpc

__all__ = ["rpc"]
