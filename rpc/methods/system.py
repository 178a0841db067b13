"""system_*: the node, its health, nonces and dry runs.  The node has no network."""

from __future__ import annotations

import logging
from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.error import Panic
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.validity import TransactionValidityError
from pysubtensor.rpc.encoding.addresses import Ss58Address
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import DecodeFailed, MalformedPeer, RuntimeFailed
from pysubtensor.rpc.node.blocks import BlockQueryError, state_at
from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.runtime.apis import Applied, ApplyResult, NotApplied

rpc = Namespace("system")

NAME: Final = "Subtensor Node"
VERSION: Final = "4.0.0-dev-pysubtensor"
PEER_ID: Final = "12D3KooWBN3k1CyoCDgkM4qbYuShqpUii619DqnyiRNQuPjkc5G7"
"""The id of the ed25519 key //One: clients can parse it, but no node has it."""
DRY_RUN: Final = "Unable to dry run extrinsic"

_LEVELS: Final = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "off": logging.CRITICAL + 1,
}
_filtered: dict[str, int] = {}
"""Levels before they were changed, by logger."""


@rpc.method("system_name")
def name(node: Node) -> str:
    """Name of the node software, the same as the real node's."""
    return NAME


@rpc.method("system_version")
def version(node: Node) -> str:
    """Version of the node software."""
    return VERSION


@rpc.method("system_chain")
def chain(node: Node) -> str:
    """Name of the chain."""
    text: str = node.spec.name
    return text


@rpc.method("system_chainType")
def chain_type(node: Node) -> str:
    """Type of the chain: "Development", "Local" or "Live"."""
    text: str = node.spec.chain_type
    return text


@rpc.method("system_properties")
def properties(node: Node) -> dict[str, Json]:
    """Address prefix, decimals and token symbol of the chain."""
    return dict(node.spec.properties)


@rpc.method("system_health")
def health(node: Node) -> dict[str, Json]:
    """Health of the node: no peers, and not syncing."""
    return {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


@rpc.method("system_localPeerId")
def local_peer_id(node: Node) -> str:
    """Peer id of the node; the same for all nodes."""
    return PEER_ID


@rpc.method("system_localListenAddresses")
def local_listen_addresses(node: Node) -> list[str]:
    """Addresses that the node listens at for peers: none."""
    return []


@rpc.method("system_peers", unsafe=True)
def peers(node: Node) -> list[Json]:
    """Connected peers: none."""
    return []


@rpc.method("system_reservedPeers")
def reserved_peers(node: Node) -> list[str]:
    """Reserved peers: none."""
    return []


@rpc.method("system_addReservedPeer", unsafe=True)
def add_reserved_peer(node: Node, peer: str) -> None:
    """Not available: the node has no network.  Errors: MalformedPeer, always."""
    raise MalformedPeer(f"This node has no network: {peer:.100} cannot be added")


@rpc.method("system_removeReservedPeer", unsafe=True)
def remove_reserved_peer(node: Node, peer: str) -> None:
    """Not available: the node has no network.  Errors: MalformedPeer, always."""
    raise MalformedPeer(f"This node has no network: {peer:.100} is no peer")


@rpc.method("system_unstable_networkState", unsafe=True)
def network_state(node: Node) -> dict[str, Json]:
    """State of the network: this node alone."""
    return {
        "peerId": PEER_ID,
        "listenedAddresses": [],
        "externalAddresses": [],
        "connectedPeers": {},
        "notConnectedPeers": {},
        "peerset": None,
    }


@rpc.method("system_nodeRoles")
def node_roles(node: Node) -> list[str]:
    """Roles of the node: "Authority", as it makes blocks."""
    return ["Authority"]


@rpc.method("system_syncState")
def sync_state(node: Node) -> dict[str, Json]:
    """Numbers of the first block of this sync, the best block, and the highest known block."""
    best = node.chain.best.number
    return {"startingBlock": 0, "currentBlock": best, "highestBlock": best}


@rpc.method("system_addLogFilter", unsafe=True)
def add_log_filter(node: Node, directives: str) -> None:
    """Set log levels: `target=level`, or `level` for all, separated by commas.

    Levels: trace, debug, info, warn, error, off; others are ignored.
    """
    for directive in directives.split(","):
        target, _, level = directive.strip().rpartition("=")
        number = _LEVELS.get(level.lower())
        if number is not None:
            logger = logging.getLogger(target or None)
            _filtered.setdefault(target, logger.level)
            logger.setLevel(number)


@rpc.method("system_resetLogFilter", unsafe=True)
def reset_log_filter(node: Node) -> None:
    """Restore the log levels from before system_addLogFilter."""
    while _filtered:
        target, level = _filtered.popitem()
        logging.getLogger(target or None).setLevel(level)


@rpc.method("system_accountNextIndex", "account_nextIndex")
def account_next_index(node: Node, account: Ss58Address) -> int:
    """Nonce of the account's next transaction, counting those that are ready in the pool."""
    return node.next_index(account)


@rpc.method("system_dryRun", "system_dryRunAt", unsafe=True)
def dry_run(node: Node, extrinsic: bytes, at: Hash | None = None) -> str:
    """Apply an extrinsic on the state of a block and undo it; the SCALE `ApplyExtrinsicResult`.

    Errors: DecodeFailed; RuntimeFailed for an unknown block, or an extrinsic that would panic.
    """
    try:
        state_at(node.chain, at)
    except BlockQueryError as fault:
        raise RuntimeFailed(f"{DRY_RUN}.", str(fault)) from None
    runtime = node.chain.at(at)
    executive = runtime.executive
    try:
        executive.decode(extrinsic)
    except CodecError as error:
        raise DecodeFailed(DRY_RUN, str(error)) from error
    result: ApplyResult
    with runtime.state.discarded():
        try:
            failure = executive.apply(extrinsic)
        except TransactionValidityError as error:
            result = NotApplied(error.wire)
        except Panic as panic:
            raise RuntimeFailed(f"{DRY_RUN}.", str(panic)) from panic
        else:
            result = Applied(OK if failure is None else Err(runtime.dispatch_error(failure)))
    return to_hex(runtime.codecs(ApplyResult).to_bytes(result))
