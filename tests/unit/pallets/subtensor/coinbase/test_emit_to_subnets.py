"""What a block gives to subnets and how they split it.  Facts of the chain's tests/coinbase."""

import pytest

from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor.coinbase import apply, gather, moving_prices
from pysubtensor.pallets.subtensor.coinbase.root_proportion import root_proportion, root_sell_flag
from pysubtensor.pallets.subtensor.coinbase.subnet_emission import SubnetEmission, subnet_emission
from pysubtensor.pallets.subtensor.pools.stake_weight import tao_weight
from tests.unit.pallets.subtensor.coinbase.economy import TAO, WHOLE, close

ONE, TWO, THREE = 1, 2, 3
BILLION = 10**9


def growth(chain, netuid, before):
    return chain.sub.subnet_tao[netuid] - before


def test_a_block_without_emission(chain):
    chain.network(ONE, price=1, tao=TAO, alpha=TAO)
    chain.coinbase(0)
    assert chain.sub.subnet_tao[ONE] == chain.sub.subnet_alpha_in[ONE] == TAO
    assert chain.sub.total_stake.get() == 0


def test_no_subnet_and_no_emission(chain):
    chain.coinbase(0)
    assert chain.issued() == 0


def test_the_only_subnet_gets_all(chain):
    chain.network(ONE, price=1, tao=1_000 * TAO, alpha=1_000 * TAO)
    chain.root_outweighs_all()
    issued = chain.issued()
    chain.emit(1_234_567)
    assert growth(chain, ONE, 1_000 * TAO) == 1_234_567
    assert chain.issued() == issued + 1_234_567
    assert chain.sub.total_stake.get() == 1_234_567


def test_even_one_rao(chain):
    chain.network(ONE)
    chain.root_outweighs_all()
    chain.emit(1)
    assert chain.sub.subnet_tao[ONE] == chain.sub.total_stake.get() == 1


@pytest.mark.parametrize("disabled", [(), (TWO,), (ONE,), (ONE, THREE)])
def test_equal_subnets_share_evenly_and_disabled_ones_get_nothing(chain, disabled):
    for netuid in (ONE, TWO, THREE):
        chain.network(netuid)
        chain.sub.subnet_emission_enabled[netuid] = netuid not in disabled
        for item in (chain.sub.subnet_tao_in_emission, chain.sub.subnet_alpha_in_emission):
            item[netuid] = 123  # of a block before
        chain.sub.subnet_excess_tao[netuid] = 123
    chain.root_outweighs_all()
    issued = chain.issued()
    chain.emit(3_333_333)
    for netuid in (ONE, TWO, THREE):
        share = 0 if netuid in disabled else 3_333_333 // (3 - len(disabled))
        assert close(growth(chain, netuid, 0), share, 2)
        assert close(chain.sub.subnet_tao_in_emission[netuid], share, 2)
        assert (chain.sub.subnet_alpha_in_emission[netuid] == 0) == (share == 0)
        assert chain.sub.subnet_alpha_out_emission[netuid] == BILLION
        assert chain.sub.subnet_excess_tao[netuid] == 0
    assert close(chain.issued(), issued + 3_333_333, 3)
    assert close(chain.sub.total_stake.get(), 3_333_333, 3)


def test_a_subnet_of_twice_the_price_gets_twice_as_much(chain):
    chain.network(ONE, price=0.1, tao=100_000, alpha=1_000_000)
    chain.network(TWO, price=0.2, tao=100_000, alpha=500_000)
    chain.root_outweighs_all()
    issued = chain.issued()
    chain.emit(100_000_000)
    assert close(growth(chain, ONE, 100_000), 100_000_000 / 3)
    assert close(growth(chain, TWO, 100_000), 200_000_000 / 3)
    assert close(chain.issued(), issued + 100_000_000)
    assert close(chain.sub.total_stake.get(), 100_000_000)


def test_alpha_enters_at_the_price(chain):
    chain.network(ONE, price=1, tao=1_000_000, alpha=1_000_000)
    chain.network(TWO, price=2, tao=2_000_000, alpha=1_000_000)
    chain.root_outweighs_all()
    chain.emit(1_000_000)
    assert chain.sub.subnet_alpha_in[ONE] == 1_000_000 + 1_000_000 // 3
    assert chain.sub.subnet_alpha_in[TWO] == 1_000_000 + 2_000_000 // 3 // 2


