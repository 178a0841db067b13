"""Costs, locks, votes, schedules and fees come out as the chain's."""

from types import SimpleNamespace

from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.subtensor.epoch_schedule import EpochSchedule
from pysubtensor.pallets.subtensor.issuance import block_emission
from pysubtensor.pallets.subtensor.locks.conviction import DecayTimes, LockKind, decay, roll_forward
from pysubtensor.pallets.subtensor.subnets import costs
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.subtensor.voting_power import next_power
from pysubtensor.pallets.transaction_payment import TransactionPayment
from tests.vectors.records import plain, records

SECTIONS = {
    "core",
    "conviction_roll_forward",
    "epoch_schedule",
    "network_lock_cost",
    "q32",
    "registration_burn",
    "voting_power_ema",
    "weight_fee",
}


def test_every_section_is_read():
    assert set(records("misc")) == SECTIONS


def test_registration_burn():
    for case in records("misc")["registration_burn"]:
        bounds, out = (case["min_burn"], case["max_burn"]), case["out"]
        assert costs.decay_per_block(case["half_life"]) == out["decay_factor_q32"], case
        burn, burns = case["burn"], []
        for _ in range(5):  # recorded with the block number standing still
            burn = costs.burn_at(case["current_block"], burn, case["half_life"], bounds)
            burns.append(burn)
        assert burns == out["burn_after_1_to_5_blocks"], case
        factor = int(case["increase_mult_bits"])
        raised = costs.burn_after_registration(case["burn"], factor, bounds)
        assert raised == out["burn_after_bump"], case


def test_q32():
    for case in records("misc")["q32"]:
        found = {
            "decay_factor_q32": costs.decay_per_block(case["half_life"]),
            "pow_q32": costs.power_q32(case["base"], case["exp"]),
        }
        assert found == case["out"], case


def test_network_lock_cost():
    for case in records("misc")["network_lock_cost"]:
        interval = costs.lock_interval(case["interval"], block_emission(case["total_issuance"]))
        cost = costs.lock_cost(
            case["last_lock"],
            case["last_lock_block"],
            case["current_block"],
            interval,
            case["min_lock"],
        )
        assert {"effective_interval": interval, "lock_cost": cost} == case["out"], case


def test_conviction():
    for case in records("misc")["conviction_roll_forward"]:
        lock = LockState(case["locked_mass"], int(case["conviction_bits"]), case["last_update"])
        rates = DecayTimes(case["unlock_rate"], case["maturity_rate"])
        kind = LockKind(case["owner_lock"], case["perpetual_lock"])
        rolled, lost = roll_forward(lock, case["now"], rates, kind)
        blocks = max(case["now"] - case["last_update"], 0)
        found = {
            "locked_mass": rolled.locked_mass,
            "conviction_bits": str(rolled.conviction),
            "last_update": rolled.last_update,
            "delta_mass": lost.mass,
            "delta_conviction_bits": str(lost.conviction),
            "exp_decay_unlock_bits": str(decay(blocks, rates.unlock)),
            "exp_decay_maturity_bits": str(decay(blocks, rates.maturity)),
        }
        assert found == plain(case["out"]), case


def test_voting_power():
    for case in records("misc")["voting_power_ema"]:
        power = next_power(case["previous_ema"], case["current_stake"], case["alpha"])
        assert power == case["out"], case


def test_epoch_schedule():
    for case in records("misc")["epoch_schedule"]:
        schedule = EpochSchedule(
            case["tempo"],
            case["last_epoch_block"],
            case["pending_epoch_at"],
            case["blocks_since_last_step"],
        )
        found = {
            "should_run": schedule.due(case["current_block"]),
            "blocks_until_next": schedule.blocks_until_next(case["current_block"]),
            "next_start": schedule.next_epoch_block(),
        }
        assert found == case["out"], case


def test_weight_fee():
    whole_block = SimpleNamespace(max_block=Weight(1 << 64, 0))
    pallet = SimpleNamespace(config=SimpleNamespace(limits=whole_block))
    for case in records("misc")["weight_fee"]:
        fee = TransactionPayment.weight_to_fee(pallet, Weight(case["ref_time"], 0))
        assert fee == case["out"]["weight_fee_rao"], case
