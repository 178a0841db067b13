"""Laws of the coinbase: nothing is handed out twice, and epochs take turns."""

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor import alpha, issuance
from pysubtensor.pallets.subtensor.coinbase import apply, block_step, drain, gather
from pysubtensor.pallets.subtensor.coinbase.root_proportion import weighted_root
from pysubtensor.pallets.subtensor.coinbase.run_coinbase import create_alpha_out
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import SubnetEmission
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.system import System
from tests.subtensor_chain import ONE, Chain
from tests.support import fund

CHAIN = Chain()
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
RAO = st.integers(0, 21 * 10**15)
U16 = st.integers(0, 65_535)
AMOUNTS = st.tuples(*[st.integers(0, U96F32.from_int(10**9))] * 4)


def put_pool(tao, alpha_in, alpha_out):
    SUB.networks_added[ONE] = True
    SUB.subnet_mechanism[ONE] = 1
    SUB.subnet_tao[ONE], SUB.subnet_alpha_in[ONE] = tao, alpha_in
    SUB.subnet_alpha_out[ONE] = alpha_out
    fund(CHAIN.runtime, registry.account_of_subnet(SUB, ONE), 10**9)


@given(RAO, RAO, RAO, AMOUNTS, st.integers(0, 10**9))
def test_injection_stays_within_the_credit(tao, alpha_in, alpha_out, amounts, credit):
    with CHAIN.runtime.state.discarded():
        put_pool(tao, alpha_in, alpha_out)
        left = apply.inject(SUB, ONE, SubnetEmission(*amounts), credit)
        entered = SUB.subnet_tao[ONE] - tao
        bought = SUB.subnet_protocol_alpha[ONE]
        assert 0 <= left <= credit
        assert SUB.subnet_tao_in_emission[ONE] + SUB.subnet_excess_tao[ONE] == entered
        assert SUB.subnet_protocol_flow[ONE] == entered <= credit - left
        assert SUB.subnet_alpha_in[ONE] == alpha_in - bought + SUB.subnet_alpha_in_emission[ONE]
        assert SUB.subnet_alpha_out[ONE] == alpha_out + bought


@given(RAO, RAO, U16, RAO, st.booleans())
def test_what_is_created_to_be_earned_is_pending(alpha_in, alpha_out, cut, staked, root_sells):
    with CHAIN.runtime.state.discarded():
        put_pool(10**9, alpha_in, alpha_out)
        SUB.subnet_owner_cut.put(cut)
        root_stake = weighted_root(staked, U96F32.one // 5)
        emission = SubnetEmission(0, 0, U96F32.from_int(10**9), 0)
        rows = gather.subnet_rows(SUB, [ONE])
        create_alpha_out(SUB, rows, [emission], root_stake, root_sell_flag=root_sells)
        waiting = drain.take_pending(SUB, ONE)
        recycled = alpha_out + 10**9 - SUB.subnet_alpha_out[ONE]
        assert 10**9 - 4 < sum(waiting) + recycled <= 10**9
        assert (waiting.root if not root_sells else recycled) == 0


SUBNETS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 1_000),
        st.integers(0, 1_200),
        st.integers(0, 60_000),
        st.booleans(),
    ),
    max_size=12,
)


@given(SUBNETS, st.integers(0, 1_500), st.integers(0, 4))
def test_epochs_take_turns(subnets, block, most):
    with CHAIN.runtime.state.discarded():
        CHAIN.at(block)
        SUB.max_epochs_per_block.put(most)
        for netuid, (tempo, last, pending_at, since, consistent) in enumerate(subnets, 1):
            SUB.tempo[netuid], SUB.last_epoch_block[netuid] = tempo, last
            SUB.pending_epoch_at[netuid], SUB.blocks_since_last_step[netuid] = pending_at, since
            for uid in () if consistent else (0, 1):
                SUB.keys[netuid, uid] = bytes(32)
        netuids = range(1, len(subnets) + 1)
        before = {netuid: drain.schedule_of(SUB, netuid) for netuid in netuids}
        ran = [netuid for netuid, _ in drain.drain_pending(SUB, netuids)]
        after = {netuid: drain.schedule_of(SUB, netuid) for netuid in netuids}
        assert len(ran) <= most
        for netuid in netuids:
            moved = after[netuid].epoch_index - before[netuid].epoch_index
            due = before[netuid]._replace(since_step=before[netuid].since_step + 1).due(block)
            put_off = due and not moved
            assert moved <= due
            assert not put_off or (after[netuid].due(block + 1) and all(n < netuid for n in ran))
            assert (
                netuid not in ran or after[netuid].next_epoch_block() == block + after[netuid].tempo
            )