def test_where_alpha_has_no_price_it_enters_one_for_one(chain):
    for netuid in (ONE, TWO):
        chain.network(netuid, tao=1_000_000, alpha=1_000_000)
    chain.root_outweighs_all()
    chain.emit(1_000_000)
    assert chain.sub.subnet_alpha_in[ONE] == chain.sub.subnet_alpha_in[TWO] == 1_500_000


def test_no_more_alpha_enters_than_a_block_creates(chain):
    for netuid, price in ((ONE, 1), (TWO, 2)):
        chain.network(netuid, price=price, tao=1_000, alpha=BILLION)
    chain.root_outweighs_all()
    chain.emit(1_000_000)
    for netuid in (ONE, TWO):
        assert chain.sub.subnet_alpha_in[netuid] < 2 * BILLION
        assert chain.sub.subnet_alpha_out_emission[netuid] == BILLION


def test_with_all_alpha_issued_the_tao_buys_alpha(chain):
    most = 21 * 10**15
    for netuid, price in ((ONE, 1), (TWO, 2)):
        chain.network(netuid, price=price, tao=10_000, alpha=BILLION, out=most)
    before = {netuid: chain.price(netuid) for netuid in (ONE, TWO)}
    chain.emit(1_000_000)
    for netuid in (ONE, TWO):
        bought = chain.sub.subnet_protocol_alpha[netuid]
        assert bought > 0
        assert chain.sub.subnet_alpha_in[netuid] == BILLION - bought
        assert chain.sub.subnet_alpha_out[netuid] == most + bought
        assert chain.price(netuid) > before[netuid]


@pytest.mark.parametrize(("cut", "waiting"), [(0, 0), (65_535, BILLION), (6_553, 99_992_370)])
def test_the_owner_s_cut_waits(chain, cut, waiting):
    chain.network(ONE, tao=1_000 * TAO, alpha=1_000 * TAO)
    chain.sub.subnet_owner_cut.put(cut)
    chain.emit(0)
    assert chain.sub.pending_owner_cut[ONE] == waiting


def test_without_a_cut_miners_and_validators_share_all(chain):
    chain.network(ONE)
    chain.sub.owner_cut_enabled[ONE] = False
    chain.emit(0)
    assert ONE not in chain.sub.pending_owner_cut
    assert chain.sub.pending_server_emission[ONE] == BILLION // 2
    assert chain.sub.pending_validator_emission[ONE] == BILLION // 2


def test_no_share_no_emission(chain):
    for netuid in (ONE, TWO):
        chain.network(netuid, price=0, tao=1_000_000, alpha=1_000_000)
    issued = chain.issued()
    chain.emit(1_000_000)
    for netuid in (ONE, TWO):
        assert chain.sub.subnet_alpha_in[netuid] == 1_000_000
    assert chain.issued() == issued  # all was recycled


# -- root's part ----------------------------------------------------------------------------------


def root_sells(chain):
    return root_sell_flag([row.moving_price for row in gather.subnet_rows(chain.sub, [ONE])])


def root_part(chain):
    return root_proportion(gather.root_stake(chain.sub), gather.alpha_issuance(chain.sub, ONE))


def test_root_s_part_of_the_validators_half_waits_for_it(chain):
    chain.network(ONE, price=2, tao=1_000_000, alpha=2 * BILLION - 1)
    chain.sub.subnet_owner_cut.put(0)
    chain.sub.subnet_tao[0] = BILLION
    chain.sub.tao_weight.put(WHOLE)
    assert root_sells(chain)
    chain.emit(0)  # root is a quarter: 1 of 1 + 2 + the 1 just created
    assert close(chain.sub.pending_server_emission[ONE], 500_000_000, 1)
    assert close(chain.sub.pending_validator_emission[ONE], 375_000_000, 1)
    assert close(chain.sub.pending_root_alpha_divs[ONE], 125_000_000, 1)


