"""The demo's plays in one process, with small models: what must be seen is seen, and only then."""

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from pysubtensor.training.create_run import RunRules
from pysubtensor.training.demo import cast, scenes
from pysubtensor.training.demo.cast import CHEATS, Company
from pysubtensor.training.demo.play import Honest, Play, Pretence
from pysubtensor.training.demo.play import perform as play_all
from pysubtensor.training.demo.report import (
    Missing,
    ensure_seen,
    people,
    story_of,
    together,
    verified,
    what_happened,
)
from pysubtensor.training.demo.stage import DemoNetwork
from pysubtensor.training.demo.watch import name_of, watched
from pysubtensor.training.export import Exporter
from pysubtensor.training.learning.config import InnerConfig
from pysubtensor.training.plot import draw
from pysubtensor.training.roles.worker import Worker
from tests.training.fleet import TINY, Fleet

pytestmark = pytest.mark.slow
ROUNDS = 12


class Scenery:
    """The demo's stage, whose people are members in this process."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def log_lines(self, name: str):
        return [{"what": what, **facts} for who, what, facts in self.fleet.log_lines if who == name]

    def enter(self, part: cast.Actor, run: int) -> None:
        if part.does == "validate":
            self.fleet.add_validator(part.name)
        else:
            self.fleet.add_worker(part.name, CHEATS.get(part.does, Worker))

    def kill(self, name: str) -> None:
        member_dir = self.fleet.members.pop(name).member_dir
        for path in member_dir.glob("*.npz"):
            path.unlink()

    def ask_to_leave(self, name: str) -> None:
        self.fleet.workers[name].stopping = True
        self.fleet.members[name].leave()


def fleet_for(company: Company, folder, config) -> Fleet:
    rules = replace(RunRules.from_json(json.dumps(company.rules).encode()), stride=2)
    return Fleet(folder, workers=0, validators=0, rules=rules, config=config)


def audience(fleet: Fleet):
    """A stage with the fleet's people, what is seen of them, the run, and what is kept of it."""
    stage, folder = Scenery(fleet), fleet.folder
    watch = watched(fleet.view, stage.log_lines, folder / "source", folder / "seen")
    exporter = Exporter(watch.view, watch.library, folder / "export")
    exporter.begin()
    return stage, watch, fleet.run, exporter


