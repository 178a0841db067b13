"""The made-up main network: the same everywhere, and its books balance from the start."""

from hashlib import blake2b

import pytest
from typer.testing import CliRunner

from pysubtensor import TAO, Devnet
from pysubtensor.face.cli import app
from pysubtensor.frame.hashing import twox_128
from pysubtensor.genesis import BadChainSpec, ChainSpec, initial_state
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.subnets.registry import account_of_subnet

SMALL = Size(subnets=3, neurons=12, validators=4, seed=7)


@pytest.fixture(scope="module")
def d():
    with Devnet(mainnet_like(SMALL)) as made:
        made.node.set_head(0)
        yield made


def test_the_same_numbers_give_the_same_chain_on_every_machine():
    state = initial_state(mainnet_like(SMALL))
    hasher = blake2b(digest_size=8)
    for pallet in ("SubtensorModule", "Swap", "AlphaAssets"):
        prefix = twox_128(pallet.encode())
        for key in sorted(each for each in state if each.startswith(prefix)):
            hasher.update(key + state[key])
    assert hasher.hexdigest() == "367224ae76f597aa"


def test_another_seed_gives_another_chain():
    one, other = (initial_state(mainnet_like(Size(1, 3, 1, seed))) for seed in (1, 2))
    assert one.keys() != other.keys()


def test_money_is_what_was_issued(d):
    data = [info.data for _, info in d.system.account.items()]
    issued = sum(each.free + each.reserved for each in data)
    assert issued == d.balances.total_issuance() == d.subtensor_module.total_issuance.get()
    assert 10_500_000 * TAO < issued < 15_750_000 * TAO, "between the first two halvings"


def test_pools_lie_in_their_accounts_and_make_the_total_stake(d):
    sub = d.subtensor_module
    for netuid in (0, 1, 2, 3):
        assert d.free(account_of_subnet(sub, netuid)) == sub.subnet_tao[netuid] > 0
    assert sub.total_stake.get() == sum(sub.subnet_tao.values())


def test_all_alpha_is_issued_and_staked(d):
    sub = d.subtensor_module
    for netuid in (1, 2, 3):
        issued = d.alpha_assets.total_alpha_issuance[netuid]
        assert sub.subnet_alpha_in[netuid] + sub.subnet_alpha_out[netuid] == issued
        hotkeys = [sub.keys[netuid, uid] for uid in range(SMALL.neurons)]
        staked = [sub.total_hotkey_alpha[hotkey, netuid] for hotkey in hotkeys]
        assert sum(staked) == sub.subnet_alpha_out[netuid]


def test_coldkeys_have_no_more_than_their_pools(d):
    sub = d.subtensor_module
    held = {}
    for hotkey, coldkey, netuid in list(sub.alpha_v2.keys()):
        place = hotkey, netuid
        held[place] = held.get(place, 0) + ledger.of(sub, hotkey, coldkey, netuid)
    assert held.keys() == set(sub.total_hotkey_alpha.keys())
    for place, total in held.items():
        assert 0 <= sub.total_hotkey_alpha[place] - total <= 3, "a rao each may be lost"


def test_neurons_and_their_lists(d):
    sub = d.subtensor_module
    for netuid in (1, 2, 3):
        assert sub.subnetwork_n[netuid] == SMALL.neurons
        assert sub.keys[netuid, 0] == sub.subnet_owner_hotkey[netuid]
        assert sub.owner[sub.keys[netuid, 0]] == sub.subnet_owner[netuid]
        assert sub.validator_permit[netuid] == (False, *[True] * 4, *[False] * 7)
        for uid in range(SMALL.neurons):
            hotkey = sub.keys[netuid, uid]
            assert sub.uids[netuid, hotkey] == uid
            assert sub.is_network_member[hotkey, netuid]
    assert sub.subnetwork_n[0] == SMALL.validators


def test_validators_have_full_rows_that_differ(d):
    sub = d.subtensor_module
    rows = [sub.weights[1, uid] for uid in range(1, 5)]
    assert len(set(rows)) == 4
    for row in rows:
        assert [uid for uid, _ in row] == list(range(SMALL.neurons))
        assert max(weight for _, weight in row) == 65_535
    assert set(sub.weights.keys(1)) == {(1, uid) for uid in range(1, 5)}


def test_first_epochs_are_spread_over_a_tempo_and_settings_may_change():
    with Devnet(mainnet_like(SMALL)) as d:
        sub = d.subtensor_module
        runs = {}
        for _ in range(360):
            for netuid in (1, 2, 3):
                if sub.last_epoch_block[netuid] == d.number:
                    runs.setdefault(netuid, []).append(d.number)
                    assert sum(sub.emission[netuid]) > 0 or d.number == 1
            d.mine()
        assert runs == {1: [1], 2: [121], 3: [241]}
        d.as_root("AdminUtils", "sudo_set_kappa", netuid=1, kappa=1)


def test_prices_of_128_subnets_add_up_to_a_little_more_than_one():
    with Devnet(mainnet_like(Size(neurons=2, validators=1))) as d:
        prices = [d.swap.price(netuid) for netuid in range(1, 129)]
    assert 1 << 64 < sum(prices) < 2 << 64
    assert max(prices) > 20 * sorted(prices)[64], "a heavy tail"


def test_up_to_256_subnets():
    with Devnet(mainnet_like(Size(256, 2, 1))) as d:
        sub = d.subtensor_module
        assert sub.total_networks.get() == 257
        assert sub.subnet_limit.get() == 256


@pytest.mark.parametrize(
    ("size", "named"),
    [
        ({"subnets": 0}, "subnets"),
        ({"subnets": 257}, "subnets"),
        ({"neurons": 257}, "neurons"),
        ({"neurons": 64, "validators": 64}, "place"),
        ({"validators": 0}, "validators"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
    ],
)
def test_sizes_out_of_range(size, named):
    with pytest.raises(ValueError, match=named):
        Size(**size)


def test_a_specification_says_no_more_than_the_size():
    spec = mainnet_like(SMALL)
    text = spec.to_json()
    assert len(text) < 5_000
    assert ChainSpec.from_json(text) == spec


@pytest.mark.parametrize(
    "wrong", [b'{"subnets": 300}', b'{"subnet": 3}', b'{"seed": "x"}', b"5", b'"a"']
)
def test_a_specification_with_a_wrong_size(wrong):
    text = mainnet_like(SMALL).to_json()
    at = text.index(b'"mainnetLike"')
    end = text.index(b"}", at)
    damaged = text[:at] + b'"mainnetLike": ' + wrong + text[end + 1 :]
    with pytest.raises(BadChainSpec):
        ChainSpec.from_json(damaged)


def test_the_command_line_takes_a_size(tmp_path):
    file = tmp_path / "spec.json"
    asked = ["--chain", "mainnet-like", "--subnets", "3", "--neurons", "12", "--validators", "4"]
    result = CliRunner().invoke(app, ["build-spec", *asked, "--seed", "7", "--output", str(file)])
    assert result.exit_code == 0
    assert ChainSpec.from_json(file.read_bytes()) == mainnet_like(SMALL)


def test_progress_is_shown_while_the_state_is_made():
    seen = []
    initial_state(mainnet_like(SMALL), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_other_chains_have_no_size():
    result = CliRunner().invoke(app, ["build-spec", "--chain", "local", "--subnets", "3"])
    assert result.exit_code == 1
    assert "--subnets is for --chain mainnet-like alone" in result.stderr
