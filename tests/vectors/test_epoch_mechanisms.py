"""A subnet's mechanisms together come out as the chain's."""

import pytest

from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.yuma.mechanisms import (
    Mechanism,
    run_mechanisms,
    split_emission,
)
from tests.vectors.epochs import commits, epoch_input, rows
from tests.vectors.records import records

CASES = {case["id"]: case for case in records("epoch_mechanisms")["cases"]}


def mechanisms(case):
    return [
        Mechanism(
            rows(own["weights"]), rows(own["bonds"]), own["last_update"], commits(case["input"])
        )
        for own in case["mechanisms"]
    ]


@pytest.mark.parametrize("name", CASES)
def test_mechanisms(name):
    case = CASES[name]
    subnet, split = epoch_input(case["input"]), case["emission_split"]
    found = run_mechanisms(subnet, mechanisms(case), split)
    paid = zip(found.server_emission, found.validator_emission, strict=True)
    assert {
        "split_emissions": split_emission(subnet.emission, case["mechanism_count"], split),
        "hotkey_emission": [[uid, *amounts] for uid, amounts in enumerate(paid)],
        "per_mechanism": [
            {
                "storage_index": storage_index(1, index),
                "incentive": output.incentive,
                "bonds": [row.tolist() for row in output.bonds],
            }
            for index, output in enumerate(found.each)
        ],
        "active": found.active,
        "consensus": found.consensus,
        "dividends": found.dividends,
        "emission": found.emission,
        "stake_weight": found.stake_weight,
        "validator_permit": found.new_validator_permit,
        "validator_trust": found.validator_trust,
    } == case["output"]
