"""Epochs come out as the chain's, to the last bit of every step."""

import dataclasses

import numpy as np
import pytest

from pysubtensor.pallets.subtensor.yuma.dense import Matrix
from pysubtensor.pallets.subtensor.yuma.epoch import defined_epoch, epoch
from tests.vectors.epochs import epoch_input
from tests.vectors.records import records

CASES = {case["id"]: case for case in records("epoch")["cases"]}
WAYS = {"fast": epoch, "defined": defined_epoch}


def listed(value):
    """As JSON has it."""
    if isinstance(value, Matrix):
        value = value.rows()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return [listed(each) for each in value] if isinstance(value, list | tuple) else value


def traced(found):
    """Every step's result by the name it is recorded under."""
    found_steps, stakes, shares = found.steps, found.stakes, found.shares
    steps = {**vars(found_steps), **vars(found_steps.bonding)} | {
        "total_stake": [str(each) for each in stakes.total],
        "stake": stakes.share,
        "active_stake": stakes.voting,
        "norm_server_emission": shares.server,
        "norm_validator_emission": shares.validator,
        "norm_combined_emission": shares.combined,
    }
    return {name: listed(value) for name, value in steps.items()}


def stored(output):
    """The outcome as it is recorded."""
    fields = {each.name: getattr(output, each.name) for each in dataclasses.fields(output)}
    return fields | {"bonds": [row.tolist() for row in output.bonds]}


def test_every_section_is_read():
    assert set(records("epoch")) <= {"core", "seed", "spec_version", "cases"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_epoch(name, way):
    case = CASES[name]
    found = WAYS[way](epoch_input(case["input"]))
    steps = traced(found)
    assert {step: steps.get(step) for step in case["trace"]} == case["trace"]
    assert stored(found.output) == case["output"]
