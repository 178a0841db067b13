"""A jury that judges wrongly: whoever knows better asks for another."""

from dataclasses import replace

from pysubtensor.pallets.training.types import Ground, Outcome
from pysubtensor.training.lab.cheats import Lazy
from pysubtensor.training.roles.auditor import Auditor
from pysubtensor.training.roles.jury import Juror
from tests.training.cheats import Bribed, Shield, Slanderer
from tests.training.fleet import RULES, Fleet

DEPOSIT, BOND = 10**8, 5 * 10**9
AUDITED = replace(RULES, audit_rate=1.0, audit_strides=2, appeal=30, jury=2)


def bribed(fleet: Fleet) -> Fleet:
    fleet.exchange(Juror, lambda each: Bribed(each.member, each.checker))
    return fleet


def rulings(fleet: Fleet) -> list[bool]:
    """What juries said of the first challenge."""
    return [each["guilty"] for each in fleet.heard("verdict") if each["challenge"] == 0]


def verdict_on(fleet: Fleet, name: str):
    """The first verdict on a member, after the appeal."""
    accused = fleet.members[name].account
    fleet.until(lambda: bool(fleet.heard("accused")))
    number = fleet.heard("accused")[0]["round"]
    fleet.until(lambda: bool(fleet.view.round(number).verdicts))
    (found,) = fleet.view.round(number).verdicts
    assert (found.accused, found.ground) == (accused, Ground.TRACE)
    return found


def test_an_honest_worker_is_convicted_and_appeals(fleet_of):
    fleet = bribed(fleet_of(workers=5, validators=2, rules=AUDITED))
    worker = fleet.members["//W1"]
    Slanderer.victim = worker.account
    fleet.exchange(Auditor, lambda each: Slanderer(each.member, each.checker), "//V0")
    found = verdict_on(fleet, "//W1")
    assert [each["who"] for each in fleet.heard("appealed")] == ["//W1"]
    assert rulings(fleet) == [True, False]
    assert (found.outcome, found.slashed) == (Outcome.INNOCENT, DEPOSIT)
    assert fleet.view.member(worker.account).bond == BOND


def test_a_true_accuser_is_turned_away_and_appeals(fleet_of):
    fleet = bribed(fleet_of(workers=5, validators=2, rules=AUDITED, kinds={1: Lazy}))
    found = verdict_on(fleet, "//W1")
    assert [each["who"] for each in fleet.heard("appealed")] == [fleet.heard("accused")[0]["who"]]
    assert rulings(fleet) == [False, True]
    assert (found.outcome, found.slashed) == (Outcome.GUILTY, BOND)


def test_who_was_rightly_convicted_does_not_appeal(fleet_of):
    fleet = fleet_of(workers=4, validators=2, rules=AUDITED, kinds={1: Lazy})
    assert verdict_on(fleet, "//W1").outcome is Outcome.GUILTY
    assert rulings(fleet) == [True]
    assert not fleet.heard("appealed")


def test_nobody_is_shielded_by_a_friend_that_accuses_first_only_to_lose(fleet_of):
    fleet = fleet_of(workers=4, validators=2, rules=AUDITED, kinds={1: Lazy})
    lazy = Shield.friend = fleet.members["//W1"].account
    fleet.exchange(Auditor, lambda each: Shield(each.member, each.checker), "//V0")
    others = [each for name, each in fleet.members.items() if name != "//V0"]
    honest = {each.account: each.duties for each in others}
    for each in others:
        each.duties = [duty for duty in each.duties if not isinstance(duty, Auditor)]
    fleet.until(lambda: fleet.view.newest.disputes == 2)
    for each in others:
        each.duties = honest[each.account]
    fleet.until(lambda: fleet.view.run.final_round >= 1)
    verdicts = [each for each in fleet.view.round(1).verdicts if each.accused == lazy]
    shields = [each for each in verdicts if each.accuser == fleet.members["//V0"].account]
    assert [each.outcome for each in shields] == [Outcome.INNOCENT] * 2
    assert Outcome.GUILTY in {each.outcome for each in verdicts}
