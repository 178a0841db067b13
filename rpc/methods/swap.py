"""swap_*: prices of alpha, and what a swap would pay.

Structs travel as SCALE: an array of the byte numbers of what the runtime API returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from pysubtensor.consensus.node import Node
from pysubtensor.frame.primitives import U16, U64, Hash
from pysubtensor.pallets.swap.types import SubnetPrice
from pysubtensor.rpc.methods.runtime_query import decoded_reply, scale_reply, u16, u64
from pysubtensor.rpc.server.namespace import Namespace

rpc: Final = Namespace("swap")


@rpc.method("swap_currentAlphaPrice")
def current_alpha_price(node: Node, netuid: U16, at: Hash | None = None) -> int:
    """The price of a subnet's alpha: rao of TAO for 10**9 rao of alpha.

    Errors: RuntimeFailed.
    """
    api = "SwapRuntimeApi_current_alpha_price"
    price = decoded_reply(node, at, api, "get current alpha price", u16(netuid))
    return cast("int", price)


@rpc.method("swap_currentAlphaPriceAll")
def current_alpha_price_all(node: Node, at: Hash | None = None) -> list[dict[str, int]]:
    """The price of the alpha of each subnet: rao of TAO for 10**9 rao of alpha.

    Errors: RuntimeFailed.
    """
    api = "SwapRuntimeApi_current_alpha_price_all"
    found = decoded_reply(node, at, api, "get all current alpha prices")
    prices = cast("Sequence[SubnetPrice]", found)
    return [{"netuid": each.netuid, "price": each.price} for each in prices]


@rpc.method("swap_simSwapTaoForAlpha")
def sim_swap_tao_for_alpha(
    node: Node, netuid: U16, amount: U64, at: Hash | None = None
) -> list[int]:
    """What buying alpha for `amount` rao of TAO would pay: `SimSwapResult`, amounts in rao.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "SwapRuntimeApi_sim_swap_tao_for_alpha",
        "simulate tao -> alpha swap",
        u16(netuid),
        u64(amount),
    )


@rpc.method("swap_simSwapAlphaForTao")
def sim_swap_alpha_for_tao(
    node: Node, netuid: U16, amount: U64, at: Hash | None = None
) -> list[int]:
    """What selling `amount` rao of alpha would pay: `SimSwapResult`, amounts in rao.

    Errors: RuntimeFailed.
    """
    return scale_reply(
        node,
        at,
        "SwapRuntimeApi_sim_swap_alpha_for_tao",
        "simulate alpha -> tao swap",
        u16(netuid),
        u64(amount),
    )
