"""Nothing that the chain does may change unnoticed: 500 blocks of each build are as recorded.

`python -m tests.determinism.yardstick` does the same from the command line.
"""

from dataclasses import replace

import pytest

from pysubtensor.face.devnet import Devnet
from tests.determinism import yardstick


@pytest.mark.slow
@pytest.mark.parametrize("build", yardstick.BUILDS)
def test_all_blocks_are_as_recorded(build):
    assert yardstick.difference(yardstick.read(build), yardstick.run(build)) == ""


def test_the_first_difference_is_told():
    wanted = yardstick.read("exact")
    got = [*wanted]
    assert yardstick.difference(wanted, got) == ""
    got[7] = replace(got[7], refused=("BadOrigin",))
    got[8] = replace(got[8], root="00")
    assert "block 8 differs" in yardstick.difference(wanted, got)
    assert "BadOrigin" in yardstick.difference(wanted, got)
    assert "500 blocks wanted, 6 got" in yardstick.difference(wanted, got[:6])


@pytest.mark.parametrize("build", yardstick.BUILDS)
def test_the_records_are_of_many_things(build):
    lines = yardstick.read(build)
    assert [line.number for line in lines] == list(range(1, yardstick.BLOCKS + 1))
    kinds = {name.split(" *")[0] for line in lines for name in line.events.split(", ")}
    refusals = {name.split(" *")[0] for line in lines for name in line.refused}
    assert kinds >= {
        "SubtensorModule.IncentiveAlphaEmittedToMiners", "SubtensorModule.RootClaimed",
        "SubtensorModule.WeightsRevealed", "SubtensorModule.HotkeySwapped",
        "SubtensorModule.ColdkeySwapped", "SubtensorModule.StakeLocked",
        "SubtensorModule.SetChildren", "SubtensorModule.NetworkRemoved", "Scheduler.Dispatched",
        "Multisig.MultisigExecuted", "Utility.BatchInterrupted",
    }  # fmt: skip
    assert {"BadOrigin", "System.CallFiltered", "SubtensorModule.AmountTooLow"} <= refusals
    assert ("Training.RunCreated" in kinds) == (build == "extended")


def test_the_bytes_under_code_are_pinned():
    with Devnet(yardstick.pinned("exact")) as d:
        assert d.runtime.state.raw_get(b":code") == yardstick.PINNED
