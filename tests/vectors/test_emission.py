"""A block's emission, from issuance to hotkeys, comes out as the chain's."""

import pytest

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor import issuance, proportions
from pysubtensor.pallets.subtensor.coinbase import (
    apply,
    block_step,
    compute,
    dividends,
    drain,
    flow,
    gather,
    moving_prices,
    root_proportion,
    run_coinbase,
    shares,
)
from pysubtensor.pallets.subtensor.coinbase.root_proportion import root_sell_flag
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import subnet_emission
from pysubtensor.pallets.subtensor.pools import moving_price, stake_weight
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.swap import Swap
from pysubtensor.pallets.swap.maths import trade
from pysubtensor.pallets.swap.maths.trade import LiquidityPool
from pysubtensor.pallets.swap.types import Balancer
from tests.subtensor_chain import Chain
from tests.support import fund
from tests.vectors.records import plain, records


def bits(numbers):
    return [str(number) for number in numbers]


SECTIONS = {
    "core",
    "block_emission",
    "coinbase_scenarios",
    "dividend_distribution",
    "moving_price",
    "parent_child",
    "shares",
    "shares_flow",
    "subnet_terms",
}


def test_every_section_is_read():
    assert set(records("emission")) == SECTIONS


def test_block_emission():
    record = records("emission")["block_emission"]
    for issued, minted, is_error in record["cases"]:
        assert (issuance.block_emission(issued), is_error) == (minted, False)
    for first, before, after in record["transitions"]:
        assert issuance.block_emission(first - 1) == before
        assert issuance.block_emission(first) == after


def test_moving_price():
    for case in records("emission")["moving_price"]:
        pool = LiquidityPool(
            case["alpha_reserve"],
            case["tao_reserve"],
            case["quote_weight"],
            mechanism=case["mechanism"],
        )
        before = int(case["moving_price_before_bits"])
        average = moving_price.from_stored(before, dynamic=case["mechanism"] == trade.DYNAMIC)
        age = moving_prices.blocks_since_start(
            case["current_block"], case["first_emission_block"] or 0
        )
        after = moving_prices.next_moving_price(
            average, pool.price, int(case["subnet_moving_alpha_bits"]), age, case["halving_blocks"]
        )
        found = {
            "price_bits": str(pool.price),
            "get_moving_alpha_price_before_bits": str(average),
            "moving_price_after_bits": str(after),
        }
        assert found == plain(case["out"]), case


def test_shares():
    for case in records("emission")["shares"]:
        subnets = case["subnets"]
        averages = [
            moving_price.from_stored(int(s["moving_price_bits"]), dynamic=s["mechanism"] == 1)
            for s in subnets
        ]
        found = shares.shares(averages, [int(s["miner_burned_bits"]) for s in subnets])
        emission = U96F32.to_uint(int(case["block_emission_bits"]))
        assert U96F32.from_int(emission) == int(case["block_emission_bits"])
        per_subnet = shares.subnet_block_emissions(
            found, [s["emission_enabled"] for s in subnets], emission
        )
        out = case["out"]
        assert bits(shares.price_shares(averages)) == out["price_shares_bits"], case
        assert bits(found) == out["shares_bits"], case
        assert bits(per_subnet) == out["emission_bits"], case
        assert root_sell_flag(averages) == out["root_sell_flag"], case


CHAIN = Chain()
"""Left as it is: each case is taken back."""


@pytest.fixture
def chain():
    with CHAIN.runtime.state.discarded():
        yield CHAIN


class Network:
    """The recorded subnets."""

    def __init__(self, record, subnets):
        self.runtime, self.sub = CHAIN.runtime, CHAIN.sub
        self.netuids = [subnet.get("netuid", 1) for subnet in subnets]
        self.swap = self.runtime.get(Swap)
        sub = self.sub
        sub.tao_weight.put(record["tao_weight"])
        sub.subnet_owner_cut.put(record["owner_cut"])
        sub.subnet_tao[0] = record["root_tao"]
        for netuid, subnet in zip(self.netuids, subnets, strict=True):
            self.add(netuid, subnet)

    def add(self, netuid, record):
        sub = self.sub
        sub.networks_added[netuid] = True
        sub.subnet_mechanism[netuid] = trade.DYNAMIC
        sub.subnet_tao[netuid] = record["tao" if "tao" in record else "tao_reserve"]
        sub.subnet_alpha_in[netuid] = record["alpha_in" if "tao" in record else "alpha_reserve"]
        sub.subnet_alpha_out[netuid] = record["alpha_out"]
        sub.owner_cut_enabled[netuid] = record["owner_cut_enabled"]
        self.swap.swap_balancer[netuid] = Balancer(record["quote_weight"])
        self.swap.pal_swap_initialized[netuid] = True
        fund(self.runtime, registry.account_of_subnet(sub, netuid), 10**9)

    def shown(self, netuid):
        """What a block left of a subnet, as recorded."""
        sub = self.sub
        return {
            "alpha_in": sub.subnet_alpha_in[netuid],
            "alpha_out": sub.subnet_alpha_out[netuid],
            "subnet_tao": sub.subnet_tao[netuid],
            "volume": str(sub.subnet_volume[netuid]),
            "alpha_in_emission": sub.subnet_alpha_in_emission[netuid],
            "alpha_out_emission": sub.subnet_alpha_out_emission[netuid],
            "tao_in_emission": sub.subnet_tao_in_emission[netuid],
            "excess_tao": sub.subnet_excess_tao[netuid],
            "quote_weight": self.swap.swap_balancer[netuid].quote,
            "price_bits": str(self.swap.price(netuid)),
            "pending_owner_cut": sub.pending_owner_cut[netuid],
            "pending_server": sub.pending_server_emission[netuid],
            "pending_validator": sub.pending_validator_emission[netuid],
            "pending_root_alpha": sub.pending_root_alpha_divs[netuid],
            "recycled_alpha": self.runtime.get(AlphaAssets).alpha_recycled[netuid],
            "protocol_flow": sub.subnet_protocol_flow[netuid],
            "protocol_alpha": sub.subnet_protocol_alpha[netuid],
            "moving_price_bits": str(sub.subnet_moving_price[netuid]),
            "root_prop_bits": str(sub.root_prop[netuid]),
        }


