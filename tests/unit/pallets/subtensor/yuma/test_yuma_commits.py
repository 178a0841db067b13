"""Commits that wait for their reveal, and the activity cutoff."""

from pysubtensor.pallets.subtensor.yuma.commits import NO_COMMIT, oldest_commits
from pysubtensor.pallets.subtensor.yuma.stakes import activity_cutoff


def test_the_cutoff_is_at_least_a_block():
    assert activity_cutoff(13889, 360) == 5000
    assert activity_cutoff(1, 360) == 1


def test_of_a_queue_the_first_that_waits_counts():
    queues = [(0, [(1, 50), (8, 90), (9, 10)]), (1, [(1, 50)]), (5, [(9, 5)])]
    assert oldest_commits(3, queues, [], epoch=10, reveal_period=2) == [90, NO_COMMIT, NO_COMMIT]


def test_of_timelocked_commits_all_that_wait_count():
    timelocked = [(8, [(0, 90), (1, 70)]), (9, [(0, 10), (7, 1)]), (7, [(1, 1)])]
    assert oldest_commits(2, [(1, [(9, 60)])], timelocked, epoch=10, reveal_period=2) == [10, 60]
