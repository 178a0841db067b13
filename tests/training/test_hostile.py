"""Members whose places, files and words are made to harm others."""

import dataclasses
from typing import Self

import pytest
from msgspec.structs import replace

from pysubtensor.training.files import file_names, file_store
from pysubtensor.training.files.file_store import FileStore, PeerStores
from pysubtensor.training.files.run_files import RunFiles, bytes_of
from pysubtensor.training.roles.attesting import Witness
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.replica import Replica
from tests.training.fleet import RULES
from tests.training.test_killed import ensure_follows

AUDITED = dataclasses.replace(RULES, audit_rate=1.0, audit_strides=2)
NO_URLS = ("http://[", "http://℀.example", "s3://", "az://", "https://:x", "\0", "http:///", "//")


@pytest.mark.parametrize("url", NO_URLS)
def test_what_is_no_url_is_no_place(url, tmp_path):
    assert PeerStores(tmp_path.as_uri()).get([url], "0/1/file", 10) is None


def test_nobody_stops_a_run_with_an_endpoint_that_is_no_url(fleet_of, monkeypatch):
    fleet = fleet_of(workers=2)
    monkeypatch.setattr(MemberAgent, "_try_store", lambda _: None)
    fleet.add_worker("//W8", public="http://[")
    fleet.play(2)
    assert fleet.roots() == {fleet.view.run.state_root}


GRACE = file_store.GRACE  # as it is, before the tests are patient


class Slowly:
    """A place whose answers take some seconds, by a clock that only they move."""

    def __init__(self, seconds: float, answer: bytes | None) -> None:
        self.now, self.seconds, self.answer, self.asked = 1_000.0, seconds, answer, []

    def __call__(self, url: str) -> Self:
        self.asked.append(url)
        return self

    def get(self, name: str, limit: int) -> bytes | None:
        self.now += self.seconds
        return self.answer


@pytest.fixture
def slowly(monkeypatch):
    def make(seconds: float, answer: bytes | None) -> Slowly:
        found = Slowly(seconds, answer)
        monkeypatch.setattr(file_store, "_peer_store", found)
        monkeypatch.setattr(file_store, "GRACE", GRACE)
        monkeypatch.setattr(file_store.time, "monotonic", lambda: found.now)
        return found

    return make


@pytest.mark.parametrize("answer", [None, b"something"])
def test_who_answers_slowly_is_not_waited_for_again(tmp_path, slowly, answer):
    place, others = slowly(20.0, answer), PeerStores(tmp_path.as_uri())
    for _ in range(3):
        others.get(["http://a"], "0/1/file", 10)
    assert place.asked == ["http://a"]
    assert others.get(["http://b"], "0/1/file", 10) == answer
    place.now += file_store.REST * 20.0
    assert others.get(["http://a"], "0/1/file", 10) == answer


def test_much_may_take_long(tmp_path, slowly):
    place, others = slowly(15.0, bytes(2_000_000)), PeerStores(tmp_path.as_uri())
    for _ in range(3):
        assert others.get(["http://a"], "0/1/file", 1 << 30) is not None
    assert len(place.asked) == 3


def test_a_false_checkpoint_hides_no_true_one(fleet_of):
    fleet = fleet_of(workers=2)
    fleet.until(lambda: bool(fleet.heard("anchored")))
    fleet.view.look()
    (anchored, *_) = fleet.view.checkpoints()
    own = FileStore((fleet.folder / "reader").as_uri())
    size = bytes_of(fleet.view.layout)
    own.put(file_names.parameters(fleet.run, anchored.round), bytes(size))
    reader = RunFiles(own, fleet.members["//V0"].source)
    found = Replica(fleet.view, reader)._begin(anchored.state_root)
    assert found is not None
    own.put(file_names.parameters(fleet.run, anchored.round), b"short")
    assert Replica(fleet.view, reader)._begin(anchored.state_root) is not None


class Blind(Witness):
    """Says that it could read nothing."""

    def _available(self, number, state):
        return [False] * len(state.committed)


def test_one_witness_that_reads_nothing_spoils_no_round(fleet_of):
    fleet = fleet_of(workers=4, validators=2)
    fleet.until(lambda: fleet.passed(1))
    fleet.exchange(Witness, lambda each: Blind(each.member), "//W0")
    hidden, library = fleet.members["//W1"].account, fleet.members["//W2"].library
    read = library.payload
    library.payload = lambda view, number, who: None if who == hidden else read(view, number, who)
    fleet.until(lambda: fleet.passed(2))
    state = fleet.view.round(2)
    assert len(state.committed) == 4
    assert set(state.contributors) == set(state.committed) - {hidden}


def test_an_old_copy_of_another_run_is_replaced(fleet_of):
    fleet = fleet_of(workers=2)
    worker, validator = fleet.members["//W0"].account, fleet.members["//V0"]
    name = file_names.payload(fleet.run, 1, worker)
    validator.library.own.put(name, b"of a run that was before")
    fleet.play(1)
    payload = fleet.members["//W1"].library.payload(fleet.view, 1, worker)
    assert payload is not None
    assert validator.library.own.get(name, 1 << 20) == payload.encode()


def test_who_is_copied_out_of_the_pool_encodes_its_update_anew(fleet_of):
    fleet = fleet_of(workers=4, rules=AUDITED)
    fleet.until(lambda: fleet.passed(1))
    victim, thief = fleet.workers["//W1"], fleet.members["//W0"]
    thief.duties, send, tried = [], victim.member.send, []

    def be_overtaken(name, **arguments):
        if name == "commit_round" and arguments["round"] == 2:
            tried.append(arguments["commitment"])
            if len(tried) == 1:
                buffer = fleet.view.member(thief.account).error_root
                copy = replace(arguments["commitment"], error_old=buffer)
                thief.send(name, **arguments | {"commitment": copy})
        send(name, **arguments)

    victim.member.send = be_overtaken
    fleet.until(lambda: fleet.passed(3))
    first, second = tried
    assert (first.update_root, first.steps_root) == (second.update_root, second.steps_root)
    contributors = fleet.view.round(2).contributors
    assert victim.member.account in contributors
    assert thief.account not in contributors
    ensure_follows(victim.state.sent[2], victim.state.sent[3], victim)
    about = victim.member.account.hex()[:8]
    fleet.until(lambda: {"round": 2, "worker": about} in audited(fleet))
    assert not any(each["guilty"] for each in fleet.heard("audited") if each["worker"] == about)


def audited(fleet) -> list[dict]:
    return [{name: each[name] for name in ("round", "worker")} for each in fleet.heard("audited")]
