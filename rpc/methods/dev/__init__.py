"""dev_*: the powers of a development chain.  All unsafe: off where others can connect.

`blocks` makes, takes back and exports blocks, `state` changes and copies storage, `dispatch` runs
calls as anyone; each declares its methods on the namespace of `shared`.
"""

from pysubtensor.rpc.methods.dev import blocks, dispatch, state
from pysubtensor.rpc.methods.dev.shared import rpc

__all__ = ["blocks", "dispatch", "rpc", "state"]
