"""When an epoch is due.  Facts of the chain's tests/coinbase."""

import pytest

from pysubtensor.pallets.subtensor.epoch_schedule import EpochSchedule

MOST = 2**64 - 1


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


@pytest.mark.parametrize(
    ("tempo", "block", "left"),
    [
        (0, 100, MOST),
        (10, 5, 5),
        (20, 15, 5),
        (30, 25, 5),
        (65_535, MOST, 0),
        (65_535, 0, 65_535),
        (65_535, MOST - 1, 0),
        (10, 9, 1),
        (20, 21, 0),
        (65_534, 100, 65_434),
        (10, MOST, 0),
    ],
)
def test_blocks_until_the_next_epoch(tempo, block, left):
    assert EpochSchedule(tempo).blocks_until_next(block) == left


def test_each_block_brings_it_one_nearer():
    assert [EpochSchedule(10).blocks_until_next(block) for block in range(10)] == [
        *range(10, 0, -1)
    ]


@pytest.mark.parametrize(
    ("state", "block", "due"),
    [
        (EpochSchedule(10, 100), 109, False),
        (EpochSchedule(10, 100), 110, True),
        (EpochSchedule(0, 100), 500, False),
        (EpochSchedule(100, 100, pending_at=105), 104, False),
        (EpochSchedule(100, 100, pending_at=105), 105, True),
        (EpochSchedule(60_000, 100, since_step=50_400), 200, False),
        (EpochSchedule(60_000, 100, since_step=50_401), 200, True),
        (EpochSchedule(0, 100, pending_at=105, since_step=50_401), 200, False),
    ],
)
def test_it_is_due_in_time_when_asked_for_or_overdue(state, block, due):
    assert state.due(block) is due