# -- whole blocks over random economies ------------------------------------------------------------

COLDKEYS = [bytes((9, n)) * 16 for n in range(4)]
ROUNDING = 100
"""Rao that rounding may take from, or give to, all who are paid in a block."""
BLOCKS = 6


def neurons(least_stake, least_weight, permit):
    """Stakes of alpha and on root, weights on the first neurons, permit, coldkey, take."""
    return st.tuples(
        st.integers(least_stake, 10**15),
        st.integers(least_stake, 10**14),
        st.lists(st.integers(least_weight, 65_535), min_size=4, max_size=4),
        permit,
        st.integers(0, 3),
        U16,
    )


def economies(prices, who):
    return st.fixed_dictionaries(
        {
            "pools": st.lists(
                st.tuples(st.integers(10**9, 10**15), st.integers(10**9, 10**15), prices),
                min_size=1,
                max_size=3,
            ),
            "neurons": who,
            "tempo": st.integers(1, 6),
            "issued": st.sampled_from([0, 10_500_000, 15_750_000, 20_999_999, 21_000_000]),
            "before": st.integers(0, 3 * 10**9),
            "tao_weight": st.integers(0, 2**64 - 1),
            "lent": st.integers(0, 2**64 - 1),
            "recycle": st.booleans(),
            "mechanisms": st.integers(1, 2),
            "yuma3": st.booleans(),
        }
    )


def hotkey(uid):
    return bytes((8, uid)) * 16


def put_economy(given):
    """Subnets alike but for their pools; each neuron has its stake on all of them.

    Nothing is claimed, and nothing of what lent stake earns is burned: the chain burns that, and
    yet pays it out.
    """
    CHAIN.at(1)
    SUB.num_root_claim.put(0)
    SUB.tao_weight.put(given["tao_weight"])
    SUB.max_epochs_per_block.put(2)
    SUB.networks_added[0] = True
    netuids = [cast(NetUid, n) for n in range(1, len(given["pools"]) + 1)]
    for netuid, pool in zip(netuids, given["pools"], strict=True):
        put_subnet(netuid, pool, given)
    for uid, neuron in enumerate(given["neurons"]):
        put_neuron(netuids, uid, neuron)
    if len(given["neurons"]) > 1:
        SUB.child_keys[hotkey(0), netuids[0]] = ((given["lent"], hotkey(1)),)
        SUB.parent_keys[hotkey(1), netuids[0]] = ((given["lent"], hotkey(0)),)
    missing = min(given["issued"] * 10**9 - given["before"], issuance.SUPPLY) - CHAIN.issued()
    if missing > 10**9:
        CHAIN.give(COLDKEYS[3], missing)
    return netuids


def put_subnet(netuid, pool, given):
    tao, alpha_in, price = pool
    CHAIN.subnet(netuid, COLDKEYS[0], given["tempo"])
    SUB.subnet_owner_hotkey[netuid] = hotkey(0)
    SUB.subnet_mechanism[netuid] = 1
    SUB.subnet_moving_price[netuid] = price
    SUB.first_emission_block_number[netuid] = 0
    SUB.subtoken_enabled[netuid] = True
    SUB.recycle_or_burn[netuid] = RecycleOrBurn.RECYCLE if given["recycle"] else RecycleOrBurn.BURN
    SUB.mechanism_count_current[netuid] = given["mechanisms"]
    SUB.yuma3_on[netuid] = given["yuma3"]
    SUB.commit_reveal_weights_enabled[netuid] = False
    SUB.activity_cutoff_factor_milli[netuid] = 50_000
    SUB.subnet_tao[netuid] = tao
    CHAIN.give(CHAIN.account(netuid), tao + 10**9)
    alpha.create_in_pool(SUB, netuid, alpha_in)


