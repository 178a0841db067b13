"""A worker that is killed, or whose chain forgets: nothing is sent twice, and nothing is lost."""

import numpy as np
import pytest

from pysubtensor.training.roles.worker import Worker
from tests.training.fleet import Fleet


class Killed(RuntimeError):
    """What no duty is ready for."""


def kill_at(worker: Worker, moment: str) -> None:
    """Let the process of a worker end in the second round."""
    targets = {
        "trace": (worker.file, "write_trace"),
        "save": (worker.file, "write"),
        "commit": (worker.member, "send"),
        "reveal": (worker.member.library.own, "put"),
    }
    owner, name = targets[moment.removesuffix(" after")]
    do = getattr(owner, name)

    def dying(*about, **more):
        if worker.member.view.run.round < 2:
            return do(*about, **more)
        if moment.endswith("after"):
            do(*about, **more)
        raise Killed

    setattr(owner, name, dying)


def until_killed(fleet: Fleet) -> None:
    with pytest.raises(Killed):
        fleet.until(lambda: fleet.passed(2))


MOMENTS = [each + when for each in ("trace", "save", "commit", "reveal") for when in ("", " after")]


@pytest.mark.parametrize("moment", MOMENTS)
def test_whenever_a_worker_is_killed_it_goes_on_as_if_it_had_not_been(fleet_of, moment):
    fleet = fleet_of(workers=3)
    fleet.until(lambda: fleet.passed(1))
    before = fleet.workers["//W1"]
    kill_at(before, moment)
    until_killed(fleet)
    after = fleet.add_worker("//W1")  # another process with the same folder
    assert after.member.account == before.member.account
    fleet.until(lambda: fleet.passed(3))
    for number in (2, 3):
        assert after.member.account in fleet.view.round(number).contributors
    assert not [each for each in fleet.heard("taken back") if each["who"] == "//W1"]
    sent = after.state.sent
    ensure_follows(sent[2], sent[3], after)
    assert fleet.roots() == {fleet.view.run.state_root}


def ensure_follows(first, second, worker: Worker) -> None:
    """The error buffer of a round is what the one before left."""
    decay = worker.member.view.terms.codec.decay
    pairs = zip(first.after(decay), second.before, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert first.commitment.error_new == second.commitment.error_old


def test_a_commitment_in_a_block_that_is_no_more_is_sent_again(fleet_of):
    fleet = fleet_of(workers=3)
    fleet.until(lambda: fleet.passed(1))
    worker, lost = fleet.workers["//W1"], []
    send = worker.member.send

    def lose_once(name: str, **arguments):
        if name == "commit_round" and not lost:
            lost.append(arguments["round"])
        else:
            send(name, **arguments)

    worker.member.send = lose_once
    fleet.until(lambda: fleet.passed(2))
    assert lost == [2]
    assert worker.member.account in fleet.view.round(2).contributors


def test_what_was_trained_on_other_text_is_not_committed_to(fleet_of):
    fleet = fleet_of(workers=3)
    fleet.until(lambda: fleet.passed(1))
    worker = fleet.workers["//W1"]
    worker.member.send = lambda *_, **__: None
    fleet.until(lambda: 2 in worker.state.sent)
    del worker.member.send
    seed = worker.member.view.seed
    worker.member.view.seed = lambda *about: bytes(32)  # another block is before the round now
    fleet.until(lambda: fleet.passed(2))
    assert worker.member.account not in fleet.view.round(2).committed
    worker.member.view.seed = seed
    fleet.until(lambda: fleet.passed(3))
    assert worker.member.account in fleet.view.round(3).contributors


def test_a_folder_of_before_costs_a_round(fleet_of):
    fleet = fleet_of(workers=3)
    fleet.until(lambda: fleet.passed(1))
    worker = fleet.workers["//W1"]
    (worker.member.member_dir / "worker.npz").rename(worker.member.member_dir / "worker.lost")
    worker = fleet.add_worker("//W1")
    fleet.until(lambda: fleet.passed(3))
    joined = [
        worker.member.account in fleet.view.round(number).contributors for number in (1, 2, 3)
    ]
    assert joined == [True, False, True]
    (log_lines,) = fleet.heard("waits for a round")
    assert "before round 2" in log_lines["why"]
    assert fleet.roots() == {fleet.view.run.state_root}
