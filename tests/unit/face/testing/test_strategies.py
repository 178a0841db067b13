"""What the strategies draw, and that a chain can live with it."""

from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.consensus.pool import PoolError
from pysubtensor.face.scratch import Scratch
from pysubtensor.testing import (
    accounts,
    alpha,
    call_sequences,
    hotkeys,
    networks,
    rao,
    settings_of_subnets,
    weight_rows,
)

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@given(rao(5 * TAO), alpha(7))
def test_amounts_stay_in_range(tao, few):
    assert 0 <= tao <= 5 * TAO
    assert 0 <= few <= 7


def test_amounts_reach_the_edges_of_what_the_chain_takes():
    for wanted in (0, 1, 499, 500, 1_999_999, 2_000_000, TAO):
        assert find(rao(TAO), lambda amount, wanted=wanted: amount == wanted) == wanted


@given(accounts(), hotkeys(st.just("//Zoe")))
def test_people_can_sign(who, hotkey):
    assert len(account(who)) == len(account(hotkey)) == 32
    assert hotkey.startswith("//Zoe//")


@given(weight_rows(range(5)))
def test_rows_name_known_neurons_and_something_of_them(row):
    assert row.keys() <= set(range(5))
    assert any(row.values())
    assert all(0 <= weight <= 65_535 for weight in row.values())


@FEW
@given(networks(subnets=2, neurons=8, validators=3), st.integers(1, 30))
def test_networks_run(spec, blocks):
    with Devnet(spec) as d:
        d.mine(blocks)
        sub = d.subtensor_module
        assert d.balances.total_issuance() == sub.total_issuance.get()
        assert all(sub.subnet_alpha_out[netuid] for netuid in range(1, sub.total_networks.get()))


@FEW
@given(call_sequences(), settings_of_subnets(st.just(1)))
def test_call_sequences_are_taken_or_refused(devnet, steps, change):
    with Scratch(devnet) as chain:
        for step in steps:
            try:
                chain.send(chain.call(step.pallet, step.function, **step.args), step.signer)
            except PoolError:
                continue
        name, args = change
        chain.call("AdminUtils", name, **args)