def put_neuron(netuids, uid, neuron):
    staked, on_root, weights, permit, coldkey, take = neuron
    owner = COLDKEYS[coldkey]
    SUB.delegates[hotkey(uid)] = take
    for netuid in netuids:
        CHAIN.neuron(netuid, hotkey(uid), owner)
        alpha.create_outside(SUB, netuid, staked)
        ledger.increase(SUB, hotkey(uid), owner, netuid, staked)
        for mechanism in range(2):
            index = storage_index(netuid, mechanism)
            SUB.weights[index, uid] = tuple(enumerate(weights))
            SUB.last_update[index] = (2,) * (uid + 1)
        SUB.validator_permit[netuid] = (*SUB.validator_permit[netuid][:uid], permit)
    ledger.increase(SUB, hotkey(uid), owner, 0, on_root)
    SUB.subnet_tao[0] = SUB.subnet_tao[0] + on_root


def in_accounts():
    return sum(account.data.free for account in CHAIN.runtime.get(System).account.values())


def held(netuid):
    """Alpha that somebody has or waits for, may claim by stake on root, or has burned."""
    stakes = SUB.total_hotkey_alpha
    staked = sum(amount for key, amount in stakes.items() if key[1] == netuid)
    claimable = sum(
        rates.get(netuid, 0) * stakes[owner, 0] >> 32 for owner, rates in SUB.root_claimable.items()
    )
    waiting = [
        SUB.pending_server_emission[netuid],
        SUB.pending_validator_emission[netuid],
        SUB.pending_root_alpha_divs[netuid],
        SUB.pending_owner_cut[netuid],
    ]
    assert min(waiting) >= 0
    burned = CHAIN.runtime.get(AlphaAssets).alpha_burned[netuid]
    return staked + claimable + sum(waiting) + burned


def created(netuid):
    """Alpha outside the pool but what the chain bought for itself."""
    return SUB.subnet_alpha_out[netuid] - SUB.subnet_protocol_alpha[netuid]


def lost_in_blocks(given):
    """By block and subnet: alpha that was created and is held by nobody."""
    netuids = put_economy(given)
    for block in range(2, 2 + BLOCKS):
        before = {netuid: created(netuid) - held(netuid) for netuid in netuids}
        issued = CHAIN.issued()
        CHAIN.at(block)
        block_step.run(SUB)
        assert 0 <= CHAIN.issued() - issued <= issuance.block_emission(issued)
        assert in_accounts() == CHAIN.issued() <= issuance.SUPPLY
        for netuid in netuids:
            total = SUB.subnet_alpha_in[netuid] + SUB.subnet_alpha_out[netuid]
            assert CHAIN.runtime.get(AlphaAssets).total_alpha_issuance[netuid] == total
            yield created(netuid) - held(netuid) - before[netuid]


ANYBODY = st.lists(neurons(0, 0, st.booleans()), max_size=4)


@settings(max_examples=30)
@given(economies(st.integers(0, 3 * 2**32), ANYBODY))
def test_nothing_is_made_twice(given):
    with CHAIN.runtime.state.discarded():
        assert all(lost >= -ROUNDING for lost in lost_in_blocks(given))


VALIDATORS = st.lists(neurons(10**10, 1, st.just(True)), min_size=2, max_size=4)


@settings(max_examples=25)
@given(economies(st.integers(2 * 2**32, 3 * 2**32), VALIDATORS))
def test_where_all_validate_and_root_sells_nothing_is_lost(given):
    """But for what is too little to show in the rate that a rao on root has earned."""
    on_root = sum(neuron[1] for neuron in given["neurons"])
    with CHAIN.runtime.state.discarded():
        most = ROUNDING + (on_root >> 32)
        assert all(-ROUNDING <= lost <= most for lost in lost_in_blocks(given))


