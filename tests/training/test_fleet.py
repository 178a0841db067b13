"""Whole runs: members that look at a chain and read each other's files, and some that cheat."""

import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from pysubtensor.frame.primitives import U32
from pysubtensor.pallets.training.scoring import attested
from pysubtensor.pallets.training.types import Accusation, Ground, Outcome, Phase, Standing
from pysubtensor.training.export import Exporter, Mismatch, Verifier
from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStore
from pysubtensor.training.files.run_files import RunFiles
from pysubtensor.training.lab.cheats import Copier, Impostor, Lazy, Liar, Noisy, Silent, Slow, Thief
from pysubtensor.training.plot import RunPlot, add_held_back, draw, rounds_of
from pysubtensor.training.progress import ProgressLog, events
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.posting import Poster
from pysubtensor.training.roles.replica import Replica
from pysubtensor.training.roles.respond import Responder
from pysubtensor.training.roles.worker import Worker
from tests.training.cheats import Elsewhere, Forgetful, Hider, Secretive
from tests.training.fleet import RULES, TINY, Fleet
from tests.training.serving import served_folder


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    fleet = Fleet(tmp_path_factory.mktemp("honest"), workers=3, validators=2)
    yield fleet
    fleet.close()


def test_all_hold_the_same_parameters_each_round(honest):
    for _ in range(4):
        honest.play(1)
        assert honest.roots() == {honest.view.run.state_root}
    assert [len(honest.view.round(number).contributors) for number in (2, 3, 4)] == [3, 3, 3]


def test_the_loss_falls(honest):
    losses = [each["loss"] for each in honest.heard("scored") if each["who"] == "//V0"]
    assert losses[0] > 5
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] - 0.2


def test_updates_are_scored_and_paid_for(honest):
    medians = honest.view.round(2).medians
    assert len(medians) == 3
    assert all(each.loss > 0 for each in medians)
    member = honest.view.member(honest.members["//W0"].account)
    assert member.credit > 0


def test_scores_become_rows_of_weights(honest):
    sub = honest.devnet.subtensor_module
    uid = sub.uids[honest.netuid, honest.members["//V0"].account]
    assert sub.weights[honest.netuid, uid]


def test_a_late_joiner_catches_up_to_the_same_bits(honest):
    assert honest.view.checkpoints()
    late = honest.add_worker("//W7")
    honest.play(2)
    assert honest.roots() == {honest.view.run.state_root}
    last = honest.view.run.round - 1
    assert late.member.account in honest.view.round(last).contributors


def test_a_replica_repeats_rounds_from_payloads_alone(honest, monkeypatch):
    member = honest.members["//V0"]
    replica = Replica(member.view, RunFiles(member.library.own, member.source))
    monkeypatch.setattr(replica.view, "checkpoints", tuple)
    monkeypatch.setattr(replica.library, "chunks", lambda *_: asked.append(1))  # no aggregates
    asked, number = [], honest.view.run.round
    assert replica.root(replica.before(number)) == honest.view.run.state_root
    assert len(asked) == number - 1


def test_a_killed_worker_goes_on_where_it_was(honest):
    before = honest.workers["//W1"]
    before.file.write(before.state)
    honest.step()
    after = honest.add_worker("//W1")  # another process with the same folder
    assert list(after.state.sent) == list(before.state.sent)
    assert all((a == b).all() for a, b in zip(after.state.buffer, before.state.buffer, strict=True))
    honest.play(2)
    last = honest.view.round(honest.view.run.round - 1)
    assert after.member.account in last.contributors


def test_a_worker_leaves_with_its_bond(honest):
    worker = honest.workers["//W2"]
    worker.stopping = True
    honest.until(lambda: worker.is_free)
    worker.member.leave()
    found = honest.view.member(worker.member.account)
    assert found.standing is Standing.LEAVING
    assert found.bond == 5 * 10**9
    honest.play(1)
    last = honest.view.round(honest.view.run.round - 1)
    assert worker.member.account not in last.committed


def test_a_finished_run_is_verified_without_the_chain(honest, tmp_path):
    honest.until(lambda: honest.view.run.final_round >= 4)
    member = honest.members["//V0"]
    exporter = Exporter(member.view, RunFiles(member.library.own, member.source), tmp_path)
    exporter.begin()
    written = exporter.go_on()
    checked = Verifier(tmp_path).check()
    assert checked.rounds == len(written) >= 4
    assert checked.signatures == checked.rounds
    assert checked.root == member.view.run.final_root.hex()
    assert exporter.go_on() == []
    spoil(tmp_path / "rounds" / "2")


