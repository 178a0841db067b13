"""How far apart honest results are, and others."""

from dataclasses import replace

import orjson
import pytest

from pysubtensor.training.lab.distances import CHEATS, honest, main, measure
from pysubtensor.training.learning.config import InnerConfig

FEW = replace(InnerConfig(), steps=6, batch=2)


@pytest.fixture(scope="module")
def found():
    return list(measure(2, "cpu", FEW))


def test_honest_work_is_never_convicted(found):
    kinds = [each for each in found if each.honest]
    assert [each.name for each in kinds] == [kind.name for kind in honest("cpu")]
    assert [(each.name, each.convicted) for each in kinds if each.convicted] == []
    assert all(len(each.distances) == 4 for each in kinds)


def test_cheats_always_are(found):
    kinds = [each for each in found if not each.honest]
    assert [each.name for each in kinds] == [kind.name for kind in CHEATS]
    assert all(each.convicted == len(each.distances) == 1 for each in kinds)


def test_half_precision_differs_and_is_allowed_to(found):
    half = next(each for each in found if each.name == "bf16")
    assert 1e-4 < half.separation < half.tolerance


def test_the_command_needs_two_rounds(capsys):
    with pytest.raises(SystemExit):
        main(["--rounds", "1"])
    assert "two rounds" in capsys.readouterr().err


def test_results_are_json(monkeypatch, found):
    monkeypatch.setattr("pysubtensor.training.lab.distances.measure", lambda rounds, device: found)
    said: list[str] = []
    assert main(["--json", "--rounds", "2", "--device", "cpu"], said.append) == 0
    assert {each["name"] for each in orjson.loads(said[0])} >= {"once more", "optimiser reset"}