def perform(play: Play, limit: int) -> None:
    play.begin()
    for _ in range(limit):
        play.tick()
        if play.is_over:
            return
        play.stage.fleet.step()
    raise AssertionError(f"not seen: {[s.title for s in play.scenes if s.title not in play.seen]}")


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The first run, played to its end."""
    config = replace(TINY, inner=InnerConfig(steps=6, batch=4, warm_up=4, total_steps=6 * ROUNDS))
    fleet = fleet_for(cast.honest_company(ROUNDS), tmp_path_factory.mktemp("honest"), config)
    play = Honest(*audience(fleet), ROUNDS)
    perform(play, 1_500)
    yield play
    fleet.close()


@pytest.fixture(scope="module")
def pretence(tmp_path_factory):
    """The second run, played to its end."""
    company = cast.false_company()
    fleet = fleet_for(company, tmp_path_factory.mktemp("pretence"), company.config)
    play = Pretence(*audience(fleet))
    perform(play, 1_500)
    yield play
    fleet.close()


def test_all_that_must_happen_is_seen(honest, pretence):
    for play in (honest, pretence):
        rows = what_happened((play,), [verified(play)])
        assert len(rows) == len(play.scenes) + len(scenes.ALWAYS) + 1
        ensure_seen(rows)


def test_who_lost_everything_goes_the_way_of_checkpoints(honest):
    """Chance decides when it owes no answer to an audit, and may be killed."""
    killed, back = (honest.watch.marks[name] for name in ("killed", "back"))
    assert 3 <= killed <= back - 2
    assert back >= 7
    log_lines = re.fullmatch(
        r"killed in round (\d+); in round (\d+) from the checkpoint after round (\d+)"
        r"(?: and the aggregate of (.+))? to the chain's root [0-9a-f]{8}…",
        honest.seen[scenes.HONEST[1].title],
    )
    assert log_lines is not None
    assert int(log_lines[1]) == killed
    number, checkpoint = int(log_lines[2]), int(log_lines[3])
    assert number >= back
    assert checkpoint % 3 == 0
    assert (log_lines[4] is None) == (checkpoint == number - 1)


def test_what_is_not_seen_is_an_error():
    ensure_seen([("a", "b", "c")])
    with pytest.raises(Missing, match="not seen: the moon"):
        ensure_seen([("the sun", "rises", "it did"), ("the moon", "rises", "")])


def test_nothing_is_seen_where_nobody_cheats(tmp_path):
    """The same people, who all do what they should."""
    company = cast.false_company()
    fleet = fleet_for(company, tmp_path, company.config)
    _, watch, *_ = audience(fleet)
    fleet.add_validator(cast.VIC)
    for name in (cast.IDA, cast.HAL, cast.KIT, cast.GUS, cast.WIM, cast.MAX):
        fleet.add_worker(name)
    fleet.play(3)
    seen = {each.title: each.check(watch) for each in (*scenes.HONEST, *scenes.EARLY, *scenes.LATE)}
    fleet.close()
    assert not any(seen.values()), seen


def test_a_table_and_a_picture_say_what_came_of_it(honest, pretence, tmp_path):
    table = people(pretence)
    columns = {column.header: list(column.cells) for column in table.columns}
    lines = zip(*columns.values(), strict=True)
    rows = {line[0]: dict(zip(columns, line, strict=True)) for line in lines}
    assert list(rows) == [part.name for part in pretence.company.parts]
    assert rows[cast.WIM]["rounds"] == rows[cast.VIC]["rounds"] == "0"
    assert int(rows[cast.IDA]["rounds"]) > 3
    assert rows[cast.MAX]["in the end"] == "slashed, out"
    assert rows[cast.VIC]["in the end"] == "active"
    draw(tmp_path / "both.png", story_of(honest), story_of(pretence))
    assert (tmp_path / "both.png").read_bytes()[:4] == b"\x89PNG"
    title, _, seen = together(honest, pretence)
    assert title.startswith("two runs")
    assert seen.startswith("k = 64 and 128")


def test_people_have_names(honest):
    assert name_of(honest.watch.view.members()[0][0]).startswith("//")
    assert name_of(None) == "the chain"


# -- processes ------------------------------------------------------------------------------------


@pytest.fixture
def stage(tmp_path):
    made = DemoNetwork(tmp_path, Console(file=io.StringIO()))
    yield made
    made.stop()


def test_who_ends_by_mistake_is_missed(stage):
    stage._start("//Ada", ["json.tool", "--no-such-option"])
    assert stage.processes["//Ada"].wait() != 0
    with pytest.raises(RuntimeError, match="//Ada ended"):
        stage.mind()


def test_who_is_killed_loses_what_only_it_had(stage):
    stage._start("//Ben", ["http.server", "--bind", "127.0.0.1", "0"])
    member_dir = stage.member_dir("//Ben")
    (member_dir / "worker.npz").touch()
    (member_dir / "store").mkdir()
    stage.kill("//Ben")
    stage.mind()
    assert {path.name for path in member_dir.iterdir()} == {"output.txt", "store"}


def test_what_does_not_happen_in_time_is_an_error(stage, monkeypatch):
    class Still(Play):
        def begin(self):
            """Nobody comes."""

        tick = begin

    company = cast.false_company()
    monkeypatch.setattr("pysubtensor.training.demo.play.WAIT", -1.0)
    play = Still(stage, None, 0, company, None, scenes=scenes.LATE)
    with pytest.raises(TimeoutError, match="it did not come to: //Max posts a wrong aggregate"):
        play_all(stage, play)
