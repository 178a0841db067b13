"""Pools keep their weights and fee; swaps say what is paid and move nothing else."""

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT, Side, Trade
from pysubtensor.frame.origin import Nobody, Origin
from pysubtensor.pallets import subtensor
from pysubtensor.pallets.swap import FeeRateSet, Swap, SwapRuntimeApi
from pysubtensor.pallets.swap.maths import errors
from pysubtensor.pallets.swap.maths.trade import LiquidityPool
from pysubtensor.pallets.swap.types import EVEN_WEIGHTS, Balancer, SimSwapResult, SubnetPrice
from tests.catalog import describe, expected, roots, wrong_definitions
from tests.subtensor_chain import subtensor_entries
from tests.support import (
    ALICE,
    TAO,
    catalog,
    events,
    open_block,
    run,
    run_root,
    runtime_of,
    take_events,
)

STABLE, DYNAMIC, ABSENT = 0, 1, 77
TAO_IN, ALPHA_IN = 1_000 * TAO, 4_000 * TAO


def a_runtime():
    return runtime_of(
        *subtensor_entries(), balances={}, apis=lambda rt: (SwapRuntimeApi(rt.get(Swap)),)
    )


@pytest.fixture
def runtime():
    made = a_runtime()
    subnets = made.get(subtensor.SubtensorModule)
    subnets.networks_added[STABLE] = subnets.networks_added[DYNAMIC] = True
    subnets.subnet_mechanism[DYNAMIC] = 1
    subnets.subnet_tao[DYNAMIC], subnets.subnet_alpha_in[DYNAMIC] = TAO_IN, ALPHA_IN
    open_block(made)
    take_events(made)  # the block's own TAO
    return made


@pytest.fixture
def subnets(runtime):
    return runtime.get(subtensor.SubtensorModule)


@pytest.fixture
def pallet(runtime):
    return runtime.get(Swap)


def entries(pallet):
    return {item.wire_name: dict(item.items()) for item in pallet.storage.values()}


NO_ENTRIES = {
    "FeeRate": {},
    "SwapBalancer": {},
    "PalSwapInitialized": {},
    "HasMigrationRun": {},
    "ScrapReservoirAlpha": {},
}


# -- declarations ---------------------------------------------------------------------------------


def test_declared_as_in_the_catalog(runtime):
    assert describe(runtime, "Swap") == expected("Swap")
    assert wrong_definitions(roots(runtime, "Swap")) == {}


def test_api_as_in_the_catalog(runtime):
    (wanted,) = (each for each in catalog()["runtime_apis"] if each["name"] == "SwapRuntimeApi")
    api = SwapRuntimeApi(runtime.get(Swap))
    assert (api.api_name, api.api_version) == (wanted["name"], wanted["version"])
    methods = [
        {
            "name": name,
            "inputs": [{"name": arg, "type": codec.name} for arg, codec in each.inputs],
            "output": each.output.name,
        }
        for name, each in api.methods(runtime.codecs).items()
    ]
    for each in wanted["methods"]:
        del each["source"]
    assert methods == wanted["methods"]
    outputs = [runtime.codecs(each) for each in (SimSwapResult, SubnetPrice)]
    assert wrong_definitions(outputs) == {}


def test_constants_agree_with_the_arithmetic(pallet):
    assert pallet.config.minimum_reserve == 1_000_000
    assert pallet.protocol_account() == b"modlten/swap".ljust(32, b"\0")


def test_a_new_chain_has_no_entries():
    assert entries(a_runtime().get(Swap)) == NO_ENTRIES


# -- calls ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0, 10_000])
def test_root_sets_the_fee(runtime, pallet, rate):
    run_root(runtime, "Swap", "set_fee_rate", netuid=DYNAMIC, rate=rate)
    assert pallet.fee_rate[DYNAMIC] == rate
    assert events(runtime) == [FeeRateSet(DYNAMIC, rate)]
    assert 0 <= 2 * rate - pallet.fee_on(DYNAMIC, 2 * 65_535) <= 1