def spoil(folder: Path) -> None:
    """Change a bit of a payload: the check finds it."""
    payload = min(folder.glob("*.slp"))
    data = bytearray(payload.read_bytes())
    data[-1] ^= 1
    payload.write_bytes(data)
    with pytest.raises(Mismatch, match="round 2: the hash of a payload"):
        Verifier(folder.parents[1]).check()
    payload.unlink()
    with pytest.raises(Mismatch, match="is missing"):
        Verifier(folder.parents[1]).check()
    for path in (folder / "round.scale", folder.parents[1] / "run.json"):
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(Mismatch, match="cannot be read"):
            Verifier(folder.parents[1]).check()


def test_a_run_is_drawn(honest, tmp_path):
    facts = rounds_of(honest.view)
    add_held_back(facts, [{"what": "scored", "round": 1, "loss": 5.0}])
    story = RunPlot(facts, honest.view.layout.size, notes={2: ["note"]})
    draw(tmp_path / "run.png", story, story)
    assert (tmp_path / "run.png").read_bytes()[:4] == b"\x89PNG"
    assert facts[0].held_back == 5.0


# -- those who cheat ------------------------------------------------------------------------------


AUDITED = replace(RULES, audit_rate=1.0, audit_strides=2)


def test_who_skips_steps_is_caught_and_slashed(fleet_of):
    fleet = fleet_of(workers=4, validators=2, rules=AUDITED, kinds={1: Lazy})
    lazy = fleet.members["//W1"].account
    fleet.until(lambda: fleet.view.member(lazy).bond == 0)
    (verdict,) = fleet.view.round(1).verdicts
    assert (verdict.accused, verdict.ground) == (lazy, Ground.TRACE)
    assert verdict.outcome is Outcome.GUILTY
    assert verdict.index == 1
    assert fleet.view.member(lazy).standing is Standing.LEAVING
    honest = [each for each in fleet.heard("audited") if each["worker"] != lazy.hex()[:8]]
    assert honest
    assert not any(each["guilty"] for each in honest)
    fleet.play(1)
    assert fleet.roots() == {fleet.view.run.state_root}


def test_what_is_withheld_is_not_joined_and_not_lost(fleet_of):
    fleet = fleet_of(workers=3, kinds={0: Silent})
    silent = fleet.workers["//W0"]
    fleet.until(lambda: fleet.passed(2))  # all three take part in the second round
    state = fleet.view.round(2)
    assert silent.member.account in state.committed
    assert silent.member.account not in state.contributors
    fleet.step()
    assert {"who": "//W0", "round": 2} in fleet.heard("taken back")
    assert {"who": "//W1", "round": 2} not in fleet.heard("taken back")
    assert any(chunk.any() for chunk in silent.state.buffer)
    assert fleet.roots() == {fleet.view.run.state_root}


def test_what_comes_late_goes_back_into_the_error_buffer(fleet_of):
    fleet = fleet_of(workers=3, kinds={1: Slow})
    slow = fleet.workers["//W1"]
    fleet.until(lambda: 2 in slow.state.sent)
    slow.stopping = True
    sent = slow.state.sent[2]
    due = [a.astype(int) + b for a, b in zip(slow.state.buffer, sent.payload.values(), strict=True)]
    fleet.until(lambda: slow.state.sent[2].back)
    assert all((a == b).all() for a, b in zip(slow.state.buffer, due, strict=True))
    slow.stopping = False
    fleet.play(2)
    assert slow.member.account in fleet.view.round(fleet.view.run.round - 1).contributors


def test_a_wrong_aggregate_is_disproved_and_undone(fleet_of):
    fleet = fleet_of(workers=3)
    liar = fleet.members["//W0"]
    fleet.until(lambda: fleet.view.newest.phase is Phase.AGGREGATE)
    schemer = [Liar(liar) if isinstance(duty, Poster) else duty for duty in liar.duties]
    for member in fleet.members.values():
        member.duties = [each for each in member.duties if not isinstance(each, Poster)]
    liar.duties = schemer
    fleet.until(lambda: bool(fleet.heard("disproved")))
    ensure_undone(fleet, liar, Ground.AGGREGATE)


def ensure_undone(fleet: Fleet, liar: MemberAgent, ground: Ground) -> None:
    fleet.view.look()
    state = fleet.view.round(fleet.heard("lied")[0]["round"])
    assert state.void
    assert fleet.view.run.state_root == state.state_before
    (verdict,) = state.verdicts
    assert (verdict.accused, verdict.ground) == (liar.account, ground)
    assert fleet.view.member(liar.account).bond == 0


