"""A block's emission, from issuance to hotkeys, comes out as the chain's."""

from consensus.yuma.fixed import U96F32
from pallets.subtensor.coinbase import flow, issuance, payout, schedule, shares, terms
from pallets.subtensor.coinbase.injection import hand_out, inject
from pallets.subtensor.staking.reserves import Reserves
from pallets.swap.maths import trade
from pallets.swap.maths.trade import Pool
from runtime.frame.error import Error
from runtime.frame.exchange import HIGHEST_LIMIT, Side
from tests.vectors.records import plain, records


class Exchange:
    """The Swap pallet as the coinbase sees it, with the weights it keeps."""

    def __init__(self, quote_weight, fee_rate=33):
        self.quote_weight, self.fee_rate = quote_weight, fee_rate

    def pool(self, reserves):
        return Pool(reserves.alpha_in, reserves.tao, self.quote_weight, self.fee_rate)

    def accept(self, reserves, tao, alpha):
        pool, tao, alpha = trade.adjusted(self.pool(reserves), tao, alpha)
        self.quote_weight = pool.quote_weight
        return tao, alpha

    def buy(self, reserves, tao):
        try:
            pool = self.pool(reserves)
            return trade.swap(pool, Side.BUY, tao, HIGHEST_LIMIT, drop_fees=True)[0]
        except Error:
            return None


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
    for issued, emission, is_error in record["cases"]:
        assert (issuance.block_emission(issued), is_error) == (emission, False)
    for first, before, after in record["transitions"]:
        assert issuance.block_emission(first - 1) == before
        assert issuance.block_emission(first) == after


def test_moving_price():
    for case in records("emission")["moving_price"]:
        pool = Pool(
            case["alpha_reserve"],
            case["tao_reserve"],
            case["quote_weight"],
            mechanism=case["mechanism"],
        )
        before = int(case["moving_price_before_bits"])
        average = shares.average_price(before, dynamic=case["mechanism"] == trade.DYNAMIC)
        age = shares.age_at(case["current_block"], case["first_emission_block"] or 0)
        after = shares.next_average_price(
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
            shares.average_price(int(s["moving_price_bits"]), dynamic=s["mechanism"] == 1)
            for s in subnets
        ]
        found = shares.shares(averages, [int(s["miner_burned_bits"]) for s in subnets])
        emission = U96F32.to_uint(int(case["block_emission_bits"]))
        assert U96F32.from_int(emission) == int(case["block_emission_bits"])
        per_subnet = shares.emissions(found, [s["emission_enabled"] for s in subnets], emission)
        out = case["out"]
        assert bits(shares.price_shares(averages)) == out["price_shares_bits"], case
        assert bits(found) == out["shares_bits"], case
        assert bits(per_subnet) == out["emission_bits"], case
        assert shares.root_sells(averages) == out["root_sell_flag"], case


def test_subnet_terms():
    for case in records("emission")["subnet_terms"]:
        reserves = Reserves(case["tao_reserve"], case["alpha_reserve"], case["alpha_out"])
        exchange = Exchange(case["quote_weight"])
        root = case["root_tao"], terms.proportion_u64(case["tao_weight"])
        alpha = issuance.block_emission(reserves.alpha_issuance)
        root_part = terms.root_proportion(*root, reserves.alpha_issuance)
        price = exchange.pool(reserves).price
        found = terms.terms(int(case["tao_emission_bits"]), price, root_part, alpha)
        out = case["out"]
        assert str(root_part) == out["root_proportion_bits"], case
        for name, value in found._asdict().items():
            assert str(value) == out[f"{name}_bits"], case
        done = inject(reserves, found, 10**9, exchange)
        handed = hand_out(
            done.reserves,
            alpha,
            case["owner_cut"] if case["owner_cut_enabled"] else 0,
            root,
            root_sells=case["root_sell_flag"],
        )
        seen = {
            **injected(done, handed, exchange, alpha),
            "pending_owner_cut": handed.split.owner,
            "pending_server": handed.split.server,
            "pending_validator": handed.split.validator,
            "pending_root_alpha": handed.split.root,
            "recycled_alpha": handed.recycled,
            "protocol_flow": done.protocol_flow,
            "protocol_alpha": done.bought,
            "moving_price_bits": "0",  # move only after the coinbase
            "root_prop_bits": "0",
        }
        assert seen == plain(out["after"]), case