@pytest.mark.parametrize("rate", [33, 10_001])
def test_refusals_of_a_fee_in_their_order(runtime, pallet, rate):
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "Swap", "set_fee_rate", netuid=ABSENT, rate=rate)
    with pytest.raises(errors.MechanismDoesNotExist):
        run_root(runtime, "Swap", "set_fee_rate", netuid=ABSENT, rate=rate)
    if rate > pallet.config.max_fee_rate:
        with pytest.raises(errors.FeeRateTooHigh):
            run_root(runtime, "Swap", "set_fee_rate", netuid=DYNAMIC, rate=rate)
    assert entries(pallet) == NO_ENTRIES
    assert events(runtime) == []


POSITION = {"hotkey": ALICE, "netuid": DYNAMIC}
DEPRECATED = {
    "add_liquidity": POSITION | {"tick_low": -5, "tick_high": 5, "liquidity": 10},
    "remove_liquidity": POSITION | {"position_id": 1},
    "modify_position": POSITION | {"position_id": 1, "liquidity_delta": -1},
    "toggle_user_liquidity": {"netuid": ABSENT, "enable": True},
    "disable_lp": {},
}


@pytest.mark.parametrize("name", DEPRECATED)
def test_deprecated_calls_refuse_everybody(runtime, name):
    for ask in (lambda **args: run_root(runtime, "Swap", name, **args),
                lambda **args: run(runtime, ALICE, "Swap", name, **args),
                lambda **args: run(runtime, Origin(Nobody()), "Swap", name, **args)):  # fmt: skip
        with pytest.raises(errors.Deprecated):
            ask(**DEPRECATED[name])


def test_weights_of_calls(runtime):
    fee = runtime.dispatch_info(runtime.call("Swap", "set_fee_rate", netuid=1, rate=1))
    assert fee.call_weight.ref_time == 15_063_000 + 25_000_000 + 100_000_000
    assert fee.call_weight.proof_size == 3_994
    for name, args in DEPRECATED.items():
        info = runtime.dispatch_info(runtime.call("Swap", name, **args))
        assert (info.call_weight.ref_time, info.call_weight.proof_size) == (15_000_000, 0)


# -- pools ----------------------------------------------------------------------------------------


def test_prices(pallet, subnets):
    assert pallet.price(DYNAMIC) == U64F64.one // 4
    assert pallet.price(STABLE) == pallet.price(ABSENT) == U64F64.one
    subnets.subnet_alpha_in[DYNAMIC] = 0
    assert pallet.price(DYNAMIC) == 0


def test_a_swap_starts_the_pool_and_moves_no_reserves(pallet, subnets):
    asked = pallet.quote(DYNAMIC, Side.BUY, TAO, HIGHEST_LIMIT)
    assert entries(pallet) == NO_ENTRIES
    done = pallet.swap(DYNAMIC, Side.BUY, TAO, HIGHEST_LIMIT)
    assert done == asked
    assert done.paid_in + done.fee == TAO
    assert done.fee == done.fee_to_author == TAO * 33 // 65_535
    started = {"SwapBalancer": {DYNAMIC: EVEN_WEIGHTS}, "PalSwapInitialized": {DYNAMIC: True}}
    assert entries(pallet) == NO_ENTRIES | started
    assert (subnets.subnet_tao[DYNAMIC], subnets.subnet_alpha_in[DYNAMIC]) == (TAO_IN, ALPHA_IN)