def test_wrong_parameters_are_found_in_a_tree_that_only_the_poster_knows(fleet_of):
    fleet = fleet_of(workers=3)
    liar = fleet.members["//W0"]
    fleet.until(lambda: fleet.view.newest.phase is Phase.AGGREGATE)
    for member in fleet.members.values():
        member.duties = [each for each in member.duties if not isinstance(each, Poster)]
    liar.duties = [Hider(liar), *(each for each in liar.duties if not isinstance(each, Responder))]
    fleet.until(lambda: fleet.view.member(liar.account).bond == 0)
    ensure_undone(fleet, liar, Ground.STATE)
    (challenge,) = fleet.heard("accused")
    assert challenge["ground"] == "state"


def test_noise_is_clipped_and_rated_nothing(fleet_of):
    fleet = fleet_of(workers=4, kinds={1: Noisy})
    noisy = fleet.members["//W1"].account
    fleet.play(4)
    last = fleet.view.round(fleet.view.run.round - 1)
    by_worker = {each.worker: each.loss for each in last.medians}
    assert min(by_worker, key=by_worker.get) == noisy
    assert by_worker[noisy] < 0
    assert fleet.view.member(noisy).bad > 0
    losses = [each["loss"] for each in fleet.heard("scored")]
    assert losses[-1] < losses[0]  # the norm is cut to the median


def test_a_copy_of_another_update_is_seen(fleet_of):
    fleet = fleet_of(workers=3, kinds={1: Copier})
    fleet.play(3)
    copier = fleet.members["//W1"].account
    assert fleet.heard("scored")[-1]["copies"] == [copier.hex()[:8]]
    sheet = fleet.view.pallet.sheets[0, fleet.view.run.round - 1, fleet.members["//V0"].account]
    ratings = {score.worker: score.rating for score in sheet.scores}
    assert ratings.pop(copier) == 0
    assert min(ratings.values()) > 0


def test_two_runs_go_on_at_once(fleet_of, tmp_path):
    fleet = fleet_of(workers=2, validators=1)
    config = replace(TINY, outer=replace(TINY.outer, keep=128), seed=7)
    other = Fleet(tmp_path / "other", workers=2, validators=1, config=config, beside=fleet)
    for _ in range(60):
        other.step()
        fleet.step()
        if fleet.passed(2) and other.passed(2):
            break
    assert (fleet.run, other.run) == (0, 1)
    for each in (fleet, other):
        each.view.look()
        assert each.roots() == {each.view.run.state_root}
    sizes = [each.view.commitment(1, each.members["//W0"].account).size for each in (fleet, other)]
    assert sizes[0] < sizes[1]


def test_what_happens_is_shown_and_written_down(fleet_of, tmp_path, capsys):
    fleet = fleet_of(workers=2)
    with ProgressLog(tmp_path / "log", "worker //W0") as progress:
        fleet.members["//W0"].log = progress
        fleet.play(1)
        progress.refresh(fleet.view)
        progress("sent", round=9, bytes=100)
    log_lines = events(tmp_path / "log")
    assert {"trained", "committed", "sent"} <= {each["what"] for each in log_lines}
    assert log_lines[-1] == {"block": fleet.view.now, "what": "sent", "round": 9, "bytes": 100}
    assert "worker //W0: trained  round" in capsys.readouterr().out
    shown = Console(width=100, record=True, file=io.StringIO())
    shown.print(progress._table(fleet.view))
    text = shown.export_text()
    assert "2 workers, 1 validators" in text
    assert "tokens a second" in text
    assert "blocks left" in text


@pytest.mark.parametrize("kind", [Forgetful, Secretive, Elsewhere])
def test_any_audited_stride_shows_what_was_done_wrong(fleet_of, kind):
    rules = replace(RULES, audit_rate=1.0, audit_strides=1)
    fleet = fleet_of(workers=3, validators=2, rules=rules, kinds={1: kind})
    cheat = fleet.members["//W1"].account
    fleet.until(lambda: fleet.view.member(cheat).bond == 0)
    guilty = {each["worker"] for each in fleet.heard("audited") if each["guilty"]}
    assert guilty == {cheat.hex()[:8]}


