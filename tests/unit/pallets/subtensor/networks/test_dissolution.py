"""How subnets end: who gets the pool and the lock.  Facts of the chain's tests/networks."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.frame.primitives import U16, U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.events.networks import NetworkRemoved
from pysubtensor.pallets.subtensor.networks import registration
from pysubtensor.pallets.subtensor.networks.dissolution import Stake, shares
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.staking import trades
from pysubtensor.pallets.swap import Swap
from tests.subtensor_chain import NAME
from tests.support import ALICE, BOB, CHARLIE, DAVE, ROOT, run
from tests.unit.pallets.subtensor.networks.subnets_chain import (
    DEPOSIT,
    TAO,
    SubnetChain,
    account,
    netuid,
)

ONE = netuid(1)


@pytest.fixture
def chain(chain) -> SubnetChain:
    """With subnet 1 of Alice and her hotkey Bob, which nobody has staked on."""
    chain.register(ALICE, BOB)
    chain.give(CHARLIE, 10 * TAO)
    chain.give(DAVE, 10 * TAO)
    return chain


def hold(chain: SubnetChain, hotkey: AccountId, coldkey: AccountId, alpha: int) -> None:
    """Let a coldkey have staked so much alpha with a hotkey, as the only one there."""
    chain.sub.alpha_v2[hotkey, coldkey, ONE] = SafeFloat.whole(alpha)
    chain.sub.total_hotkey_alpha[hotkey, ONE] = Alpha(U64(alpha))


def make_old(chain: SubnetChain, lock: int) -> None:
    """Let the subnet be from before locks were kept for good."""
    registered = chain.sub.network_registered_at[ONE]
    chain.sub.network_registration_start_block.put(U64(registered + 1))
    chain.sub.subnet_locked[ONE] = Tao(U64(lock))


def gains(chain: SubnetChain, *who: AccountId) -> list[int]:
    """What accounts get when subnet 1 ends."""
    before = [chain.free(each) for each in who]
    chain.dissolve(ONE)
    return [chain.free(each) - old for each, old in zip(who, before, strict=True)]


# -- who may --------------------------------------------------------------------------------------


def test_root_ends_a_subnet(chain):
    chain.register(CHARLIE, DAVE)
    assert chain.dissolve(ONE)[-1] == NetworkRemoved(ONE)
    assert not chain.sub.networks_added[ONE]
    assert chain.sub.total_networks.get() == 1


def test_a_subnet_with_neurons_ends(chain):
    args = {"block_number": U64(0), "nonce": U64(0), "work": b"", "coldkey": CHARLIE}
    chain.call(CHARLIE, "register", netuid=ONE, hotkey=DAVE, **args)
    assert chain.sub.uids[ONE, DAVE] == 1
    chain.dissolve(ONE)
    assert not chain.sub.networks_added[ONE]
    assert not chain.sub.is_network_member[DAVE, ONE]


def test_the_older_call_does_the_same_whatever_the_coldkey(chain):
    told = chain.call(ROOT, "dissolve_network", coldkey=DAVE, netuid=ONE)
    assert told[-1] == NetworkRemoved(ONE)


CALLS = pytest.mark.parametrize(
    ("name", "args"), [("dissolve_network", {"coldkey": ALICE}), ("root_dissolve_network", {})]
)


@CALLS
def test_owners_may_not(chain, name, args):
    with pytest.raises(BadOrigin):
        run(chain.runtime, ALICE, NAME, name, netuid=ONE, **args)


@CALLS
@pytest.mark.parametrize("number", [0, 9_999])
def test_neither_root_nor_what_is_not_there_ends(chain, number, name, args):
    chain.sub.networks_added[netuid(0)] = True
    chain.refused("SubnetNotExists", ROOT, name, netuid=netuid(number), **args)


# -- the pool is shared ---------------------------------------------------------------------------


def test_nobody_gets_anything_of_an_empty_subnet(chain):
    chain.pool(ONE, 0, 0)
    assert gains(chain, ALICE, CHARLIE) == [0, 0]


def test_the_only_one_to_hold_alpha_gets_all(chain):
    hold(chain, BOB, CHARLIE, 5_000)
    chain.pool(ONE, 99_999, 0)
    assert gains(chain, CHARLIE) == [99_999]
    assert list(chain.sub.alpha_v2.keys()) == []
    assert ONE not in chain.sub.subnet_tao


def test_alpha_is_nothing_where_there_is_no_tao(chain):
    hold(chain, BOB, CHARLIE, 1_000)
    chain.pool(ONE, 0, 0)
    assert gains(chain, CHARLIE) == [0]
    assert list(chain.sub.alpha_v2.keys()) == []


@pytest.mark.parametrize(
    ("pot", "alphas", "expected"),
    [
        (10_000, (300, 700), [3_000, 7_000]),
        (1, (3, 2), [1, 0]),
        (10, (1, 2), [3, 7]),
        (100, (1, 1), [50, 50]),
    ],
)
def test_the_pool_is_shared_by_alpha(chain, pot, alphas, expected):
    for hotkey, coldkey, alpha in zip((BOB, ALICE), (CHARLIE, DAVE), alphas, strict=True):
        hold(chain, hotkey, coldkey, alpha)
    chain.pool(ONE, pot, 0)
    assert gains(chain, CHARLIE, DAVE) == expected


def test_stakes_in_the_former_form_count(chain):
    hold(chain, BOB, CHARLIE, 300)
    chain.sub.alpha[ALICE, DAVE, ONE] = U128(700 << 64)
    chain.sub.total_hotkey_alpha[ALICE, ONE] = Alpha(U64(700))
    chain.pool(ONE, 1_000, 0)
    assert gains(chain, CHARLIE, DAVE) == [300, 700]
    assert list(chain.sub.alpha.keys()) == []


def test_a_share_is_worth_its_part_of_the_hotkeys_alpha(chain):
    for coldkey, share in ((CHARLIE, 1), (DAVE, 3)):
        chain.sub.alpha_v2[BOB, coldkey, ONE] = SafeFloat.whole(share)
    chain.sub.total_hotkey_shares_v2[BOB, ONE] = SafeFloat.whole(4)
    chain.sub.total_hotkey_alpha[BOB, ONE] = Alpha(U64(1_000))
    chain.sub.alpha_v2[ALICE, ALICE, ONE] = SafeFloat.whole(1_000)
    chain.sub.total_hotkey_alpha[ALICE, ONE] = Alpha(U64(1_000))
    chain.pool(ONE, 20_000, 0)
    assert gains(chain, CHARLIE, DAVE, ALICE) == [2_500, 7_500, 10_000]


def test_stakes_of_other_subnets_stay(chain):
    hold(chain, BOB, CHARLIE, 300)
    two = chain.register(DAVE, ALICE)
    chain.sub.alpha_v2[BOB, DAVE, two] = SafeFloat.whole(5)
    chain.sub.total_hotkey_alpha[BOB, two] = Alpha(U64(5))
    chain.pool(ONE, 1_000, 0)
    assert gains(chain, CHARLIE, DAVE) == [1_000, 0]
    assert list(chain.sub.alpha_v2.keys()) == [(BOB, DAVE, two)]
    assert chain.sub.total_hotkey_alpha[BOB, two] == 5


def test_what_is_too_little_for_a_new_account_is_recycled(chain):
    poor = account("poor")
    hold(chain, BOB, CHARLIE, 10_000)
    hold(chain, ALICE, poor, DEPOSIT - 1)
    chain.pool(ONE, 10_000 + DEPOSIT - 1, 0)
    assert gains(chain, CHARLIE, poor) == [10_000, 0]


# the chain's own alpha


@pytest.mark.parametrize(
    ("registered", "in_pool", "bought", "gain"), [(1, 100, 50, 100), (101, 100, 50, 50)]
)
def test_nobody_gets_the_part_of_the_chains_alpha(chain, registered, in_pool, bought, gain):
    """That in the pool counts on newer subnets only."""
    chain.sub.tao_in_refund_deployment_block.put(U64(100))
    chain.sub.network_registered_at[ONE] = U64(registered)
    chain.sub.subnet_protocol_alpha[ONE] = Alpha(U64(bought))
    hold(chain, BOB, CHARLIE, 50)
    chain.pool(ONE, 200, in_pool)
    assert gains(chain, CHARLIE, ALICE) == [gain, 0]
    assert ONE not in chain.sub.subnet_protocol_alpha


def test_what_nobody_gets_is_recycled_but_for_the_deposit(chain):
    issued = chain.sub.total_issuance.get()
    gone = chain.free(chain.account(ONE)) - DEPOSIT
    kept = chain.account(ONE)
    chain.sub.subnet_protocol_alpha[ONE] = Alpha(U64(100))
    assert gains(chain, ALICE) == [0]
    assert chain.free(kept) == DEPOSIT
    assert chain.sub.total_issuance.get() == chain.money.total_issuance() == issued - gone


def test_the_stake_of_all_falls_by_the_pool(chain):
    chain.register(CHARLIE, DAVE)
    assert chain.sub.total_stake.get() == 300 * TAO
    chain.dissolve(ONE)
    assert chain.sub.total_stake.get() == 200 * TAO


# the arithmetic


def of(*alphas: int) -> list[Stake]:
    return [Stake(account("cold", place), alpha) for place, alpha in enumerate(alphas)]


@pytest.mark.parametrize(
    ("pot", "alphas", "protocol", "parts"),
    [
        (0, (1, 2), 0, []),
        (10, (), 0, []),
        (10, (), 5, [10]),
        (12, (1, 2), 3, [2, 4, 6]),
        (10, (1, 1, 1), 0, [4, 3, 3]),  # of equal remainders the first
        (11, (1, 1, 1), 0, [4, 4, 3]),
        (10, (1, 2), 4, [3, 6, 1]),  # 1 3/7, 2 6/7, 5 5/7: in the order of remainders
        ((1 << 64) - 1, ((1 << 64) - 1,) * 2, 0, [1 << 63, (1 << 63) - 1]),
    ],
)
def test_shares_by_the_largest_remainders(pot, alphas, protocol, parts):
    assert [part for _, part in shares(pot, of(*alphas), protocol)] == parts


def test_twenty_stakes_get_the_whole_pot(chain):
    """Multiples of one stake, bought from the pool."""
    least, owners = 2_004_000, [account("cold", n) for n in range(20)]
    for number, coldkey in enumerate(owners):
        amount = (number + 1) * least
        chain.give(coldkey, amount + DEPOSIT)
        trades.stake(
            chain.sub, StakePosition(account("hot", number), coldkey, ONE), amount, HIGHEST_LIMIT
        )
    alphas = [
        chain.sub.total_hotkey_alpha[account("hot", number), ONE] for number in range(len(owners))
    ]
    chain.pool(ONE, 123_456, 0)
    paid = gains(chain, *owners)
    assert sum(paid) == 123_456
    for got, alpha in zip(paid, alphas, strict=True):
        assert got - 123_456 * alpha // sum(alphas) in (0, 1)


def test_who_staked_gets_back_what_the_pool_is_worth_then(chain):
    """Half of a pool of two equal parts, when the pool's own alpha does not count."""
    chain.sub.tao_in_refund_deployment_block.put(U64(100))
    for hotkey, coldkey in ((BOB, CHARLIE), (ALICE, DAVE)):
        trades.stake(chain.sub, StakePosition(hotkey, coldkey, ONE), 5 * TAO, HIGHEST_LIMIT)
    pot = chain.sub.subnet_tao[ONE]
    assert 109 * TAO < pot <= 110 * TAO
    paid = gains(chain, CHARLIE, DAVE)
    assert sum(paid) == pot
    assert paid[0] > paid[1]  # who came first got more alpha


