"""Runs and their members: created, joined, left, paused, closed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U32
from pysubtensor.pallets.training import members
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import Phase, Role, Standing
from tests.support import TAO
from tests.training_chain import BURN, NETUID, OWNER, Lab, TrainingChain, terms_of

GOOD = terms_of(bytes(32))


def chain(**config):
    return TrainingChain([bytes((7,)) * 32], **config)


# -- creating -------------------------------------------------------------------------------------


def test_a_run_costs_its_bond_and_gives_it_back():
    found = chain()
    before = found.balance(OWNER)
    found.call(OWNER, "create_run", netuid=NETUID, terms=GOOD)
    assert found.balance(OWNER) == before - TAO
    found.books_balance()
    found.refused("NotCreator", bytes((7,)) * 32, "close_run", run=0)
    found.call(OWNER, "close_run", run=0)
    assert found.balance(OWNER) == before
    assert found.pot() == 0
    found.refused("IsClosed", OWNER, "close_run", run=0)
    found.blocks(2)
    assert found.pallet.runs[0] is None
    assert found.pallet.ended[0] == (bytes(32), bytes(32))
    found.refused("NoSuchRun", OWNER, "close_run", run=0)


def test_only_the_owner_of_a_subnet_creates_runs_on_it():
    found = chain()
    found.refused("NoSuchSubnet", OWNER, "create_run", netuid=9, terms=GOOD)
    found.refused("NotSubnetOwner", bytes((7,)) * 32, "create_run", netuid=NETUID, terms=GOOD)


def test_subnets_have_a_quota_of_runs():
    found = chain(max_runs_per_subnet=U32(2))
    for _ in range(2):
        found.call(OWNER, "create_run", netuid=NETUID, terms=GOOD)
    found.refused("TooManyRuns", OWNER, "create_run", netuid=NETUID, terms=GOOD)
    found.call(ROOT, "close_run", run=0)
    found.call(OWNER, "create_run", netuid=NETUID, terms=GOOD)
    assert found.pallet.open_runs.get() == 2


BAD = [
    ("BadCodec", {"k": 63}),
    ("BadCodec", {"shapes": ((0, 4),)}),
    ("BadCodec", {"shapes": ()}),
    ("BadCodec", {"decay": 65_537}),
    ("BadCodec", {"alpha": 0}),
    ("BadSchedule", {"train": 0}),
    ("BadSchedule", {"challenge": (1 << 20) + 1}),
    ("BadSchedule", {"response": 25}),
    ("BadSchedule", {"unbonding": 53}),
    ("BadSchedule", {"stride": 16}),
    ("BadSchedule", {"audit_strides": 4}),
    ("BadSchedule", {"keep_rounds": 0}),
    ("BadSchedule", {"checkpoint_every": 0}),
    ("BadSchedule", {"max_misses": 0}),
    ("BadBonds", {"worker": 999_999}),
    ("BadSizes", {"min_workers": 0}),
    ("BadSizes", {"min_workers": 9}),
    ("BadSizes", {"contributors": 9}),
    ("BadSizes", {"max_workers": 65}),
    ("BadSizes", {"max_validators": 65}),
    ("BadSizes", {"jury": 33}),
    ("BadSizes", {"witnesses": 0}),
]


@pytest.mark.parametrize(("error", "changed"), BAD)
def test_terms_that_cannot_be(error, changed):
    terms = terms_of(bytes(32), **changed)
    chain().refused(error, OWNER, "create_run", netuid=NETUID, terms=terms)


# -- joining --------------------------------------------------------------------------------------


def test_the_first_round_waits_for_enough_workers():
    lab = Lab(workers=1)
    assert (lab.run().status, lab.number) == (Status.WAITING, 0)
    lab.join(lab.spare[0])
    assert (lab.run().status, lab.number) == (Status.RUNNING, 0)
    lab.blocks()
    assert lab.round().phase is Phase.TRAIN
    assert lab.member(lab.spare[0]).since == 1


def test_who_joins_later_takes_part_from_the_next_round():
    lab = Lab()
    lab.join(lab.spare[0])
    assert lab.member(lab.spare[0]).since == 2
    lab.refused("NotActive", lab.spare[0], "commit_round", **lab.of_round(),
                commitment=lab.train(lab.spare[0]).commitment)  # fmt: skip
    lab.play(2)
    assert lab.spare[0] not in lab.round(1).committed
    lab.workers += (lab.spare[0],)
    assert lab.number == 3
    lab.play()
    assert lab.spare[0] in lab.round(3).contributors


def test_a_bond_goes_to_the_pallets_account():
    lab = Lab()
    assert lab.pot() == TAO + 3 * 10 * TAO + 2 * 20 * TAO
    lab.books_balance()


def refused_join(lab, error, who, role=Role.WORKER, bond=10 * TAO, **changed):
    lab.refused(error, who, "join", **{**lab.joining(who, role, bond), **changed})


def test_who_may_not_join():
    lab = Lab()
    who, other = lab.spare[:2]
    stranger = b"\x99" * 32
    lab.secrets[stranger] = 5
    refused_join(lab, "NoSuchRun", who, run=3)
    refused_join(lab, "NotRegistered", stranger)
    refused_join(lab, "NotPermitted", who, Role.VALIDATOR, 20 * TAO)
    refused_join(lab, "AlreadyMember", lab.workers[0])
    refused_join(lab, "BondTooSmall", who, bond=10 * TAO - 1)
    refused_join(lab, "BadKey", who, key=bytes(48))
    refused_join(lab, "BadKey", who, proof=bls.prove_possession(lab.secrets[who], other))
    taken = lab.member(lab.workers[0]).key
    refused_join(lab, "KeyInUse", who, key=taken)


def test_full_places_go_to_larger_bonds():
    lab = Lab(max_workers=3, contributors=3, immunity=0)
    who = lab.spare[0]
    refused_join(lab, "RunFull", who)
    lab.join(who, bond=11 * TAO)
    assert lab.pallet.active[0, Role.WORKER] == (*lab.workers[:2], who)
    gone = lab.member(lab.workers[2])
    assert gone.standing is Standing.LEAVING
    assert gone.bond == 10 * TAO
    lab.books_balance()


def test_of_equal_bonds_the_least_quality_goes():
    lab = Lab(max_workers=3, contributors=3, immunity=0)
    for place, who in enumerate(lab.workers):
        lab.pallet.members[0, who] = replace(lab.member(who), quality=(5, 3, 8)[place])
    lab.join(lab.spare[0], bond=11 * TAO)
    assert lab.workers[1] not in lab.pallet.active[0, Role.WORKER]


def test_newcomers_are_immune():
    lab = Lab(max_workers=3, contributors=3, immunity=2)
    refused_join(lab, "RunFull", lab.spare[0], bond=99 * TAO)
    lab.play(2)
    lab.join(lab.spare[0], bond=99 * TAO)


# -- leaving --------------------------------------------------------------------------------------


def test_bonds_are_free_after_unbonding():
    lab = Lab()
    who = lab.workers[0]
    before = lab.balance(who)
    lab.refused("StillBonded", who, "claim", run=0)
    lab.call(who, "leave", run=0)
    lab.refused("NotActive", who, "leave", run=0)
    lab.refused("NotActive", who, "rejoin", run=0)
    until = lab.member(who).until
    assert until == lab.now + 60
    lab.blocks(59)
    lab.refused("StillBonded", who, "claim", run=0)
    lab.blocks()
    lab.call(who, "claim", run=0)
    assert lab.balance(who) == before + 10 * TAO
    lab.books_balance()
    lab.refused("NotMember", who, "claim", run=0)
    lab.join(who)


def test_missing_rounds_makes_inactive_until_one_returns():
    lab = Lab(workers=4)
    lost, lab.workers = lab.workers[3], lab.workers[:3]
    lab.play()
    assert lab.member(lost).misses == 1
    lab.play()
    assert lab.member(lost).standing is Standing.INACTIVE
    lab.refused("AlreadyActive", lab.workers[0], "rejoin", run=0)
    number = lab.number
    lab.call(lost, "rejoin", run=0)
    assert (lab.member(lost).since, lab.member(lost).misses) == (number + 1, 0)
    lab.play()
    lab.workers += (lost,)
    lab.play()
    assert lab.round(number + 1).contributors == lab.workers
    lab.books_balance()


def test_endpoints_can_change():
    lab = Lab()
    lab.call(lab.workers[0], "set_endpoint", run=0, endpoint=b"s3://elsewhere")
    assert lab.member(lab.workers[0]).endpoint == b"s3://elsewhere"
    lab.refused("NotMember", lab.spare[0], "set_endpoint", run=0, endpoint=b"")


# -- closing --------------------------------------------------------------------------------------


def test_a_closed_run_pays_everybody_and_is_forgotten():
    lab = Lab()
    lab.play(2)
    root = lab.round(2).posted.state_root
    lab.commit(lab.workers[0])
    lab.call(OWNER, "close_run", run=0)
    lab.refused("IsClosed", lab.workers[1], "commit_round", **lab.of_round(),
                commitment=lab.train(lab.workers[1]).commitment)  # fmt: skip
    for who in (*lab.workers, *lab.validators):
        lab.refused("StillBonded", who, "claim", run=0)
        lab.call(who, "leave", run=0)
    lab.blocks(60)
    assert lab.pallet.rounds[0, 1] is None
    for who in (*lab.workers, *lab.validators):
        lab.call(who, "claim", run=0)
    lab.blocks(2)
    assert lab.pallet.runs[0] is None
    assert lab.pallet.ended[0][0] == root
    assert lab.pot() == lab.balance(BURN) == 0
    assert [item.wire_name for item in lab.pallet.storage.values()
            if list(item.live.scan(b"")) and item.wire_name not in KEPT] == []  # fmt: skip


KEPT = ("NextRun", "NextChallenge", "Ended", "Held", "OpenRuns", "RunsOn", "Agenda")


def test_places_by_role():
    assert members.max_members(GOOD, Role.WORKER) == 8
    assert members.max_members(GOOD, Role.VALIDATOR) == 4