def injected(done, handed, exchange, alpha):
    """What a block left of a subnet, as recorded; what accumulates over blocks is left out."""
    reserves = handed.reserves
    return {
        "alpha_in": reserves.alpha_in,
        "alpha_out": reserves.alpha_out,
        "subnet_tao": reserves.tao,
        "volume": str(reserves.volume),
        "alpha_in_emission": done.alpha_in,
        "alpha_out_emission": alpha,
        "tao_in_emission": done.tao_in,
        "excess_tao": done.excess_tao,
        "quote_weight": exchange.quote_weight,
        "price_bits": str(exchange.pool(reserves).price),
    }


def stake_of(hotkey):
    return payout.Stake(hotkey["alpha"], hotkey["root"])


def test_dividends_are_divided():
    for case in records("emission")["dividend_distribution"]:
        hotkeys = case["hotkeys"]
        found = payout.divide(
            case["pending_alpha"],
            case["pending_root_alpha"],
            int(case["tao_weight_bits"]),
            {
                h["hotkey"]: payout.Stake(h["alpha"], h["root"])
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
        self.rates = payout.Rates(
            terms.proportion_u64(case["tao_weight"]), terms.proportion_u64(case["ck_burn"])
        )

    def stake(self, key):
        return stake_of(self.hotkeys[key])

    def lent(self, key):
        return [part for parent, _, part in self.edges if parent == key]

    def parents(self, key):
        return [
            payout.Parent(parent, self.hotkeys[parent]["owner"], part, self.stake(parent))
            for parent, child, part in self.edges
            if child == key
        ]

    def self_contribution(self, key):
        return payout.self_contribution(self.stake(key), self.lent(key), self.rates.tao_weight)

    def inherited(self, key):
        parents = self.parents(key)
        return payout.Stake(
            *(
                payout.inherited(
                    own, self.lent(key), [(p.proportion, p.stake[kind]) for p in parents]
                )
                for kind, own in enumerate(self.stake(key))
            )
        )

    def share(self, key, dividends):
        hotkey = self.hotkeys[key]
        take = max(hotkey["childkey_take"], self.least_take)
        child = payout.Child(key, hotkey["owner"], take)
        own = self.self_contribution(key)
        return payout.share_with_parents(dividends, child, own, self.parents(key), self.rates)


def test_parents_and_children():
    for case in records("emission")["parent_child"]:
        family, out = Family(case), case["out"]
        for expected in out["inherited"]:
            key = expected["hotkey"]
            stake = family.inherited(key)
            assert stake == (expected["inherited_alpha"], expected["inherited_tao"]), case
            assert family.self_contribution(key) == expected["self_contribution"], case
            weight = payout.stake_weight(stake, family.rates.tao_weight)
            assert str(weight) == expected["total_stake_bits"], case
        emission = case["hotkey_emission"]
        shared = [family.share(key, dividend) for key, _, dividend in emission]
        paid = [[list(pair) for pair in each.paid] for each in shared]
        found = [[key, pairs] for (key, _, _), pairs in zip(emission, paid, strict=True)]
        assert found == out["parent_child_distribution"], case
        assert sum(sum(s.burnt) for s in shared) == out["recycled_alpha"], case
        dividends = payout.total_dividends(shared)
        assert [[k, str(dividends[k])] for k in sorted(dividends)] == out["dividends_bits"], case
        incentives = payout.total_incentives((key, server) for key, server, _ in emission)
        assert [[k, incentives[k]] for k in sorted(incentives)] == out["incentives"], case


MOVING_ALPHA = 12885
HALVING_BLOCKS = 201_600


class Subnet:
    """A subnet over several blocks of the coinbase."""

    def __init__(self, record):
        self.record = record
        self.reserves = Reserves(record["tao"], record["alpha_in"], record["alpha_out"])
        self.exchange = Exchange(record["quote_weight"], record["fee_rate"])
        self.moving_price = int(record["moving_price_bits"])
        self.schedule = schedule.Schedule(record["tempo"], record["last_epoch_block"])
        self.owner, self.server, self.validator, self.root = 0, 0, 0, 0
        self.recycled = self.bought = self.flow = self.root_prop = 0
        self.last = {"alpha_in_emission": 0, "alpha_out_emission": 0}
        self.last |= {"tao_in_emission": 0, "excess_tao": 0}

    @property
    def emits(self):
        return self.record["first_emission_block"] is not None

    @property
    def average(self):
        return shares.average_price(self.moving_price, dynamic=True)

    def root_part(self, root):
        return terms.root_proportion(*root, self.reserves.alpha_issuance)

    def coinbase(self, emission, credit, root, owner_cut, root_sells):
        alpha = issuance.block_emission(self.reserves.alpha_issuance)
        price = self.exchange.pool(self.reserves).price
        agreed = terms.terms(emission, price, self.root_part(root), alpha)
        done = inject(self.reserves, agreed, credit, self.exchange)
        cut = owner_cut if self.record["owner_cut_enabled"] else 0
        handed = hand_out(done.reserves, alpha, cut, root, root_sells=root_sells)
        self.reserves, split = handed.reserves, handed.split
        self.owner += split.owner
        self.server += split.server
        self.validator += split.validator
        self.root += split.root
        self.recycled += handed.recycled
        self.bought += done.bought
        self.flow += done.protocol_flow
        self.last = injected(done, handed, self.exchange, alpha)
        return done

    def drain(self):
        drained = [self.server, self.validator, self.root, self.owner]
        self.owner, self.server, self.validator, self.root = 0, 0, 0, 0
        return drained

    def average_price(self, block):
        age = shares.age_at(block, self.record["first_emission_block"])
        price = self.exchange.pool(self.reserves).price
        self.moving_price = shares.next_average_price(
            self.average, price, MOVING_ALPHA, age, HALVING_BLOCKS
        )

    def shown(self):
        return {
            **self.last,
            "alpha_in": self.reserves.alpha_in,
            "alpha_out": self.reserves.alpha_out,
            "subnet_tao": self.reserves.tao,
            "volume": str(self.reserves.volume),
            "quote_weight": self.exchange.quote_weight,
            "price_bits": str(self.exchange.pool(self.reserves).price),
            "pending_owner_cut": self.owner,
            "pending_server": self.server,
            "pending_validator": self.validator,
            "pending_root_alpha": self.root,
            "recycled_alpha": self.recycled,
            "protocol_alpha": self.bought,
            "protocol_flow": self.flow,
            "moving_price_bits": str(self.moving_price),
            "root_prop_bits": str(self.root_prop),
        }


class Network:
    """All subnets of a scenario and what they share."""

    def __init__(self, record):
        self.record = record
        self.subnets = {s["netuid"]: Subnet(s) for s in record["subnets"]}
        self.root = record["root_tao"], terms.proportion_u64(record["tao_weight"])
        self.issued, self.staked = record["total_issuance"], 0

    def block(self, number):
        """Run a block; what it shows, in the shape it is recorded in."""
        emission = issuance.mintable(issuance.block_emission(self.issued), self.issued)
        emitting = {netuid: s for netuid, s in self.subnets.items() if s.emits}
        averages = [s.average for s in emitting.values()]
        parts = shares.shares(
            averages, [int(s.record["miner_burned_bits"]) for s in emitting.values()]
        )
        enabled = [s.record["emission_enabled"] for s in emitting.values()]
        per_subnet = shares.emissions(parts, enabled, emission)
        root_sells = shares.root_sells(averages)
        credit = emission
        for subnet, part in zip(emitting.values(), per_subnet, strict=True):
            done = subnet.coinbase(part, credit, self.root, self.record["owner_cut"], root_sells)
            credit -= done.spent
            self.staked += done.staked
        self.issued += emission - credit
        drained = self.drain(number)
        for subnet in emitting.values():
            subnet.average_price(number)
            subnet.root_prop = subnet.root_part(self.root)
        return {
            "block": number,
            "block_emission": emission,
            "drained": drained,
            "emission_bits": [[n, str(e)] for n, e in zip(emitting, per_subnet, strict=True)],
            "root_sell_flag": root_sells,
            "schedule": [self.slot(s.schedule) for s in self.subnets.values()],
            "subnets": [s.shown() for s in self.subnets.values()],
            "total_issuance": self.issued,
            "total_stake": self.staked,
        }

    def drain(self, number):
        stepped = schedule.step(
            ((s.schedule, True) for s in self.subnets.values()),
            number,
            self.record["max_epochs_per_block"],
        )
        drained = []
        for (netuid, subnet), (slot, after) in zip(self.subnets.items(), stepped, strict=True):
            subnet.schedule = after
            if slot is schedule.Slot.RUNS:
                drained.append([netuid, *subnet.drain()])
        return drained

    def slot(self, s):
        return [s.last_epoch, s.pending_at, s.slot, s.since_step]


def test_coinbase_over_blocks():
    for record in records("emission")["coinbase_scenarios"]:
        network = Network(record)
        for expected in record["blocks"]:
            subnets = [plain(subnet) for subnet in expected["subnets"]]
            wanted = plain(expected) | {"subnets": subnets}
            assert network.block(expected["block"]) == wanted, record["id"]


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