def test_a_swap_without_fee(pallet):
    done = pallet.swap(DYNAMIC, Side.SELL, TAO, LOWEST_LIMIT, drop_fees=True)
    assert (done.paid_in, done.fee) == (TAO, 0)
    assert done.paid_out == pytest.approx(TAO // 4, rel=0.001)


@pytest.mark.parametrize(
    ("side", "amount", "limit", "error"),
    [
        (Side.BUY, 1_001 * TAO_IN, HIGHEST_LIMIT, errors.SwapInputTooLarge),
        (Side.BUY, TAO, TAO // 4, errors.PriceLimitExceeded),
        (Side.SELL, TAO, TAO // 4, errors.PriceLimitExceeded),
        (Side.SELL, 1, LOWEST_LIMIT, errors.ReservesTooLow),
    ],
)
def test_a_refused_swap_leaves_the_pool_as_it_was(pallet, side, amount, limit, error):
    with pytest.raises(error):
        pallet.swap(DYNAMIC, side, amount, limit)
    assert entries(pallet) == NO_ENTRIES


@pytest.mark.parametrize(
    ("least", "side"), [("subnet_tao", Side.SELL), ("subnet_alpha_in", Side.BUY)]
)
def test_what_is_paid_out_must_be_there(pallet, subnets, least, side):
    getattr(subnets, least)[DYNAMIC] = 999_999
    with pytest.raises(errors.ReservesTooLow):
        pallet.swap(DYNAMIC, side, 100, side.loosest_limit)


def test_where_alpha_has_no_price_it_pays_one_for_one(pallet):
    for side in Side:
        assert pallet.simulate(STABLE, side, 5) == Trade(5, 5, 0, 0)
        assert pallet.simulate(ABSENT, side, 5) == Trade(0, 0, 0, 0)
    assert pallet.fee_on(STABLE, TAO) == 0
    assert pallet.alpha_worth(STABLE, 5) == 5


def test_alpha_worth(pallet, subnets):
    assert pallet.alpha_worth(DYNAMIC, 5) == 20
    subnets.subnet_tao[DYNAMIC] = 0
    assert pallet.alpha_worth(DYNAMIC, 5) == 0


def test_a_pool_started_at_a_price_has_it(pallet):
    pallet.start(DYNAMIC, 2 * U64F64.one)
    weight = 10**18 * TAO_IN // (2 * ALPHA_IN + TAO_IN)
    assert pallet.swap_balancer[DYNAMIC] == Balancer(weight)
    assert abs(pallet.price(DYNAMIC) - 2 * U64F64.one) < 2**20
    pallet.start(DYNAMIC, U64F64.one)
    assert pallet.swap_balancer[DYNAMIC] == Balancer(weight)


def test_a_pool_started_without_a_price_is_even(pallet):
    pallet.start(ABSENT)
    assert pallet.swap_balancer[ABSENT] == EVEN_WEIGHTS
    assert pallet.pal_swap_initialized[ABSENT]


@pytest.mark.parametrize(("netuid", "price"), [(DYNAMIC, 1_000), (ABSENT, 1)])
def test_a_price_out_of_range_starts_nothing(pallet, netuid, price):
    pallet.start(netuid, price * U64F64.one)
    assert entries(pallet) == NO_ENTRIES


def test_liquidity_moves_the_weights(pallet, subnets):
    price = pallet.price(DYNAMIC)
    assert pallet.make_room(DYNAMIC, TAO_IN, 0) == (TAO_IN, 0)
    subnets.subnet_tao[DYNAMIC] += TAO_IN
    assert pallet.swap_balancer[DYNAMIC].quote == 2 * 10**18 // 3
    assert abs(pallet.price(DYNAMIC) - price) < 2**20
    assert not pallet.pal_swap_initialized[DYNAMIC]


def test_liquidity_that_takes_weights_out_of_range_is_refused(pallet):
    assert pallet.make_room(DYNAMIC, 100 * TAO_IN, 7) == (0, 0)
    assert entries(pallet) == NO_ENTRIES
    assert pallet.make_room(DYNAMIC, 0, 0) == (0, 0)
    assert pallet.swap_balancer[DYNAMIC] == EVEN_WEIGHTS
    assert DYNAMIC in pallet.swap_balancer


def test_a_cleared_pool_is_forgotten(runtime, pallet, subnets):
    run_root(runtime, "Swap", "set_fee_rate", netuid=DYNAMIC, rate=100)
    pallet.start(DYNAMIC, U64F64.one)
    for netuid in (DYNAMIC, ABSENT):
        pallet.clear(netuid)
    assert entries(pallet) == NO_ENTRIES
    assert pallet.pool(DYNAMIC) == LiquidityPool(0, 0, initialized=False)
    assert dict(subnets.subnet_tao.items()) == dict(subnets.subnet_alpha_in.items()) == {DYNAMIC: 0}


# -- the runtime API ------------------------------------------------------------------------------


def ask(runtime, method, kind, *args):
    data = b"".join(number.to_bytes(size, "little") for number, size in args)
    return runtime.codecs(kind).from_bytes(runtime.methods[f"SwapRuntimeApi_{method}"](data))


def simulated(runtime, netuid, amount, side):
    method = "sim_swap_tao_for_alpha" if side is Side.BUY else "sim_swap_alpha_for_tao"
    return ask(runtime, method, SimSwapResult, (netuid, 2), (amount, 8))


def price_of(runtime, netuid):
    method = runtime.methods["SwapRuntimeApi_current_alpha_price"]
    return int.from_bytes(method(netuid.to_bytes(2, "little")), "little")


def test_api_prices(runtime, subnets):
    assert [price_of(runtime, each) for each in (STABLE, DYNAMIC, ABSENT)] == [TAO, TAO // 4, TAO]
    subnets.subnet_alpha_in[DYNAMIC] = 0
    assert price_of(runtime, DYNAMIC) == 0


def test_api_price_rounds_down(runtime, subnets):
    subnets.subnet_tao[DYNAMIC], subnets.subnet_alpha_in[DYNAMIC] = 2, 3
    assert price_of(runtime, DYNAMIC) == 666_666_666


def test_api_prices_of_all_stand_in_the_order_of_their_keys(runtime, subnets):
    subnets.networks_added[256] = subnets.networks_added[2] = True
    found = ask(runtime, "current_alpha_price_all", tuple[SubnetPrice, ...])
    assert found == (
        SubnetPrice(STABLE, TAO),
        SubnetPrice(256, TAO),
        SubnetPrice(DYNAMIC, TAO // 4),
        SubnetPrice(2, TAO),
    )


def test_api_without_subnets():
    assert a_runtime().methods["SwapRuntimeApi_current_alpha_price_all"](b"") == b"\0"


def test_api_simulates_a_purchase(runtime, pallet):
    found = simulated(runtime, DYNAMIC, 10 * TAO, Side.BUY)
    done = pallet.quote(DYNAMIC, Side.BUY, 10 * TAO, HIGHEST_LIMIT)
    slippage = 40 * TAO - done.paid_out
    assert found == SimSwapResult(done.paid_in, done.paid_out, done.fee, 0, 0, slippage)
    assert found.tao_amount + found.tao_fee == 10 * TAO


def test_api_simulates_a_sale(runtime, pallet):
    found = simulated(runtime, DYNAMIC, 40 * TAO, Side.SELL)
    done = pallet.quote(DYNAMIC, Side.SELL, 40 * TAO, LOWEST_LIMIT)
    slippage = 10 * TAO - done.paid_out
    assert found == SimSwapResult(done.paid_out, done.paid_in, 0, done.fee, slippage, 0)


@pytest.mark.parametrize("side", Side)
def test_api_answers_for_every_subnet(runtime, side, pallet):
    """What a subnet that is not there does not pay counts as slippage at its price of 1."""
    assert simulated(runtime, STABLE, 5, side) == SimSwapResult(5, 5, 0, 0, 0, 0)
    slippage = (0, 5) if side is Side.BUY else (5, 0)
    assert simulated(runtime, ABSENT, 5, side) == SimSwapResult(0, 0, 0, 0, *slippage)
    assert simulated(runtime, ABSENT, 0, side) == SimSwapResult(0, 0, 0, 0, 0, 0)
    assert entries(pallet) == NO_ENTRIES


@pytest.mark.parametrize("side", Side)
def test_api_answers_zeros_when_the_pool_refuses(runtime, side, subnets):
    zeros = SimSwapResult(0, 0, 0, 0, 0, 0)
    assert simulated(runtime, DYNAMIC, 2**64 - 1, side) == zeros
    subnets.subnet_tao[DYNAMIC] = subnets.subnet_alpha_in[DYNAMIC] = 0
    assert simulated(runtime, DYNAMIC, 5, side) == zeros
