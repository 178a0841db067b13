"""A run that goes on from where an exported one ended, by other terms."""

from dataclasses import replace
from pathlib import Path

import pytest

from pysubtensor.training.create_run import continue_run
from pysubtensor.training.export import Exporter, Mismatch, Verifier
from pysubtensor.training.files.run_files import RunFiles
from pysubtensor.training.learning.config import ModelConfig
from tests.training.fleet import RULES, TINY, Fleet


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The export of a run, and the loss on held-back text that it came to."""
    rules = replace(RULES, challenge=5, response=5)
    fleet = Fleet(tmp_path_factory.mktemp("old"), workers=2, rules=rules)
    fleet.until(lambda: fleet.view.run.final_round >= 6)
    member, folder = fleet.members["//V0"], fleet.folder / "export"
    exporter = Exporter(member.view, RunFiles(member.library.own, member.source), folder)
    exporter.begin()
    exporter.go_on()
    losses = [each["loss"] for each in fleet.heard("scored")]
    yield folder, losses
    fleet.close()


def test_it_begins_with_the_final_parameters(old):
    folder, _ = old
    made, verifier = continue_run(folder), Verifier(folder)
    assert made.config == replace(TINY, after=verifier.check().root, corpus=made.config.corpus)
    pairs = zip(made.initial, verifier.parameters, strict=True)
    assert all((ours == theirs).all() for ours, theirs in pairs)


def test_others_train_on_by_other_terms(old, tmp_path):
    folder, losses = old
    other = replace(TINY, outer=replace(TINY.outer, keep=128), inner=replace(TINY.inner, batch=8))
    fleet = Fleet(tmp_path, workers=2, new_run=continue_run(folder, other))
    try:
        fleet.play(2)
        assert fleet.view.terms.codec.k == 128
        assert fleet.roots() == {fleet.view.run.state_root}
        (first, *_) = [each["loss"] for each in fleet.heard("scored")]
        assert first == pytest.approx(losses[-1], rel=0.1)
        assert first < (losses[0] + losses[-1]) / 2
    finally:
        fleet.close()


def test_the_text_of_the_other_run_stays_with_it(old):
    folder, _ = old
    assert continue_run(folder).text.text == Verifier(folder).source.corpus.text
    assert continue_run(folder, text=b"to be or not to be, " * 2_000).config.shipped is False


def test_another_model_cannot_go_on(old):
    folder, _ = old
    wider = replace(TINY, model=ModelConfig(width=128, layers=1, heads=2, context=32, hidden=64))
    with pytest.raises(ValueError, match="another model"):
        continue_run(folder, wider)


def test_an_export_that_is_not_good_is_no_beginning(old, tmp_path):
    folder = Path(tmp_path / "copy")
    folder.mkdir()
    for path in old[0].iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    with pytest.raises(Mismatch, match="round 1 is missing"):
        continue_run(folder)
