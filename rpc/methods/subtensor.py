"""delegateInfo_*, neuronInfo_*, subnetInfo_*, stakeInfo_* and swap_*: the chain's own questions.

Each passes its arguments to a runtime API and, unless told, answers with the SCALE of the result as
an array of byte numbers.  All refuse a block that is not there.  Errors: RuntimeFailed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.frame.primitives import U8, U16, U64, Hash
from pysubtensor.rpc.encoding.addresses import Ss58Address
from pysubtensor.rpc.errors import RuntimeFailed
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime
from pysubtensor.rpc.server.namespace import Namespace

delegates: Final = Namespace("delegateInfo")
neurons: Final = Namespace("neuronInfo")
subnets: Final = Namespace("subnetInfo")
stakes: Final = Namespace("stakeInfo")
swaps: Final = Namespace("swap")

NAMESPACES: Final = (delegates, neurons, subnets, stakes, swaps)

_ACCOUNT_BYTES: Final = 32
_SHORT: Final = 'Error { cause: None, desc: "Not enough data to fill buffer" }'


def _ask(node: Node, at: bytes | None, method: str, unable: str, *arguments: bytes) -> bytes:
    try:
        return call_runtime(node.chain, at, method, b"".join(arguments))
    except BlockQueryError as fault:
        raise RuntimeFailed(f"Unable to {unable}: {fault}") from fault


def _value(node: Node, at: bytes | None, method: str, unable: str, *arguments: bytes) -> Any:
    """The result itself."""
    data = _ask(node, at, method, unable, *arguments)
    return node.chain.runtime.methods[method].output.from_bytes(data)


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "little")


def _u64(value: int) -> bytes:
    return value.to_bytes(8, "little")


def _indices(values: Sequence[int]) -> bytes:
    return encode_compact(len(values)) + b"".join(map(_u16, values))


# -- questions of the same shape ------------------------------------------------------------------

Handler = Callable[..., list[int]]


def _of_nothing(method: str, unable: str) -> Handler:
    def handler(node: Node, at: Hash | None = None) -> list[int]:
        """Of the whole chain."""
        return list(_ask(node, at, method, unable))

    return handler


def _of_account(method: str, unable: str) -> Handler:
    def handler(node: Node, account: bytes, at: Hash | None = None) -> list[int]:
        """Of an account, given as bytes; what follows the 32nd is ignored."""
        if len(account) < _ACCOUNT_BYTES:
            raise RuntimeFailed(f"Unable to {unable}: {_SHORT}")
        return list(_ask(node, at, method, unable, account[:_ACCOUNT_BYTES]))

    return handler


def _of_subnet(method: str, unable: str) -> Handler:
    def handler(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
        """Of a subnet."""
        return list(_ask(node, at, method, unable, _u16(netuid)))

    return handler


def _of_neuron(method: str, unable: str) -> Handler:
    def handler(node: Node, netuid: U16, uid: U16, at: Hash | None = None) -> list[int]:
        """Of a neuron."""
        return list(_ask(node, at, method, unable, _u16(netuid), _u16(uid)))

    return handler


def _of_place(method: str, unable: str) -> Handler:
    def handler(node: Node, coldkey: Ss58Address, netuid: U16, at: Hash | None = None) -> list[int]:
        """Of a coldkey, given by its address, on a subnet."""
        return list(_ask(node, at, method, unable, coldkey, _u16(netuid)))

    return handler


def _of_swap(method: str, unable: str) -> Handler:
    def handler(node: Node, netuid: U16, amount: U64, at: Hash | None = None) -> list[int]:
        """Of a swap of `amount` rao."""
        return list(_ask(node, at, method, unable, _u16(netuid), _u64(amount)))

    return handler


_DELEGATES = "get delegates info"
_LITE = "get neurons lite info"
_SUBNET = "get subnet info"
_SUBNETS = "get subnets info"
_DYNAMIC = "get dynamic subnets info"
_ALL = "get metagraps"
"""As the real node spells it."""

_BUY = "simulate tao -> alpha swap"
_SELL = "simulate alpha -> tao swap"

_delegate = "DelegateInfoRuntimeApi_{}".format
_neuron = "NeuronInfoRuntimeApi_{}".format
_subnet = "SubnetInfoRuntimeApi_{}".format
_swap = "SwapRuntimeApi_{}".format

_STATE = "get subnet state info"
_HYPERPARAMS_V2: Final = _subnet("get_subnet_hyperparams_v2")
_LOCK: Final = ("StakeInfoRuntimeApi_get_coldkey_lock", "get coldkey lock")
_AUTO_STAKE: Final = (
    _subnet("get_coldkey_auto_stake_hotkey"),
    "get coldkey auto stake hotkey",
)
_QUESTIONS: Final = {
    _of_nothing: (
        (delegates, "delegateInfo_getDelegates", _delegate("get_delegates"), _DELEGATES),
        (subnets, "subnetInfo_getSubnetsInfo", _subnet("get_subnets_info"), _SUBNETS),
        (subnets, "subnetInfo_getSubnetsInfo_v2", _subnet("get_subnets_info_v2"), _SUBNETS),
        (subnets, "subnetInfo_getAllDynamicInfo", _subnet("get_all_dynamic_info"), _DYNAMIC),
        (subnets, "subnetInfo_getAllMetagraphs", _subnet("get_all_metagraphs"), _ALL),
        (subnets, "subnetInfo_getAllMechagraphs", _subnet("get_all_mechagraphs"), _ALL),
    ),
    _of_account: (
        (delegates, "delegateInfo_getDelegate", _delegate("get_delegate"), _DELEGATES),
        (delegates, "delegateInfo_getDelegated", _delegate("get_delegated"), _DELEGATES),
    ),
    _of_subnet: (
        (neurons, "neuronInfo_getNeurons", _neuron("get_neurons"), "get neurons info"),
        (neurons, "neuronInfo_getNeuronsLite", _neuron("get_neurons_lite"), _LITE),
        (subnets, "subnetInfo_getSubnetInfo", _subnet("get_subnet_info"), _SUBNET),
        (subnets, "subnetInfo_getSubnetInfo_v2", _subnet("get_subnet_info_v2"), _SUBNET),
        (subnets, "subnetInfo_getSubnetHyperparams", _subnet("get_subnet_hyperparams"), _SUBNET),
        (
            subnets,
            "subnetInfo_getSubnetHyperparamsV2",
            _subnet("get_subnet_hyperparams_v2"),
            _SUBNET,
        ),
        (subnets, "subnetInfo_getDynamicInfo", _subnet("get_dynamic_info"), _DYNAMIC),
        (subnets, "subnetInfo_getMetagraph", _subnet("get_metagraph"), _DYNAMIC),
        (
            subnets,
            "subnetInfo_getSubnetState",
            _subnet("get_subnet_state"),
            "get subnet state info",
        ),
    ),
    _of_neuron: (
        (neurons, "neuronInfo_getNeuron", _neuron("get_neuron"), "get neuron info"),
        (neurons, "neuronInfo_getNeuronLite", _neuron("get_neuron_lite"), _LITE),
    ),
    _of_place: (
        (subnets, "subnetInfo_getColdkeyAutoStakeHotkey", *_AUTO_STAKE),
        (
            stakes,
            "stakeInfo_getColdkeyLock",
            "StakeInfoRuntimeApi_get_coldkey_lock",
            "get coldkey lock",
        ),
    ),
    _of_swap: (
        (swaps, "swap_simSwapTaoForAlpha", _swap("sim_swap_tao_for_alpha"), _BUY),
        (swaps, "swap_simSwapAlphaForTao", _swap("sim_swap_alpha_for_tao"), _SELL),
    ),
}
for _shape, _alike in _QUESTIONS.items():
    for _namespace, _name, _method, _unable in _alike:
        _namespace.method(_name)(_shape(_method, _unable))


# -- questions of a shape of their own ------------------------------------------------------------


@subnets.method("subnetInfo_getSubnetAccountId")
def subnet_account_id(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """The account of a subnet."""
    method = "SubnetInfoRuntimeApi_get_subnet_account_id"
    try:
        return list(call_runtime(node.chain, at, method, _u16(netuid)))
    except BlockQueryError as fault:
        raise RuntimeFailed("Subnet does not exist") from fault


@subnets.method("subnetInfo_getMechagraph")
def mechagraph(node: Node, netuid: U16, mecid: U8, at: Hash | None = None) -> list[int]:
    """All of a subnet, seen from a mechanism."""
    method = "SubnetInfoRuntimeApi_get_mechagraph"
    return list(_ask(node, at, method, _DYNAMIC, _u16(netuid), bytes((mecid,))))


@subnets.method("subnetInfo_getSelectiveMetagraph")
def selective_metagraph(
    node: Node, netuid: U16, metagraph_index: list[U16], at: Hash | None = None
) -> list[int]:
    """The fields of a metagraph with these indices."""
    method = "SubnetInfoRuntimeApi_get_selective_metagraph"
    asked = _u16(netuid), _indices(metagraph_index)
    return list(_ask(node, at, method, "get selective metagraph", *asked))


@subnets.method("subnetInfo_getSelectiveMechagraph")
def selective_mechagraph(
    node: Node, netuid: U16, mecid: U8, metagraph_index: list[U16], at: Hash | None = None
) -> list[int]:
    """The same, seen from a mechanism."""
    method = "SubnetInfoRuntimeApi_get_selective_mechagraph"
    asked = _u16(netuid), bytes((mecid,)), _indices(metagraph_index)
    return list(_ask(node, at, method, "get selective metagraph", *asked))


@subnets.method("subnetInfo_getLockCost")
def lock_cost(node: Node, at: Hash | None = None) -> int:
    """Rao that a new subnet costs."""
    method = "SubnetRegistrationRuntimeApi_get_network_registration_cost"
    return int(_value(node, at, method, "get subnet lock cost"))


@subnets.method("subnetInfo_getSubnetToPrune")
def subnet_to_prune(node: Node, at: Hash | None = None) -> int | None:
    """The subnet that would make room for a new one; null when none would."""
    method = "SubnetInfoRuntimeApi_get_subnet_to_prune"
    found: int | None = _value(node, at, method, "get subnet to prune")
    return found


@swaps.method("swap_currentAlphaPrice")
def current_alpha_price(node: Node, netuid: U16, at: Hash | None = None) -> int:
    """Rao of TAO for 10**9 rao of alpha."""
    method = "SwapRuntimeApi_current_alpha_price"
    return int(_value(node, at, method, "get current alpha price", _u16(netuid)))


@swaps.method("swap_currentAlphaPriceAll")
def current_alpha_price_all(node: Node, at: Hash | None = None) -> list[dict[str, int]]:
    """The same of every subnet."""
    method = "SwapRuntimeApi_current_alpha_price_all"
    found = _value(node, at, method, "get all current alpha prices")
    return [{"netuid": each.netuid, "price": each.price} for each in found]