@settings(max_examples=30)
@given(st.integers(1, 24), st.integers(1, 3 * 10**9), st.integers(10**9, 10**15))
def test_issuance_follows_the_curve_across_a_halving(halving, before, tao):
    with CHAIN.runtime.state.discarded():
        put_pool(tao, 10**15, 0)
        SUB.first_emission_block_number[ONE], SUB.subtoken_enabled[ONE] = 0, True
        SUB.subnet_moving_price[ONE] = 2**32
        threshold = issuance.SUPPLY - issuance.SUPPLY // 2**halving
        CHAIN.runtime.get(Balances).issuance.put(threshold - before)
        SUB.total_issuance.put(threshold - before)
        for block in range(2, 8):
            issued = CHAIN.issued()
            CHAIN.at(block)
            block_step.run(SUB)
            emission = 10**9 >> (halving - 1 if issued < threshold else halving)
            assert SUB.block_emission.get() <= 10**9
            assert emission - 2 <= CHAIN.issued() - issued <= emission


# -- whatever storage holds ------------------------------------------------------------------------

U64 = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 2**63 - 1, 2**63, 2**64 - 1]))
ROW = st.lists(st.tuples(st.integers(0, 9), U16), max_size=6).map(tuple)
ITEMS = {
    "subnet_tao": U64,
    "subnet_alpha_in": U64,
    "subnet_alpha_out": U64,
    "pending_server_emission": U64,
    "pending_validator_emission": U64,
    "pending_root_alpha_divs": U64,
    "pending_owner_cut": U64,
    "blocks_since_last_step": U64,
    "last_epoch_block": U64,
    "pending_epoch_at": U64,
    "subnet_epoch_index": U64,
    "last_mechanism_step_block": U64,
    "first_emission_block_number": U64,
    "ema_price_halving_blocks": U64,
    "subnet_moving_price": st.integers(-(2**127), 2**127 - 1),
    "miner_burned": st.integers(0, 2**128 - 1),
    "tempo": U16,
    "kappa": U16,
    "max_allowed_validators": U16,
    "bonds_moving_average": U64,
    "bonds_penalty": U16,
    "yuma3_on": st.booleans(),
    "liquid_alpha_on": st.booleans(),
    "alpha_values": st.tuples(U16, U16),
    "alpha_sigmoid_steepness": st.integers(-(2**15), 2**15 - 1),
    "activity_cutoff_factor_milli": st.integers(0, 2**32 - 1),
    "subnet_mechanism": st.integers(0, 2),
    "last_update": st.lists(U64, max_size=5).map(tuple),
    "validator_permit": st.lists(st.booleans(), max_size=5).map(tuple),
    "mechanism_count_current": st.integers(0, 3),
    "mechanism_emission_split": st.none() | st.lists(U16, max_size=4).map(tuple),
    "voting_power_tracking_enabled": st.booleans(),
}
"""Storage items by subnet, and what they may hold."""
EXTREMES = st.fixed_dictionaries(ITEMS)
CROWD = st.lists(st.tuples(U64, U64, ROW, ROW), max_size=4)


@settings(max_examples=60)
@given(EXTREMES, CROWD, U64, U64, st.integers(1, 2**32 - 10))
def test_no_storage_stops_a_block(items, crowd, tao_weight, ck_burn, block):
    with CHAIN.runtime.state.discarded():
        CHAIN.at(1)
        CHAIN.subnet(ONE, COLDKEYS[0])
        CHAIN.give(CHAIN.account(ONE), 10**9)
        SUB.subtoken_enabled[ONE] = True
        SUB.tao_weight.put(tao_weight)
        SUB.ck_burn.put(ck_burn)
        for uid, (staked, on_root, weights, bonds) in enumerate(crowd):
            CHAIN.neuron(ONE, hotkey(uid), COLDKEYS[uid % 2])
            ledger.increase(SUB, hotkey(uid), COLDKEYS[2], ONE, min(staked, 2**63 - 1))
            ledger.increase(SUB, hotkey(uid), COLDKEYS[2], 0, min(on_root, 2**63 - 1))
            SUB.weights[ONE, uid], SUB.bonds[ONE, uid] = weights, bonds
            SUB.parent_keys[hotkey(uid), ONE] = ((tao_weight, hotkey(3 - uid)),)
        for name, value in items.items():
            getattr(SUB, name)[ONE] = value
        for number in (block, block + 1):
            CHAIN.at(number)
            assert block_step.on_initialize(SUB, number).ref_time > 0
            assert CHAIN.issued() == in_accounts()
