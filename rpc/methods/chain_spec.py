"""chainSpec_v1_*: name, genesis hash and properties of the chain."""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.methods import system
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("chainSpec_v1")


@rpc.method("chainSpec_v1_chainName")
def chain_name(node: Node) -> str:
    """Name of the chain."""
    return system.chain(node)


@rpc.method("chainSpec_v1_genesisHash")
def genesis_hash(node: Node) -> str:
    """Hash of block 0."""
    return to_hex(node.chain.genesis_hash)


@rpc.method("chainSpec_v1_properties")
def properties(node: Node) -> dict[str, Json]:
    """Address prefix, decimals and token symbol of the chain."""
    return system.properties(node)
