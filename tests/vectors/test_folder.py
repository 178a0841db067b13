"""Every recorded file is read by a test here: one that none knows is an error, not passed over."""

import re
from pathlib import Path

from tests.vectors.records import FOLDER

SPEEDS = {"timing"}
"""Figures, not results: `benches/yuma.py` reads them."""


def cores_read():
    sources = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    return set(re.findall(r'records\("(\w+)"\)', sources))


def unknown_files(folder):
    known = SPEEDS | cores_read()
    return sorted(path.name for path in folder.rglob("*.json") if path.stem not in known)


def test_there_are_vectors():
    assert any(FOLDER.glob("*.json")), FOLDER


def test_every_file_is_read():
    assert unknown_files(FOLDER) == []


def test_a_strange_file_is_noticed(tmp_path):
    (tmp_path / "epochs_of_tomorrow.json").write_text("{}")
    (tmp_path / "timing.json").write_text("{}")
    assert unknown_files(tmp_path) == ["epochs_of_tomorrow.json"]
