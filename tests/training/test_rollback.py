"""A run that was poisoned goes back to where it was still good."""

from dataclasses import replace
from math import inf, nan
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pysubtensor.face.cli import app
from pysubtensor.training import processes
from pysubtensor.training.export import Exporter, Verifier
from pysubtensor.training.files.run_files import RunFiles
from pysubtensor.training.roles.rollback import WIDE, LossAfter, RollbackThreshold, best_of
from tests.training.cheats import Poisoner
from tests.training.fleet import RULES, Fleet

GOOD = [(5, 2.0), (10, 1.5)]
BAD = [(11, 2.6), (12, 2.7), (13, 3.0)]


def after(*pairs):
    return [LossAfter(*each) for each in pairs]


@pytest.mark.parametrize(
    ("checkpoints", "recent", "wanted"),
    [
        (GOOD, BAD, 10),
        (GOOD, BAD[:2], None),  # too few
        (GOOD, [*BAD[:2], (13, 2.5)], None),  # one of them is not far enough above
        (GOOD, [*BAD, (14, 1.4)], None),  # it is over
        ([(5, 2.0), (10, 4.0)], BAD, None),
        ([(5, 1.5), (10, 4.0)], BAD, 5),  # the other is poisoned itself
        ([(12, 1.0)], BAD, None),  # the bad rounds are not all behind it
        ([], BAD, None),
        (GOOD, [(11, nan)], 10),  # one is enough
        (GOOD, [(11, inf)], 10),
        ([(10, nan)], BAD, None),
        (GOOD, [(11, nan), (12, 1.4), (13, 1.3)], None),
        (GOOD, [(11, nan), (12, 2.6), (13, 2.7)], 10),
        (GOOD, [], None),
    ],
)
def test_when_to_go_back(checkpoints, recent, wanted):
    assert best_of(after(*checkpoints), after(*recent)) == wanted


def test_an_infinite_margin_leaves_only_losses_that_are_no_numbers():
    never = RollbackThreshold(above=inf)
    assert best_of(after(*GOOD), after(*BAD), never) is None
    assert best_of(after(*GOOD), after((11, nan)), never) == 10


def test_the_margin_is_an_option(monkeypatch):
    given = []
    monkeypatch.setattr(processes, "run_validator", given.append)
    files = ("--from", "begin", "--store", "store", "--home", "home")
    command = ["train", "validate", "0", "--key", "//V", *files]
    for more in ([], ["--roll-back-above", "inf"]):
        assert CliRunner().invoke(app, [*command, *more]).exit_code == 0
    assert [each.roll_back_above for each in given] == [WIDE.above, inf]


POISONED = {
    "workers": 3,
    "validators": 2,
    "kinds": {0: Poisoner, 1: Poisoner},
    "alarm": RollbackThreshold(above=0.5, rounds=3),
}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    folder, rules = tmp_path_factory.mktemp("poisoned"), replace(RULES, challenge=60)
    fleet = Fleet(folder, **POISONED, rules=rules)
    fleet.until(lambda: bool(fleet.heard("went back")))
    yield fleet
    fleet.close()


def test_validators_vote_for_the_last_good_checkpoint(poisoned):
    view = poisoned.view
    losses = {each["round"]: each["loss"] for each in poisoned.heard("scored")}
    assert min(losses[number] for number in Poisoner.rounds) > losses[2] + 0.5
    assert {each["target"] for each in poisoned.heard("wants back")} == {2}
    assert {each["who"] for each in poisoned.heard("wants back")} == {"//V0", "//V1"}
    view.look()
    assert view.run.state_root == view.round(2).posted.state_root
    assert all(view.round(number).void for number in Poisoner.rounds)
    assert [int(each.round) for each in view.checkpoints()] == [2]


def test_all_go_on_from_it_together(poisoned):
    poisoned.play(2)
    view = poisoned.view
    last = view.run.round - 1
    assert len(view.round(last).contributors) == 3
    assert poisoned.roots() == {view.run.state_root}
    assert [number for number, _ in view.lineage()][-2:] == [2, 1]
    losses = {each["round"]: each["loss"] for each in poisoned.heard("scored")}
    assert losses[last] < losses[2]
    assert len(poisoned.heard("went back")) == 1


def test_what_was_learnt_from_poison_is_forgotten(poisoned):
    forgotten = [each["round"] for each in poisoned.heard("forgotten") if each["who"] == "//W2"]
    taken_back = [each["round"] for each in poisoned.heard("taken back") if each["who"] == "//W2"]
    assert forgotten[:2] == [4, 5]
    assert taken_back == [3]  # it began with the checkpoint


def test_the_export_is_verified(poisoned, tmp_path):
    poisoned.until(lambda: poisoned.view.run.final_round >= 4)
    assert verified(poisoned, tmp_path)[-1].endswith(": void")
    poisoned.until(lambda: poisoned.view.run.final_round >= 7)
    assert not verified(poisoned, tmp_path)[-1].endswith(": void")


def verified(fleet: Fleet, folder: Path) -> list[str]:
    """What checking an export of all that is final shows."""
    member, shown = fleet.members["//V0"], []
    member.view.look()
    exporter = Exporter(member.view, RunFiles(member.library.own, member.source), folder)
    exporter.begin()
    exporter.go_on()
    checked = Verifier(folder, shown.append).check()
    assert checked.root == member.view.run.final_root.hex()
    return shown


def test_a_run_goes_back_behind_rounds_that_are_final(fleet_of, tmp_path):
    rules = replace(RULES, challenge=5, response=5)
    fleet = fleet_of(**POISONED, rules=rules)
    fleet.until(lambda: bool(fleet.heard("went back")))
    fleet.view.look()
    assert fleet.view.run.final_round >= 3
    assert fleet.view.run.state_root == fleet.view.round(2).posted.state_root
    fleet.play(2)
    assert fleet.roots() == {fleet.view.run.state_root}
    last = fleet.view.run.round - 1
    fleet.until(lambda: fleet.view.run.final_round >= last)
    assert len(fleet.heard("went back")) == 1
    assert any(": back to " in each for each in verified(fleet, tmp_path / "export"))