@pytest.mark.parametrize("number", range(len(records("emission")["subnet_terms"])))
def test_subnet_terms(chain, number):
    case = records("emission")["subnet_terms"][number]
    network = Network(case, [case])
    sub, root_stake = network.sub, gather.root_stake(network.sub)
    (row,) = rows = gather.subnet_rows(sub, [1])
    proportion = root_proportion.root_proportion(root_stake, row.alpha_issuance)
    alpha = issuance.block_emission(row.alpha_issuance)
    found = subnet_emission(int(case["tao_emission_bits"]), row.price, proportion, alpha)
    out = case["out"]
    assert str(proportion) == out["root_proportion_bits"], case
    for name, value in found._asdict().items():
        assert str(value) == out[f"{name}_bits"], case
    apply.inject(sub, 1, found, 10**9)
    sells = case["root_sell_flag"]
    run_coinbase.create_alpha_out(sub, rows, [found], root_stake, root_sell_flag=sells)
    assert network.shown(1) == plain(out["after"]), case


def stake_of(hotkey):
    return stake_weight.StakePair(hotkey["alpha"], hotkey["root"])


def test_dividends_are_divided():
    for case in records("emission")["dividend_distribution"]:
        hotkeys = case["hotkeys"]
        found = dividends.split_dividends(
            case["pending_alpha"],
            case["pending_root_alpha"],
            int(case["tao_weight_bits"]),
            {
                h["hotkey"]: stake_weight.StakePair(h["alpha"], h["root"])
                for h in hotkeys
                if h["in_stake_map"]
            },
            {h["hotkey"]: int(h["dividend_bits"]) for h in hotkeys},
        )
        out = case["out"]
        assert [[k, str(v)] for k, v in found.alpha.items()] == out["alpha_dividends_bits"], case
        assert [[k, str(v)] for k, v in found.root.items()] == out["root_alpha_dividends_bits"]


class Family:
    """Hotkeys of one subnet with the edges between parents and children."""

    def __init__(self, case):
        self.hotkeys = {h["hotkey"]: h for h in case["hotkeys"]}
        self.edges = case["edges_parent_child_proportion"]
        self.least_take = case["min_childkey_take"]
        self.rates = dividends.NetworkRates(
            proportions.proportion_u64(case["tao_weight"]),
            proportions.proportion_u64(case["ck_burn"]),
        )

    def stake(self, key):
        return stake_of(self.hotkeys[key])

    def lent(self, key):
        return [part for parent, _, part in self.edges if parent == key]

    def parents(self, key):
        return [
            dividends.Parent(parent, self.hotkeys[parent]["owner"], part, self.stake(parent))
            for parent, child, part in self.edges
            if child == key
        ]

    def self_contribution(self, key):
        return dividends.self_contribution(self.stake(key), self.lent(key), self.rates.tao_weight)

    def inherited(self, key):
        parents = self.parents(key)
        return stake_weight.StakePair(
            *(
                stake_weight.inherited(
                    own, self.lent(key), [(p.proportion, p.stake[kind]) for p in parents]
                )
                for kind, own in enumerate(self.stake(key))
            )
        )

    def share(self, key, earned):
        hotkey = self.hotkeys[key]
        take = max(hotkey["childkey_take"], self.least_take)
        child = dividends.Child(key, hotkey["owner"], take)
        own = self.self_contribution(key)
        return dividends.split_with_parents(earned, child, own, self.parents(key), self.rates)