# -- the lock -------------------------------------------------------------------------------------


def test_owners_of_old_subnets_get_their_lock_back(chain):
    make_old(chain, 1_000_000)
    chain.pool(ONE, 0, 0)
    assert gains(chain, ALICE) == [1_000_000]


def test_owners_of_others_do_not(chain):
    make_old(chain, 42_000)
    chain.sub.network_registration_start_block.put(chain.sub.network_registered_at[ONE])
    chain.pool(ONE, 0, 0)
    assert gains(chain, ALICE) == [0]


@pytest.mark.parametrize(
    ("lock", "cut", "alpha_out", "refund"),
    [
        (2_000, 11_796, 800, 2_000 - 287),  # 1600 * 0.17999
        (50_000, 32_768, 30, 50_000 - 415),
        (1_000, 65_535, 2_000, 0),
        (0, 32_768, 10_000, 0),
    ],
)
def test_what_the_owner_earned_comes_off_the_lock(chain, lock, cut, alpha_out, refund):
    """The cut of all alpha, 800 of it in the pool, at a price of 1."""
    make_old(chain, lock)
    chain.sub.subnet_owner_cut.put(U16(cut))
    chain.sub.subnet_alpha_out[ONE] = Alpha(U64(alpha_out))
    chain.pool(ONE, 800, 800)
    assert gains(chain, ALICE) == [refund]


