"""All namespaces that the node serves."""

from __future__ import annotations

from pysubtensor.rpc.methods import (
    archive,
    author,
    chain,
    chain_head,
    chain_spec,
    childstate,
    delegate_info,
    dev,
    engine,
    neuron_info,
    offchain,
    payment,
    stake_info,
    state,
    subnet_info,
    swap,
    system,
    training,
    transaction,
)
from pysubtensor.rpc.server.namespace import Namespace


def namespaces(*, keeps_all_states: bool = True) -> list[Namespace]:
    """Every namespace; archive_v1 only for a node that keeps all states."""
    served = [
        system.rpc,
        chain.rpc,
        state.rpc,
        childstate.rpc,
        author.rpc,
        offchain.rpc,
        payment.rpc,
        engine.rpc,
        chain_head.rpc,
        chain_spec.rpc,
        transaction.rpc,
        transaction.watch,
        delegate_info.rpc,
        neuron_info.rpc,
        subnet_info.rpc,
        stake_info.rpc,
        swap.rpc,
        training.rpc,
        dev.rpc,
    ]
    return [*served, archive.rpc] if keeps_all_states else served