def test_parents_and_children():
    for case in records("emission")["parent_child"]:
        family, out = Family(case), case["out"]
        for expected in out["inherited"]:
            key = expected["hotkey"]
            stake = family.inherited(key)
            assert stake == (expected["inherited_alpha"], expected["inherited_tao"]), case
            assert family.self_contribution(key) == expected["self_contribution"], case
            weight = stake_weight.stake_weight(stake, family.rates.tao_weight)
            assert str(weight) == expected["total_stake_bits"], case
        emission = case["hotkey_emission"]
        shared = [family.share(key, dividend) for key, _, dividend in emission]
        paid = [[list(pair) for pair in each.paid] for each in shared]
        found = [[key, pairs] for (key, _, _), pairs in zip(emission, paid, strict=True)]
        assert found == out["parent_child_distribution"], case
        assert sum(sum(s.burnt) for s in shared) == out["recycled_alpha"], case
        totals = dividends.total_dividends(shared)
        assert [[k, str(totals[k])] for k in sorted(totals)] == out["dividends_bits"], case
        incentives = dividends.total_incentives((key, server) for key, server, _ in emission)
        assert [[k, incentives[k]] for k in sorted(incentives)] == out["incentives"], case


class Scenario(Network):
    """Subnets over several blocks of the coinbase."""

    def __init__(self, record):
        super().__init__(record, record["subnets"])
        self.sub.max_epochs_per_block.put(record["max_epochs_per_block"])
        self.sub.total_issuance.put(record["total_issuance"])
        self.runtime.get(Balances).issuance.put(record["total_issuance"])

    def add(self, netuid, record):
        super().add(netuid, record)
        sub = self.sub
        sub.subnet_moving_price[netuid] = int(record["moving_price_bits"])
        sub.miner_burned[netuid] = int(record["miner_burned_bits"])
        sub.tempo[netuid] = record["tempo"]
        sub.last_epoch_block[netuid] = record["last_epoch_block"]
        sub.subnet_emission_enabled[netuid] = record["emission_enabled"]
        sub.first_emission_block_number[netuid] = record["first_emission_block"]
        sub.subtoken_enabled[netuid] = True
        self.swap.fee_rate[netuid] = record["fee_rate"]

    def block(self, number):
        """Run a block but for the epochs; what it shows, in the shape it is recorded in."""
        CHAIN.at(number)
        sub, netuids = self.sub, self.netuids
        emitting = gather.emitting_subnets(sub, netuids)
        credit = block_step.mint_block_emission(sub)
        rows = gather.subnet_rows(sub, emitting)
        per_subnet = compute.tao_emissions(rows, credit)
        root_sells = root_sell_flag([row.moving_price for row in rows])
        run_coinbase.emit_to_subnets(sub, emitting, credit)
        drained = drain.drain_pending(sub, netuids)
        moving_prices.update_moving_prices(sub, emitting)
        apply.update_root_prop(sub, emitting)
        return {
            "block": number,
            "block_emission": credit,
            "drained": [[netuid, *pending] for netuid, pending in drained],
            "emission_bits": [[n, str(e)] for n, e in zip(emitting, per_subnet, strict=True)],
            "root_sell_flag": root_sells,
            "schedule": [self.slot(drain.schedule_of(sub, netuid)) for netuid in netuids],
            "subnets": [self.shown(netuid) for netuid in netuids],
            "total_issuance": sub.total_issuance.get(),
            "total_stake": sub.total_stake.get(),
        }

    def slot(self, s):
        return [s.last_epoch, s.pending_at, s.epoch_index, s.since_step]


@pytest.mark.parametrize("number", range(len(records("emission")["coinbase_scenarios"])))
def test_coinbase_over_blocks(chain, number):
    record = records("emission")["coinbase_scenarios"][number]
    network = Scenario(record)
    for expected in record["blocks"]:
        subnets = [plain(subnet) for subnet in expected["subnets"]]
        wanted = plain(expected) | {"subnets": subnets}
        assert network.block(expected["block"]) == wanted


def recorded_flow(since, smoothed):
    return flow.Flow(since, smoothed and flow.Smoothed(smoothed[0], int(smoothed[1])))


def test_shares_by_flow():
    for case in records("emission")["shares_flow"]:
        subnets, out = case["subnets"], case["out"]
        block, smoothing = case["current_block"], case["smoothing_factor"]
        users, protocol = (
            [recorded_flow(s[since], s[ema]).at(block, smoothing) for s in subnets]
            for since, ema in (("tao_flow", "ema_tao_flow"), ("protocol_flow", "ema_protocol_flow"))
        )
        net = [each.value for each in users]
        if case["net_tao_flow_enabled"]:
            net = flow.net_flows(net, [each.value for each in protocol])
        cutoff, exponent = int(case["flow_cutoff_bits"]), int(case["norm_exponent_bits"])
        assert bits(flow.shares(net, cutoff, exponent)) == out["shares_bits"], case
        for name, flows in (("tao", users), ("protocol", protocol)):
            smoothed = [[each.smoothed.block, str(each.smoothed.flow)] for each in flows]
            assert smoothed == out[f"ema_{name}_flow_bits"], case
            assert [each.since for each in flows] == out[f"{name}_flow_after"], case