def test_the_owners_cut_is_worth_its_price(chain):
    make_old(chain, 10_000)
    chain.sub.subnet_owner_cut.put(U16(65_535))
    chain.sub.subnet_alpha_out[ONE] = Alpha(U64(100))
    chain.pool(ONE, 1_500, 500)  # 3 TAO each
    assert gains(chain, ALICE) == [10_000 - 3 * 600]


def test_the_refund_leaves_the_part_of_the_chains_alpha(chain):
    make_old(chain, 300 * TAO)
    chain.sub.subnet_owner_cut.put(U16(0))
    chain.pool(ONE, 60 * TAO, 100)
    assert gains(chain, ALICE) == [40 * TAO]


# -- what comes after -----------------------------------------------------------------------------


def test_the_exchange_forgets_the_pool(chain):
    swap = chain.runtime.get(Swap)
    chain.sub.config.exchange().swap(ONE, Side.BUY, TAO, HIGHEST_LIMIT)
    swap.fee_rate[ONE] = U16(50)
    assert swap.pal_swap_initialized[ONE]
    chain.dissolve(ONE)
    assert not any(ONE in item for item in (swap.pal_swap_initialized, swap.swap_balancer))
    assert ONE not in swap.fee_rate


def test_a_netuid_starts_anew(chain):
    """The account's deposit stays, and the next owner's lock comes to it."""
    trades.stake(chain.sub, StakePosition(BOB, CHARLIE, ONE), TAO, HIGHEST_LIMIT)
    chain.dissolve(ONE)
    lock = registration.lock_cost_now(chain.sub)
    assert chain.register(DAVE, account("new")) == ONE
    assert chain.free(chain.account(ONE)) == lock + DEPOSIT
    assert chain.sub.subnet_tao[ONE] == chain.sub.subnet_alpha_in[ONE] == lock
    assert chain.sub.keys[ONE, 0] == account("new")
    quoted = chain.sub.config.exchange().simulate(ONE, Side.BUY, TAO).paid_out
    assert trades.stake(chain.sub, StakePosition(BOB, CHARLIE, ONE), TAO, HIGHEST_LIMIT) == quoted


def test_four_subnets_end_without_loss(chain):
    """Six coldkeys with two hotkeys each get all that is in the pots, to the rao."""
    nets: list[NetUid] = [chain.register(account("o", n), account("oh", n)) for n in range(4)]
    owners = [account("lp", n) for n in range(6)]
    groups = owners[:4], owners[2:], owners, owners[1:5]
    for coldkey in owners:
        chain.give(coldkey, 1_000 * TAO)
    for net, group in zip(nets, groups, strict=True):
        for place, coldkey in enumerate(group):
            for hotkey, amount in (("1", 3_000_000), ("2", 2_000_000 + place)):
                key = account(hotkey, owners.index(coldkey))
                trades.stake(chain.sub, StakePosition(key, coldkey, net), amount, HIGHEST_LIMIT)
    before = sum(map(chain.free, owners))
    for net, pot in zip(nets, (12_345, 23_456, 34_567, 45_678), strict=True):
        chain.pool(net, pot, 0)
        chain.dissolve(net)
    assert sum(map(chain.free, owners)) - before == 12_345 + 23_456 + 34_567 + 45_678
    assert list(chain.sub.alpha_v2.keys()) == []