def test_a_worker_behind_http_takes_part(fleet_of, tmp_path):
    fleet = fleet_of(workers=2)
    folder = tmp_path / "W8" / "store"
    folder.mkdir(parents=True)
    with served_folder(folder) as url:
        worker = fleet.add_worker("//W8", public=url)
        assert fleet.view.member(worker.member.account).endpoint == url.encode()
        fleet.play(2)
    last = fleet.view.round(fleet.view.run.round - 1)
    assert worker.member.account in last.contributors
    assert fleet.roots() == {fleet.view.run.state_root}


def test_a_thief_of_commitments_and_of_bytes_gets_nothing(fleet_of):
    fleet = fleet_of(workers=3, kinds={2: Thief})
    thief = fleet.members["//W2"].account
    fleet.until(lambda: fleet.passed(4))
    refused = fleet.heard("refused")
    assert [each["round"] for each in refused][:3] == [2, 3, 4]  # the first one began without it
    assert {each["why"] for each in refused} == {"Training.CopiedCommitment"}
    assert not fleet.heard("robbed")
    state = fleet.view.round(3)  # the bytes of another, as they were
    assert thief in state.committed
    assert thief not in attested(state)
    assert thief in attested(fleet.view.round(4))  # encoded anew
    scored = {each["round"]: each["copies"] for each in fleet.heard("scored")}
    assert scored[4] == [thief.hex()[:8]]


def test_an_impostor_trains_and_lies(fleet_of):
    fleet = fleet_of(workers=3, kinds={1: Impostor})
    fleet.until(lambda: bool(fleet.heard("disproved")), limit=900)
    ensure_undone(fleet, fleet.members["//W1"], Ground.AGGREGATE)
    fleet.play(1)
    assert fleet.roots() == {fleet.view.run.state_root}


def test_the_buffer_of_who_was_late_has_all_that_was_not_sent(fleet_of):
    fleet = fleet_of(workers=3, kinds={1: Slow})
    slow = fleet.workers["//W1"].member.account
    fleet.until(lambda: fleet.passed(3))
    (late,) = fleet.heard("late")
    assert slow not in fleet.view.round(late["round"]).committed
    said = fleet.view.commitment(late["round"] + 1, slow)
    assert said.error_old.hex() == late["buffer"]


class Unlucky(Worker):
    """Comes to no numbers in the second round."""

    def _strides(self, assigned):
        factor = np.float32("nan" if self.member.view.run.round == 2 else 1)
        for leaf, state, losses in super()._strides(assigned):
            yield leaf, state._replace(parameters=state.parameters * factor), losses


def test_who_comes_to_no_numbers_leaves_the_round_out(fleet_of):
    fleet = fleet_of(workers=3, rules=AUDITED, kinds={1: Unlucky})
    unlucky = fleet.members["//W1"].account
    fleet.until(lambda: fleet.passed(3))
    assert fleet.heard("diverged") == [{"who": "//W1", "round": 2}]
    committed = [unlucky in fleet.view.round(number).committed for number in (1, 2, 3)]
    assert committed == [True, False, True]
    fleet.until(lambda: any(each["round"] == 3 for each in fleet.heard("audited")))
    fleet.play(1)
    assert not any(each["guilty"] for each in fleet.heard("audited"))
    assert fleet.roots() == {fleet.view.run.state_root}


def test_a_poster_proves_what_it_made_of_payloads_that_were_changed(fleet_of):
    fleet = fleet_of(workers=3, validators=0)
    fleet.until(lambda: fleet.passed(1))
    poster = next(name for name, each in fleet.members.items() if fleet.posted(1) == each.account)
    others = [name for name in fleet.members if name != poster]
    for name in others:
        store = fleet.folder / name.strip("/") / "store"
        shutil.rmtree(store)
        place = FileStore(store.as_uri())
        place.put(file_names.payload(fleet.run, 1, fleet.members[name].account), b"something else")
    reader = RunFiles(FileStore((fleet.folder / "reader").as_uri()), fleet.members[poster].source)
    contributors = fleet.view.round(1).contributors
    assert all(reader.payload(fleet.view, 1, who) is not None for who in contributors)
    fleet.add_worker(poster)  # another process with the same folder
    said = Accusation(fleet.posted(1), Ground.AGGREGATE, U32(0), None)
    fleet.members[others[0]].send("open_challenge", run=fleet.run, round=1, accusation=said)
    fleet.until(lambda: bool(fleet.view.round(1).verdicts))
    (verdict,) = fleet.view.round(1).verdicts
    assert (verdict.accused, verdict.outcome) == (fleet.posted(1), Outcome.INNOCENT)
