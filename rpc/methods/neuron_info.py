"""neuronInfo_*: the neurons of subnets.

Structs travel as SCALE: an array of the byte numbers of what the runtime API returns.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U16, Hash
from pysubtensor.rpc.methods.runtime_query import scale_reply, u16
from pysubtensor.rpc.server.namespace import Namespace

rpc: Final = Namespace("neuronInfo")


@rpc.method("neuronInfo_getNeurons")
def get_neurons(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """All neurons of a subnet, with weights and bonds: `Vec<NeuronInfo>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "NeuronInfoRuntimeApi_get_neurons", "get neurons info", u16(netuid)
    )


@rpc.method("neuronInfo_getNeuron")
def get_neuron(node: Node, netuid: U16, uid: U16, at: Hash | None = None) -> list[int]:
    """One neuron of a subnet, with weights and bonds: `Option<NeuronInfo>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "NeuronInfoRuntimeApi_get_neuron", "get neuron info", u16(netuid), u16(uid)
    )


@rpc.method("neuronInfo_getNeuronsLite")
def get_neurons_lite(node: Node, netuid: U16, at: Hash | None = None) -> list[int]:
    """All neurons of a subnet, without weights and bonds: `Vec<NeuronInfoLite>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node, at, "NeuronInfoRuntimeApi_get_neurons_lite", "get neurons lite info", u16(netuid)
    )


@rpc.method("neuronInfo_getNeuronLite")
def get_neuron_lite(node: Node, netuid: U16, uid: U16, at: Hash | None = None) -> list[int]:
    """One neuron of a subnet, without weights and bonds: `Option<NeuronInfoLite>`.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "NeuronInfoRuntimeApi_get_neuron_lite",
        "get neurons lite info",
        u16(netuid),
        u16(uid),
    )
