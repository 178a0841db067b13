"""stakeInfo_*: stake and locks.

Structs travel as SCALE: an array of the byte numbers of what the runtime API returns.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U16, Hash
from pysubtensor.rpc.encoding.addresses import Ss58Address
from pysubtensor.rpc.methods.runtime_query import scale_reply, u16
from pysubtensor.rpc.server.namespace import Namespace

rpc: Final = Namespace("stakeInfo")


@rpc.method("stakeInfo_getColdkeyLock")
def get_coldkey_lock(
    node: Node, coldkey: Ss58Address, netuid: U16, at: Hash | None = None
) -> list[int]:
    """What a coldkey has locked on a subnet: `Option<LockState>`, amounts in rao of alpha.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "StakeInfoRuntimeApi_get_coldkey_lock", "get coldkey lock", coldkey, u16(netuid)
    )
