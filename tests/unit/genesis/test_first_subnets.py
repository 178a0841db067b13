"""Subnets 0 and 1 at genesis, as the real localnet has them."""

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.frame.primitives import ZERO_ACCOUNT
from pysubtensor.pallets.subtensor.events.networks import NetworkAdded


def test_root_and_one_subnet():
    with Devnet("local") as d:
        sub = d.subtensor_module
        assert sub.total_networks.get() == 2
        assert sorted(sub.networks_added.keys()) == [0, 1]
        assert [sub.tempo[netuid] for netuid in (0, 1)] == [100, 100]
        assert [sub.max_allowed_uids[netuid] for netuid in (0, 1)] == [64, 256]
        assert [sub.token_symbol[netuid].decode() for netuid in (0, 1)] == ["\u03a4", "\u03b1"]
        assert sub.subnet_owner[0] == account("//Alice")
        assert sub.subnet_owner_hotkey[0] == account("//Alice_hk")
        assert sub.subnet_owner[1] == sub.subnet_owner_hotkey[1] == ZERO_ACCOUNT


def test_the_pool_and_neuron_of_subnet_1():
    with Devnet("local") as d:
        sub = d.subtensor_module
        assert sub.subnet_mechanism[1] == 1
        assert sub.subnet_tao[1] == sub.subnet_alpha_in[1] == 10 * 10**9
        assert sub.subnet_alpha_out[1] == 10**9
        assert sub.subnetwork_n[1] == 1
        assert sub.keys[1, 0] == ZERO_ACCOUNT
        assert sub.uids[1, ZERO_ACCOUNT] == 0
        assert sub.alpha_v2[ZERO_ACCOUNT, ZERO_ACCOUNT, 1].to_u64() == 10**9
        assert d.swap.price(1) == 1 << 64


def test_nobody_owns_root_in_production_builds():
    with Devnet("local", constants="prod") as d:
        assert d.subtensor_module.subnet_owner[0] == ZERO_ACCOUNT


def test_the_first_subnet_that_somebody_registers_is_2():
    with Devnet("local") as d:
        sub, alice = d.subtensor_module, account("//Alice")
        before = d.free("//Alice")
        call = d.call("SubtensorModule", "register_network", hotkey=account("//Alice//hot"))
        receipt = d.submit(call, "//Alice")
        assert [e.netuid for e in receipt.events if isinstance(e, NetworkAdded)] == [2]
        assert sorted(sub.networks_added.keys()) == [0, 1, 2]
        assert sub.total_networks.get() == 3
        assert sub.subnet_owner[2] == alice
        assert sub.subnet_locked[2] == before - d.free("//Alice") - receipt.fee == 1_000 * TAO
        d.submit(d.call("SubtensorModule", "start_call", netuid=2), "//Alice")
        assert sub.subtoken_enabled[2]
