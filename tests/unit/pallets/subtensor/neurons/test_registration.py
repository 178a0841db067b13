"""Facts of the chain's tests/registration: who may register, what it costs, and who gives way."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.frame.origin import ROOT, Nobody, Origin
from pysubtensor.frame.primitives import U16_MAX, U64_MAX, AccountId, NetUid
from pysubtensor.pallets.subtensor.events.networks import NeuronRegistered
from pysubtensor.pallets.subtensor.neurons import registration
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.swap import Swap
from pysubtensor.pallets.swap.maths.errors import ReservesTooLow, SwapInputTooLarge
from tests.subtensor_chain import ONE, ROOT_NET, Chain
from tests.support import TAO, run

COLDKEY, HOTKEY, OWNER, STRANGER = (AccountId(bytes((n,)) * 32) for n in (11, 12, 13, 14))
BURN = 1_000
ABSENT = NetUid(9)


def hotkey(number: int) -> AccountId:
    return AccountId(bytes((100 + number,)) * 32)


def times(factor: float) -> int:
    return int(factor * U64F64.one)


@pytest.fixture
def chain(bare_chain) -> Chain:
    bare_chain.subnet(ONE, OWNER, tempo=13)
    bare_chain.sub.burn[ONE] = BURN
    bare_chain.sub.min_burn[ONE], bare_chain.sub.max_burn[ONE] = 0, U64_MAX
    bare_chain.give(COLDKEY, TAO)
    bare_chain.give(bare_chain.account(ONE), TAO)
    return bare_chain


def register(chain: Chain, hotkey: AccountId = HOTKEY, netuid: NetUid = ONE, who=COLDKEY):
    return chain.call(who, "burned_register", netuid=netuid, hotkey=hotkey)


# -- what it does --------------------------------------------------------------------------------


def test_new_subnets_raise_the_price_by_a_quarter_and_halve_it_in_360_blocks(chain) -> None:
    assert chain.sub.burn_half_life[ONE] == 360
    assert chain.sub.burn_increase_mult[ONE] >> 32 == int(1.26 * 2**32)


def test_a_registered_hotkey_is_a_neuron_without_stake_or_endpoint(chain) -> None:
    sub = chain.sub
    assert NeuronRegistered(ONE, 0, HOTKEY) in register(chain)
    assert (sub.subnetwork_n[ONE], sub.uids[ONE, HOTKEY], sub.keys[ONE, 0]) == (1, 0, HOTKEY)
    assert (sub.owner[HOTKEY], sub.owned_hotkeys[COLDKEY]) == (COLDKEY, (HOTKEY,))
    assert sub.staking_hotkeys[COLDKEY] == (HOTKEY,)
    assert ledger.on_hotkey(sub, HOTKEY, ONE) == 0
    assert sub.axons[ONE, HOTKEY] is None
    assert sub.subnet_tao_flow[ONE] == BURN
    assert sub.rao_recycled_for_registration[ONE] == BURN
    assert sub.registrations_this_block[ONE] == 1
    assert sub.registrations_this_interval[ONE] == 0
    assert (chain.free(COLDKEY), chain.free(chain.account(ONE))) == (10**9 - BURN, TAO + BURN)


def test_the_price_buys_alpha_that_nobody_gets(chain) -> None:
    sub, cost = chain.sub, 10**8
    sub.subnet_mechanism[ONE], sub.burn[ONE] = 1, cost
    sub.subnet_tao[ONE] = sub.subnet_alpha_in[ONE] = 10**12
    sub.subnet_alpha_out[ONE] = 777
    wanted = chain.runtime.get(Swap).quote(ONE, Side.BUY, cost, HIGHEST_LIMIT)
    assert 99_900_000 < wanted.paid_out < cost
    register(chain)
    assert sub.subnet_alpha_out[ONE] == 777
    assert sub.subnet_alpha_in[ONE] == 10**12 - wanted.paid_out
    assert sub.subnet_tao[ONE] == 10**12 + wanted.paid_in
    assert (sub.total_stake.get(), sub.subnet_volume[ONE]) == (cost, cost)


@pytest.mark.parametrize(
    ("tao", "alpha_in", "error"),
    [(10**12, 999_999, ReservesTooLow), (0, 10**12, SwapInputTooLarge)],
)
def test_a_pool_that_cannot_take_the_price_registers_nobody(chain, tao, alpha_in, error) -> None:
    chain.sub.subnet_mechanism[ONE] = 1
    chain.sub.subnet_tao[ONE], chain.sub.subnet_alpha_in[ONE] = tao, alpha_in
    chain.refused(error, COLDKEY, "burned_register", netuid=ONE, hotkey=HOTKEY)


@pytest.mark.parametrize(("cost", "paid"), [(TAO, TAO - 500), (TAO - 500, TAO - 500), (1, 1)])
def test_a_payer_keeps_the_existential_deposit_and_the_whole_price_counts(
    chain, cost, paid
) -> None:
    chain.sub.burn[ONE] = cost
    register(chain)
    assert chain.free(COLDKEY) == TAO - paid
    assert chain.sub.subnet_tao_flow[ONE] == paid
    assert chain.sub.rao_recycled_for_registration[ONE] == cost


def test_the_former_proof_of_work_is_ignored(chain) -> None:
    work = {"block_number": 99, "nonce": 7, "work": b"?", "coldkey": STRANGER}
    found = chain.call(COLDKEY, "register", netuid=ONE, hotkey=HOTKEY, **work)
    assert NeuronRegistered(ONE, 0, HOTKEY) in found
    assert chain.sub.owner[HOTKEY] == COLDKEY
    chain.sub.network_registration_allowed[ONE] = False
    work |= {"netuid": ONE, "hotkey": hotkey(1)}
    chain.refused("SubNetRegistrationDisabled", COLDKEY, "register", **work)


def test_recycled_rao_add_up(chain) -> None:
    chain.sub.burn_half_life[ONE] = 1
    chain.sub.burn_increase_mult[ONE] = times(1)
    register(chain, hotkey(1))
    chain.at(2)
    registration.decay_prices(chain.sub)
    register(chain, hotkey(2))
    assert chain.sub.rao_recycled_for_registration[ONE] == 1_000 + 500


def test_last_updates_reach_all_neurons(chain) -> None:
    chain.sub.subnetwork_n[ONE] = 3
    register(chain)
    assert chain.sub.last_update[ONE] == (0, 0, 0, 1)


# -- what it refuses -----------------------------------------------------------------------------


def test_nobody_and_root_cannot_register(chain) -> None:
    for origin in (Origin(Nobody()), ROOT):
        with pytest.raises(BadOrigin):
            run(chain.runtime, origin, "SubtensorModule", "burned_register",
                netuid=ABSENT, hotkey=HOTKEY)  # fmt: skip


def test_order_of_refusals(chain) -> None:
    """Everything is wrong at first; what is told first is put right first."""
    sub = chain.sub
    system = chain.account(ONE)
    args = {"netuid": ROOT_NET, "hotkey": system}
    sub.network_registration_allowed[ONE] = False
    sub.uids[ONE, system] = 0
    sub.burn[ONE] = 10**9 + 1
    sub.max_allowed_uids[ONE] = 0

    def refused(error: str) -> None:
        chain.refused(error, COLDKEY, "burned_register", **args)

    refused("RegistrationNotPermittedOnRootSubnet")
    args["netuid"] = ABSENT
    refused("SubnetNotExists")
    args["netuid"] = ONE
    refused("SubNetRegistrationDisabled")
    sub.network_registration_allowed[ONE] = True
    refused("HotKeyAlreadyRegisteredInSubNet")
    del sub.uids[ONE, system]
    refused("NotEnoughBalanceToStake")
    sub.burn[ONE] = 10**9
    refused("CannotUseSystemAccount")
    args["hotkey"] = HOTKEY
    sub.owner[HOTKEY] = STRANGER
    refused("NonAssociatedColdKey")
    del sub.owner[HOTKEY]
    refused("NoNeuronIdAvailable")
    sub.max_allowed_uids[ONE] = 1
    register(chain)
    assert chain.free(COLDKEY) == 500


@pytest.mark.parametrize(
    ("limit", "error"), [(BURN - 1, "RegistrationPriceLimitExceeded"), (BURN, None)]
)
def test_a_limit_is_the_most_to_pay(chain, limit, error) -> None:
    args = {"netuid": ONE, "hotkey": HOTKEY, "limit_price": limit}
    if error:
        chain.refused(error, COLDKEY, "register_limit", **args)
    else:
        assert NeuronRegistered(ONE, 0, HOTKEY) in chain.call(COLDKEY, "register_limit", **args)
        assert chain.sub.rao_recycled_for_registration[ONE] == BURN


def test_a_limit_is_told_after_the_subnet_and_before_the_rest(chain) -> None:
    args = {"netuid": ROOT_NET, "hotkey": HOTKEY, "limit_price": 0}
    chain.sub.network_registration_allowed[ONE] = False
    for netuid, error in (
        (ROOT_NET, "RegistrationNotPermittedOnRootSubnet"),
        (ABSENT, "SubnetNotExists"),
        (ONE, "RegistrationPriceLimitExceeded"),
    ):
        chain.refused(error, COLDKEY, "register_limit", **(args | {"netuid": netuid}))
    args |= {"netuid": ONE, "limit_price": BURN}
    chain.refused("SubNetRegistrationDisabled", COLDKEY, "register_limit", **args)


# -- who gives way -------------------------------------------------------------------------------


def full(chain: Chain, blocks: tuple[int, ...], emission: tuple[int, ...]) -> None:
    """A full subnet at block 1000, where neurons of the last 100 blocks are immune."""
    sub = chain.sub
    for number, block in enumerate(blocks):
        chain.neuron(ONE, hotkey(number), STRANGER)
        sub.block_at_registration[ONE, number] = block
    sub.emission[ONE] = emission
    sub.max_allowed_uids[ONE] = len(blocks)
    sub.min_non_immune_uids[ONE] = 0
    sub.immunity_period[ONE] = 100
    chain.at(1_000)


@pytest.mark.parametrize(
    ("blocks", "emission", "uid"),
    [
        ((850, 800, 990), (10, 10, 1), 1),
        ((990, 991, 992), (100, 110, 120), 0),
        ((990, 991, 992), (120, 110, 110), 1),
        ((1, 2, 3), (3, 2, 1), 2),
    ],
)
def test_on_a_full_subnet_one_gives_way(chain, blocks, emission, uid) -> None:
    full(chain, blocks, emission)
    assert NeuronRegistered(ONE, uid, HOTKEY) in register(chain)
    sub = chain.sub
    assert (sub.subnetwork_n[ONE], sub.uids[ONE, HOTKEY]) == (3, uid)
    assert sub.uids[ONE, hotkey(uid)] is None
    others = [number for number in range(3) if number != uid]
    assert [sub.uids[ONE, hotkey(number)] for number in others] == others


def test_nobody_registers_where_none_may_give_way(chain) -> None:
    full(chain, (1, 2), (0, 0))
    chain.sub.min_non_immune_uids[ONE] = 2
    chain.refused("NoNeuronIdAvailable", COLDKEY, "burned_register", netuid=ONE, hotkey=HOTKEY)


@pytest.mark.parametrize(
    ("limit", "period", "blocks", "uid"),
    [
        (1, 1, (0, 1, 2), 1),
        (2, 1, (0, 1, 2), 2),
        (2, 10_000, (12, 11, 10), 2),
    ],
)
def test_so_many_of_the_owners_neurons_stay(chain, limit, period, blocks, uid) -> None:
    full(chain, blocks, (0, 0, 1))
    sub = chain.sub
    sub.owned_hotkeys[OWNER] = (hotkey(0), hotkey(1))
    sub.subnet_owner_hotkey[ONE] = hotkey(0)
    sub.immunity_period[ONE], sub.immune_owner_uids_limit[ONE] = period, limit
    assert NeuronRegistered(ONE, uid, HOTKEY) in register(chain)


def test_the_owners_hotkey_stays_even_when_it_is_chosen_to_go(chain) -> None:
    full(chain, (1, 2), (0, 5))
    sub = chain.sub
    sub.subnet_owner_hotkey[ONE], sub.immune_owner_uids_limit[ONE] = hotkey(0), 0
    assert NeuronRegistered(ONE, 0, HOTKEY) in register(chain)
    assert (sub.keys[ONE, 0], sub.uids[ONE, HOTKEY]) == (hotkey(0), None)
    assert sub.rao_recycled_for_registration[ONE] == BURN


# -- prices --------------------------------------------------------------------------------------


def next_block(chain: Chain, blocks: int = 1) -> int:
    """Prices of so many blocks later; the last one on ONE."""
    for _ in range(blocks):
        chain.at(chain.sub.config.system.block_number() + 1)
        registration.decay_prices(chain.sub)
    return chain.sub.burn[ONE]


def test_a_price_doubles_at_once_and_falls_from_the_next_block(chain) -> None:
    chain.sub.burn_half_life[ONE], chain.sub.burn_increase_mult[ONE] = 1_000, times(2)
    register(chain)
    assert chain.sub.burn[ONE] == 2_000
    assert next_block(chain) == 1_998


def test_a_price_halves_every_half_life(chain) -> None:
    chain.sub.burn_half_life[ONE], chain.sub.burn[ONE] = 2, 1_024
    assert next_block(chain, 2) == 511
    assert next_block(chain, 2) == 255


def test_a_price_stays_within_its_bounds(chain) -> None:
    sub = chain.sub
    sub.burn_half_life[ONE], sub.burn_increase_mult[ONE] = 1, times(2)
    sub.min_burn[ONE], sub.max_burn[ONE], sub.burn[ONE] = 100_000, 150_000, 1
    assert next_block(chain) == 100_000
    register(chain)
    assert sub.burn[ONE] == 150_000
    assert [next_block(chain), next_block(chain)] == [100_000, 100_000]


def test_a_block_lets_prices_fall_and_counts_anew(chain) -> None:
    sub = chain.sub
    sub.burn_half_life[ONE], sub.burn_increase_mult[ONE] = 1_000, times(2)
    sub.registrations_this_block[ONE] = 3
    assert next_block(chain) == 999
    assert sub.registrations_this_block[ONE] == 0
    assert ONE in sub.registrations_this_block


def test_prices_do_not_fall_in_block_1(chain) -> None:
    chain.sub.burn_half_life[ONE] = 1
    registration.decay_prices(chain.sub)
    assert chain.sub.burn[ONE] == BURN


def test_a_block_without_news_writes_nothing(chain) -> None:
    chain.sub.burn_half_life[ONE] = 0
    next_block(chain)
    chain.runtime.state.commit()
    next_block(chain)
    assert len(chain.runtime.state.changes()) == 1  # the number of the block


@pytest.mark.parametrize(
    ("pending", "last", "since", "count"),
    [(0, 0, 0, 5), (0, 92, 0, 0), (0, 93, 0, 5), (102, 93, 0, 0), (103, 93, 0, 5),
     (0, 93, 50_401, 0), (0, 93, 50_400, 5)],
)  # fmt: skip
def test_root_counts_registrations_until_its_epoch(chain, pending, last, since, count) -> None:
    sub = chain.sub
    chain.subnet(ROOT_NET, OWNER, tempo=10 if last else 0)
    sub.pending_epoch_at[ROOT_NET], sub.last_epoch_block[ROOT_NET] = pending, last
    sub.blocks_since_last_step[ROOT_NET] = since
    for netuid in (ONE, ROOT_NET):
        sub.registrations_this_interval[netuid] = sub.registrations_this_block[netuid] = 5
    chain.at(101)
    next_block(chain)
    assert sub.registrations_this_interval[ROOT_NET] == count
    assert sub.registrations_this_interval[ONE] == 5
    assert sub.registrations_this_block[ROOT_NET] == sub.registrations_this_block[ONE] == 0


SHAPES = [
    (0, 777_777), (0, 0), (1, 0), (1, 1), (1, 2), (2, 1_024), (3, 4_096), (4, 65_536),
    (5, 123_456), (7, 999_999), (8, 10**6), (16, 10**6), (64, 10**6), (360, 10**10),
    (1_000, 10**11), (4_096, 10**12), (U16_MAX, 123 * 10**9),
]  # fmt: skip


@pytest.mark.parametrize(("half_life", "burn"), SHAPES)
def test_a_price_falls_by_the_largest_factor_that_halves_it_in_time(chain, half_life, burn) -> None:
    sub = chain.sub
    sub.burn_half_life[ONE], sub.burn[ONE], sub.burn_increase_mult[ONE] = half_life, burn, times(9)
    wanted = burn
    for found in (next_block(chain) for _ in range(500)):
        wanted = wanted * factor_of(half_life) >> 32
        assert found == wanted


def factor_of(half_life: int) -> int:
    """By trial from above: the root of a half in 32 bits, each product rounded down."""
    factor = round(2**32 * 0.5 ** (1 / half_life)) + 64 if half_life else 2**32
    while half_life and power(factor, half_life) > 2**31:
        factor -= 1
    return factor


def power(base: int, exponent: int) -> int:
    result = 2**32
    for bit in reversed(f"{exponent:b}"):
        if bit == "1":
            result = result * base >> 32
        base = base * base >> 32
    return result


@pytest.mark.parametrize(
    ("burn", "factor", "least", "most", "count", "price", "recycled"),
    [
        (0, 0, 100_000, U64_MAX, 7, 100_000, 600_000),
        (5, 0, 1, U64_MAX, 7, 5, 35),
        (0, 1, 100_000, U64_MAX, 7, 100_000, 600_000),
        (7, 1, 1, U64_MAX, 7, 7, 49),
        (2, 2, 1, 400, 8, 400, 510),
        (3, 3, 1, U64_MAX, 6, 2_187, 1_092),
        (4, 4, 1, U64_MAX, 6, 16_384, 5_460),
        (7, 10, 1, 500_000, 5, 500_000, 77_777),
        (1, 100, 1, 5 * 10**9, 5, 5 * 10**9, 101_010_101),
        (1, 1_000, 1, 50 * 10**9, 4, 50 * 10**9, 1_001_001_001),
        (5, 1, 1, U64_MAX, 32, 5, 160),
        (1, 2, 1, U64_MAX, 20, 1_048_576, 1_048_575),
    ],
)
def test_each_registration_of_a_block_pays_the_price_that_the_last_one_left(
    chain, burn, factor, least, most, count, price, recycled
) -> None:
    sub = chain.sub
    chain.give(COLDKEY, 10 * TAO)
    sub.burn[ONE], sub.burn_half_life[ONE] = burn, 0
    sub.burn_increase_mult[ONE] = times(factor)
    sub.min_burn[ONE], sub.max_burn[ONE] = least, most
    for number in range(count):
        before, cost = chain.free(COLDKEY), sub.burn[ONE]
        register(chain, hotkey(number))
        assert chain.free(COLDKEY) == before - cost
    assert (sub.burn[ONE], sub.rao_recycled_for_registration[ONE]) == (price, recycled)
    assert sub.registrations_this_block[ONE] == sub.subnetwork_n[ONE] == count
    assert next_block(chain) == price