@pytest.mark.parametrize("price", [0.5, 1])
def test_root_s_part_ceases_to_be_while_prices_are_low(chain, price):
    chain.network(ONE, price=price, tao=1_000_000, alpha=2 * BILLION - 1)
    chain.sub.subnet_owner_cut.put(0)
    chain.sub.subnet_tao[0] = BILLION
    chain.sub.tao_weight.put(WHOLE)
    assert not root_sells(chain)
    chain.emit(0)
    assert chain.sub.pending_root_alpha_divs[ONE] == 0
    assert close(chain.sub.subnet_alpha_out[ONE], 875_000_000, 1)
    assert close(chain.runtime.get(AlphaAssets).alpha_recycled[ONE], 125_000_000, 1)
    assert close(chain.sub.pending_validator_emission[ONE], 375_000_000, 1)


def test_root_s_proportion(chain):
    chain.network(ONE, alpha=100 * TAO)
    chain.sub.subnet_tao[0] = 1_000 * TAO
    chain.sub.tao_weight.put(3_320_413_933_267_719_290)
    weighted = (1_000 * TAO << 32) * tao_weight(chain.sub) >> 32
    expected = (weighted << 32) // (weighted + (100 * TAO << 32))
    assert root_part(chain) == expected


def test_a_block_shows_root_s_proportions(chain):
    for netuid in (ONE, TWO):
        chain.network(netuid, price=1, tao=50 * TAO, alpha=100 * TAO)
    chain.sub.subnet_tao[0] = 1_000 * TAO
    chain.sub.tao_weight.put(WHOLE)
    assert ONE not in chain.sub.root_prop
    chain.step([2])
    assert chain.sub.root_prop[ONE] > 0
    assert chain.sub.root_prop[TWO] > 0


# -- the emission of a subnet ---------------------------------------------------------------------


def emission_of(chain, tao):
    (row,) = gather.subnet_rows(chain.sub, [ONE])
    return subnet_emission(tao, row.price, root_part(chain), BILLION)


def test_within_the_cap_all_is_injected(chain):
    chain.network(ONE, price=1, tao=10**15, alpha=10**15)
    chain.root_outweighs_all()
    found = emission_of(chain, U96F32.from_int(34_566_756))
    assert found.alpha_out == U96F32.from_int(BILLION)
    assert found.tao_in == found.alpha_in == U96F32.from_int(34_566_756)
    assert found.excess_tao == 0


def test_beyond_the_cap_the_rest_buys_alpha(chain):
    chain.network(ONE, price=0.01, tao=BILLION, alpha=100 * BILLION)
    chain.root_outweighs_all()
    root = root_part(chain)
    cap = U96F32.saturating_mul(root, U96F32.from_int(BILLION))
    tao = U96F32.from_int(BILLION // 100 + 1)
    found = emission_of(chain, tao)
    assert found.alpha_in == cap < U96F32.from_int(BILLION + 100)
    assert close(found.tao_in >> 32, (cap >> 32) / 100, 3)
    assert found.excess_tao == tao - found.tao_in


@pytest.mark.parametrize("amount", [100_000_000, 10 * BILLION])
def test_the_cap_itself(chain, amount):
    chain.network(ONE, price=1, tao=TAO, alpha=TAO)
    chain.root_outweighs_all()
    root = root_part(chain)
    cap = U96F32.saturating_mul(root, U96F32.from_int(BILLION))
    assert emission_of(chain, U96F32.from_int(amount)).alpha_in == min(U96F32.from_int(amount), cap)


def test_injection_keeps_the_price(chain):
    chain.network(ONE, price=1, tao=10**15, alpha=10**15)
    amounts = (U96F32.from_int(each) for each in (123, 456, 0, 789_100))
    assert apply.inject(chain.sub, ONE, SubnetEmission(*amounts), 123 + 789_100) == 0
    ratio = chain.sub.subnet_alpha_in[ONE] / chain.sub.subnet_tao[ONE]
    assert abs(chain.price(ONE) - 1) < 1e-6 > abs(ratio - 1)


# -- which subnets are emitted to -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("network_registration_allowed", False),
        ("subtoken_enabled", False),
        ("first_emission_block_number", None),
    ],
)
def test_which_subnets_get_no_emission(chain, item, value):
    for netuid in (ONE, TWO):
        chain.network(netuid)
    assert gather.emitting_subnets(chain.sub, [0, ONE, TWO]) == [ONE, TWO]
    getattr(chain.sub, item)[ONE] = value
    assert gather.emitting_subnets(chain.sub, [0, ONE, TWO]) == [TWO]


