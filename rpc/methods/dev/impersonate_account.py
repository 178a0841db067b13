"""dev_impersonateAccount, dev_stopImpersonatingAccount: transactions without valid signatures."""

from __future__ import annotations

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.methods.dev.shared import Address, rpc


@rpc.method("dev_impersonateAccount", unsafe=True)
def impersonate_account(node: Node, address: Address) -> None:
    """Accept transactions of an account without a valid signature from now on."""
    node.impersonated.add(address)


@rpc.method("dev_stopImpersonatingAccount", unsafe=True)
def stop_impersonating_account(node: Node, address: Address) -> None:
    """Ask for valid signatures of an account again."""
    node.impersonated.discard(address)
