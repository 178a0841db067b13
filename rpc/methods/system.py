"""system_*: what this node is, its health, nonces and dry runs.  It has no network."""

from __future__ import annotations

import logging
from typing import Any, Final

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
from pysubtensor.runtime.executive import Executive

rpc = Namespace("system")

NAME: Final = "Subtensor Node"
VERSION: Final = "4.0.0-dev-pysubtensor"
PEER_ID: Final = "12D3KooWBN3k1CyoCDgkM4qbYuShqpUii619DqnyiRNQuPjkc5G7"
"""Of the ed25519 key //One: a valid id for those who parse it; nobody can be reached by it."""
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
    """Name of the node software, as the real one's."""
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
    """Development, Local or Live."""
    text: str = node.spec.chain_type
    return text


@rpc.method("system_properties")
def properties(node: Node) -> dict[str, Json]:
    """Address prefix, decimals and symbol of the chain."""
    return dict(node.spec.properties)


@rpc.method("system_health")
def health(node: Node) -> dict[str, Json]:
    """Always well, and alone."""
    return {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


@rpc.method("system_localPeerId")
def local_peer_id(node: Node) -> str:
    """The id that other nodes would know this one by."""
    return PEER_ID


@rpc.method("system_localListenAddresses")
def local_listen_addresses(node: Node) -> list[str]:
    """None."""
    return []


@rpc.method("system_peers", unsafe=True)
def peers(node: Node) -> list[Json]:
    """None."""
    return []


@rpc.method("system_reservedPeers")
def reserved_peers(node: Node) -> list[str]:
    """None."""
    return []


@rpc.method("system_addReservedPeer", unsafe=True)
def add_reserved_peer(node: Node, peer: str) -> None:
    """Refused.  Errors: MalformedPeer."""
    raise MalformedPeer(f"This node has no network: {peer:.100} cannot be added")


@rpc.method("system_removeReservedPeer", unsafe=True)
def remove_reserved_peer(node: Node, peer: str) -> None:
    """Refused.  Errors: MalformedPeer."""
    raise MalformedPeer(f"This node has no network: {peer:.100} is no peer")


@rpc.method("system_unstable_networkState", unsafe=True)
def network_state(node: Node) -> dict[str, Json]:
    """A network of nobody else."""
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
    """It makes blocks."""
    return ["Authority"]


@rpc.method("system_syncState")
def sync_state(node: Node) -> dict[str, Json]:
    """Heights of the start, of the best block, and of the highest known."""
    best = node.chain.best.number
    return {"startingBlock": 0, "currentBlock": best, "highestBlock": best}


@rpc.method("system_addLogFilter", unsafe=True)
def add_log_filter(node: Node, directives: str) -> None:
    """Set log levels: `target=level` or `level` for all, with commas between them."""
    for directive in directives.split(","):
        target, _, level = directive.strip().rpartition("=")
        number = _LEVELS.get(level.lower())
        if number is not None:
            logger = logging.getLogger(target or None)
            _filtered.setdefault(target, logger.level)
            logger.setLevel(number)


@rpc.method("system_resetLogFilter", unsafe=True)
def reset_log_filter(node: Node) -> None:
    """Undo what system_addLogFilter changed."""
    while _filtered:
        target, level = _filtered.popitem()
        logging.getLogger(target or None).setLevel(level)


@rpc.method("system_accountNextIndex", "account_nextIndex")
def account_next_index(node: Node, account: Ss58Address) -> int:
    """Nonce of the account's next transaction, those in the pool counted."""
    return node.next_index(account)


@rpc.method("system_dryRun", "system_dryRunAt", unsafe=True)
def dry_run(node: Node, extrinsic: bytes, at: Hash | None = None) -> str:
    """SCALE of the result of applying an extrinsic on the state of a block.

    Errors: DecodeFailed; RuntimeFailed for an unknown block, or when no block may hold it.
    """
    try:
        state_at(node.chain, at)
    except BlockQueryError as fault:
        raise RuntimeFailed(f"{DRY_RUN}.", str(fault)) from None
    runtime = node.chain.at(at)
    executive = node.chain.executive if runtime is node.chain.runtime else Executive(runtime)
    try:
        executive.decode(extrinsic)
    except CodecError as error:
        raise DecodeFailed(DRY_RUN, str(error)) from error
    result: Any
    with runtime.state.discarded():
        try:
            failure = executive.apply(extrinsic)
        except TransactionValidityError as refusal:
            result = NotApplied(refusal.wire)
        except Panic as panic:
            raise RuntimeFailed(f"{DRY_RUN}.", str(panic)) from panic
        else:
            result = Applied(OK if failure is None else Err(runtime.dispatch_error(failure)))
    return to_hex(runtime.codecs(ApplyResult).to_bytes(result))