def test_registration_by_work_does_not_matter(chain):
    chain.network(ONE)
    chain.sub.network_pow_registration_allowed[ONE] = False
    assert gather.emitting_subnets(chain.sub, [ONE]) == [ONE]


def test_nothing_waits_before_the_start(chain):
    chain.network(ONE, price=2, tao=10 * TAO, alpha=TAO, started=False)
    chain.step(range(2, 10))
    for item in ("server_emission", "validator_emission", "root_alpha_divs", "owner_cut"):
        assert getattr(chain.sub, f"pending_{item}")[ONE] == 0


# -- moving prices --------------------------------------------------------------------------------


def averaged(chain, block, start, smoothing, blocks=1):
    chain.network(ONE, price=0, tao=1_000_000, alpha=1_000_000)
    chain.sub.subnet_moving_alpha.put(int(smoothing * 2**32))
    chain.sub.first_emission_block_number[ONE] = start
    for each in range(blocks):
        chain.at(block + each)
        moving_prices.update_moving_prices(chain.sub, [ONE])
    return chain.sub.subnet_moving_price[ONE] / 2**32


def test_a_young_subnet_s_average_hardly_moves(chain):
    assert averaged(chain, 510, 500, 0.5) < 0.001


def test_an_old_subnet_s_average_moves_by_its_weight(chain):
    assert abs(averaged(chain, 144_000_500, 500, 0.5) - 0.5) < 0.001


def test_the_average_comes_nearer_block_by_block(chain):
    chain.sub.ema_price_halving_blocks[ONE] = 0
    assert abs(averaged(chain, 10_000, 0, 0.1, blocks=7) - (1 - 0.9**7)) < 0.001


def test_prices_above_one_count_as_one(chain):
    chain.sub.ema_price_halving_blocks[ONE] = 0
    chain.network(ONE, price=0, tao=5_000_000, alpha=1_000_000)
    chain.sub.subnet_moving_alpha.put(2**31)
    chain.at(10_000)
    moving_prices.update_moving_prices(chain.sub, [ONE])
    assert chain.sub.subnet_moving_price[ONE] == 2**31


def test_subnets_without_emission_keep_their_moving_price(chain):
    chain.network(ONE, price=0.5, tao=TAO, alpha=TAO, started=False)
    chain.step([2, 3])
    assert chain.sub.subnet_moving_price[ONE] == 2**31


# -- the block's own TAO --------------------------------------------------------------------------


def test_what_no_subnet_takes_is_recycled(chain):
    issued = chain.issued()
    chain.step([2, 3, 4])
    assert chain.issued() == issued


@pytest.mark.parametrize(
    ("issued", "minted"),
    [
        (0, BILLION),
        (10_500_000 * TAO - 1, BILLION),
        (10_500_000 * TAO, BILLION // 2),
        (15_750_000 * TAO, BILLION // 4),
        (20_999_999 * TAO, BILLION >> 24),
        (21_000_000 * TAO, 0),
    ],
)
def test_a_block_mints_by_what_there_is(chain, issued, minted):
    chain.network(ONE, tao=TAO, alpha=TAO)
    chain.root_outweighs_all()
    chain.sub.total_issuance.put(issued)
    chain.runtime.get(Balances).issuance.put(issued)
    chain.step([2])
    assert close(chain.issued(), issued + minted, 1)  # a fraction may find no pool


def test_the_last_rao_are_minted_and_no_more(chain):
    chain.network(ONE, tao=TAO, alpha=TAO)
    chain.root_outweighs_all()
    most = 21_000_000 * TAO
    chain.sub.total_issuance.put(0)  # the pallet's count may differ; the money's own decides
    chain.runtime.get(Balances).issuance.put(most - 5)
    chain.step([2])
    assert chain.runtime.get(Balances).total_issuance() == most
