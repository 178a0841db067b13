"""The extended build is the exact one and more: who reads metadata finds all in its place."""

from __future__ import annotations

import json

import pytest

from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.runtime.chain import OURS, Build, Constants, Variety, make_runtime
from pysubtensor.runtime.metadata import VERSIONS, metadata
from tests.unit.runtime.test_metadata_catalog import check

RUNTIMES = {each: make_runtime(Build(Constants.PROD, each), EmptyBacking()) for each in Variety}
EXACT, EXTENDED = (RUNTIMES[each] for each in (Variety.EXACT, Variety.EXTENDED))


def test_ours_stand_behind_all_others():
    names = [entry.name for entry in OURS]
    assert list(EXTENDED.pallets) == [*EXACT.pallets, *names]
    assert all(EXTENDED.index_of(name) == EXACT.index_of(name) for name in EXACT.pallets)
    assert min(EXTENDED.index_of(name) for name in names) >= 100


@pytest.mark.parametrize("version", VERSIONS)
def test_the_chains_own_pallets_are_those_of_the_catalog(tmp_path, version):
    path, report = tmp_path / "metadata.scale", tmp_path / "report.json"
    path.write_bytes(metadata(EXTENDED, version) or b"")
    pallets = ",".join(EXACT.pallets)
    options = ("--pallets", pallets, "--values", "prod", "--globals", "version,extrinsic")
    done = check(path, *options, "--json", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(report.read_text())["extra"] == []


def test_calls_of_the_chain_are_the_same_bytes():
    made = [
        rt.encode_call(rt.call("System", "remark_with_event", remark=b"x"))
        for rt in RUNTIMES.values()
    ]
    assert made[0] == made[1]


def test_questions_of_the_chain_are_all_there():
    assert EXACT.methods.keys() < EXTENDED.methods.keys()
    more = EXTENDED.methods.keys() - EXACT.methods.keys()
    assert {name.split("_")[0] for name in more} == {"TrainingApi"}
