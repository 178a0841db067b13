"""delegateInfo_*: delegates, the hotkeys that take stake of others.

Structs travel as SCALE: an array of the byte numbers of what the runtime API returns.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.methods.runtime_query import account_bytes, scale_reply
from pysubtensor.rpc.server.namespace import Namespace

rpc: Final = Namespace("delegateInfo")

_UNABLE: Final = "get delegates info"


@rpc.method("delegateInfo_getDelegates")
def get_delegates(node: Node, at: Hash | None = None) -> list[int]:
    """All delegates: `Vec<DelegateInfo>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "DelegateInfoRuntimeApi_get_delegates", _UNABLE)


@rpc.method("delegateInfo_getDelegate")
def get_delegate(node: Node, account: bytes, at: Hash | None = None) -> list[int]:
    """One delegate, or none: `Option<DelegateInfo>`.

    `account`: the hotkey as 32 bytes; what follows them is ignored.
    Errors: RuntimeFailed.
    """
    key = account_bytes(account, _UNABLE)
    return scale_reply(node, at, "DelegateInfoRuntimeApi_get_delegate", _UNABLE, key)


@rpc.method("delegateInfo_getDelegated")
def get_delegated(node: Node, account: bytes, at: Hash | None = None) -> list[int]:
    """What a coldkey has staked with delegates: `Vec<(DelegateInfo, (netuid, alpha))>`.

    `account`: the coldkey as 32 bytes; what follows them is ignored.
    Errors: RuntimeFailed.
    """
    key = account_bytes(account, _UNABLE)
    return scale_reply(node, at, "DelegateInfoRuntimeApi_get_delegated", _UNABLE, key)
