"""When an epoch is due."""

import pytest

from pysubtensor.pallets.subtensor.epoch_schedule import EpochSchedule


@pytest.mark.parametrize(
    ("tempo", "last", "pending", "since", "due"),
    [
        (360, 641, 0, 0, False),
        (360, 640, 0, 0, True),
        (360, 990, 1000, 0, True),
        (360, 990, 1001, 0, False),
        (360, 990, 0, 50400, False),
        (360, 990, 0, 50401, True),
        (0, 0, 1, 50401, False),
        (1, 2000, 0, 0, False),
    ],
)
def test_due(tempo, last, pending, since, due):
    assert EpochSchedule(tempo, last, pending, since).due(1000) is due
