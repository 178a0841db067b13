"""subnetInfo_*: subnets, their hyperparameters, metagraphs and costs.

Structs travel as SCALE: an array of the byte numbers of what the runtime API returns.
"""

from __future__ import annotations

from typing import Final, cast

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U8, U16, Hash
from pysubtensor.rpc.encoding.addresses import Ss58Address
from pysubtensor.rpc.errors import RuntimeFailed
from pysubtensor.rpc.methods.runtime_query import decoded_reply, scale_reply, u16, u16_list
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime
from pysubtensor.rpc.server.namespace import Namespace

rpc: Final = Namespace("subnetInfo")

_SUBNET: Final = "get subnet info"
_SUBNETS: Final = "get subnets info"
_DYNAMIC: Final = "get dynamic subnets info"
_METAGRAPHS: Final = "get metagraps"
"""As the real node spells it."""
_SELECTIVE: Final = "get selective metagraph"


@rpc.method("subnetInfo_getSubnetInfo")
def get_subnet_info(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """A subnet: `Option<SubnetInfo>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_subnet_info", _SUBNET, u16(netuid))


@rpc.method("subnetInfo_getSubnetsInfo")
def get_subnets_info(node: Node, at: Hash | None = None) -> list[int]:
    """All subnets: `Vec<Option<SubnetInfo>>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_subnets_info", _SUBNETS)


@rpc.method("subnetInfo_getSubnetInfo_v2")
def get_subnet_info_v2(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """A subnet with its identity: `Option<SubnetInfov2>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_subnet_info_v2", _SUBNET, u16(netuid))


@rpc.method("subnetInfo_getSubnetsInfo_v2")
def get_subnets_info_v2(node: Node, at: Hash | None = None) -> list[int]:
    """All subnets with their identities: `Vec<Option<SubnetInfov2>>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_subnets_info_v2", _SUBNETS)


@rpc.method("subnetInfo_getSubnetHyperparams")
def get_subnet_hyperparams(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """Hyperparameters of a subnet: `Option<SubnetHyperparams>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "SubnetInfoRuntimeApi_get_subnet_hyperparams", _SUBNET, u16(netuid)
    )


@rpc.method("subnetInfo_getSubnetHyperparamsV2")
def get_subnet_hyperparams_v2(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """Hyperparameters of a subnet: `Option<SubnetHyperparamsV2>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "SubnetInfoRuntimeApi_get_subnet_hyperparams_v2", _SUBNET, u16(netuid)
    )


@rpc.method("subnetInfo_getAllDynamicInfo")
def get_all_dynamic_info(node: Node, at: Hash | None = None) -> list[int]:
    """All subnets with their liquidity pools: `Vec<Option<DynamicInfo>>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_all_dynamic_info", _DYNAMIC)


@rpc.method("subnetInfo_getDynamicInfo")
def get_dynamic_info(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """A subnet with its liquidity pool: `Option<DynamicInfo>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_dynamic_info", _DYNAMIC, u16(netuid))


@rpc.method("subnetInfo_getAllMetagraphs")
def get_all_metagraphs(node: Node, at: Hash | None = None) -> list[int]:
    """The metagraphs of all subnets: `Vec<Option<Metagraph>>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_all_metagraphs", _METAGRAPHS)


@rpc.method("subnetInfo_getMetagraph")
def get_metagraph(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """The metagraph of a subnet: `Option<Metagraph>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_metagraph", _DYNAMIC, u16(netuid))


@rpc.method("subnetInfo_getAllMechagraphs")
def get_all_mechagraphs(node: Node, at: Hash | None = None) -> list[int]:
    """The metagraphs of all mechanisms: `Vec<Option<Metagraph>>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(node, at, "SubnetInfoRuntimeApi_get_all_mechagraphs", _METAGRAPHS)


@rpc.method("subnetInfo_getMechagraph")
def get_mechagraph(node: Node, netuid: U16, mecid: U8, at: Hash | None = None) -> list[int]:
    """The metagraph of a mechanism of a subnet: `Option<Metagraph>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "SubnetInfoRuntimeApi_get_mechagraph", _DYNAMIC, u16(netuid), bytes((mecid,))
    )


@rpc.method("subnetInfo_getSelectiveMetagraph")
def get_selective_metagraph(
    node: Node, netuid: U16, metagraph_index: list[U16], at: Hash | None = None
) -> list[int]:
    """The fields of a metagraph with these indices: `Option<SelectiveMetagraph>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "SubnetInfoRuntimeApi_get_selective_metagraph",
        _SELECTIVE,
        u16(netuid),
        u16_list(metagraph_index),
    )


@rpc.method("subnetInfo_getSelectiveMechagraph")
def get_selective_mechagraph(
    node: Node, netuid: U16, mecid: U8, metagraph_index: list[U16], at: Hash | None = None
) -> list[int]:
    """Fields of a mechanism's metagraph, by their indices: `Option<SelectiveMetagraph>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "SubnetInfoRuntimeApi_get_selective_mechagraph",
        _SELECTIVE,
        u16(netuid),
        bytes((mecid,)),
        u16_list(metagraph_index),
    )


@rpc.method("subnetInfo_getSubnetState")
def get_subnet_state(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """The neurons of a subnet, a list for each of their properties: `Option<SubnetState>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "SubnetInfoRuntimeApi_get_subnet_state", "get subnet state info", u16(netuid)
    )


@rpc.method("subnetInfo_getColdkeyAutoStakeHotkey")
def get_coldkey_auto_stake_hotkey(
    node: Node, coldkey: Ss58Address, netuid: U16, at: Hash | None = None
) -> list[int]:
    """The hotkey that a coldkey's mining emission is staked with: `Option<AccountId>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "SubnetInfoRuntimeApi_get_coldkey_auto_stake_hotkey",
        "get coldkey auto stake hotkey",
        coldkey,
        u16(netuid),
    )


@rpc.method("subnetInfo_getSubnetAccountId")
def get_subnet_account_id(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """The account of a subnet: `Option<AccountId>`.

    Errors: RuntimeFailed.
    """
    api = "SubnetInfoRuntimeApi_get_subnet_account_id"
    try:
        return list(call_runtime(node.chain, at, api, u16(netuid)))
    except BlockQueryError as error:
        raise RuntimeFailed("Subnet does not exist") from error


@rpc.method("subnetInfo_getLockCost")
def get_lock_cost(node: Node, at: Hash | None = None) -> int:
    """What a new subnet costs now, in rao.

    Errors: RuntimeFailed.
    """
    api = "SubnetRegistrationRuntimeApi_get_network_registration_cost"
    return cast("int", decoded_reply(node, at, api, "get subnet lock cost"))


@rpc.method("subnetInfo_getSubnetToPrune")
def get_subnet_to_prune(node: Node, at: Hash | None = None) -> int | None:
    """The netuid of the subnet that a new one would replace; null when none would be.

    Errors: RuntimeFailed.
    """
    api = "SubnetInfoRuntimeApi_get_subnet_to_prune"
    return cast("int | None", decoded_reply(node, at, api, "get subnet to prune"))
