"""The served metadata of the whole chain, judged by the checker beside the catalog.

The checker decodes on its own and compares every call, storage item, event, error, constant and
type of the pallets that are there, and the extrinsic with its extensions.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.metadata import VERSIONS, decode_metadata, metadata, v16
from pysubtensor.runtime.metadata.registry import Primitive, PrimitiveDef
from pysubtensor.runtime.runtime import Runtime
from tests.support import SPEC425, catalog, catalog_pallet

BUILDS = {"prod": Constants.PROD, "localnet": Constants.FAST}
EXTRA = {"prod": [], "localnet": [["SubtensorModule", "calls", "faucet"]]}
"""The catalog describes the main network, which has no faucet."""


@functools.cache
def runtime_of_build(values: str) -> Runtime:
    return make_runtime(Build(BUILDS[values], Variety.EXACT), EmptyBacking())


def blob(values: str, version: int) -> bytes:
    found = metadata(runtime_of_build(values), version)
    assert found is not None
    return found


def check(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SPEC425 / "check_catalog.py"), str(path), "-n", "0", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("values", BUILDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_checker_finds_no_difference(tmp_path, values, version):
    path, report = tmp_path / "metadata.scale", tmp_path / "report.json"
    path.write_bytes(blob(values, version))
    pallets = ",".join(runtime_of_build(values).pallets)
    options = ("--pallets", pallets, "--values", values, "--globals", "version,extrinsic")
    done = check(path, *options, "--json", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(report.read_text())["extra"] == EXTRA[values]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_types_have_the_numbers_that_older_clients_take_for_granted(version):
    types = decode_metadata(blob("localnet", version)).types
    assert types[0].type.path == ("sp_core", "crypto", "AccountId32")
    assert types[6].type.definition == PrimitiveDef(Primitive.U64)


@pytest.mark.parametrize("version", [15, 16])
def test_apis_that_are_there_are_right(tmp_path, version):
    """Methods of pallets that are not there yet may be missing, nothing else may differ."""
    path, report = tmp_path / "metadata.scale", tmp_path / "report.json"
    path.write_bytes(blob("prod", version))
    check(path, "--pallets", "System", "--globals", "apis", "--json", str(report))
    found = json.loads(report.read_text())
    wrong = [each for each in found["mismatches"] if each["problem"] != "missing"]
    assert wrong == []
    assert found["extra"] == []
    apis = {name.split("_")[0] for name in runtime_of_build("prod").methods}
    absent = [
        each["name"]
        for each in found["mismatches"]
        if each["kind"] == "methods" and each["name"].split(".")[0] in apis
    ]
    assert absent == []


def test_apis_stand_in_the_order_of_the_version():
    found = [each.api_name for each in runtime_of_build("prod").apis]
    listed = [each["name"] for each in catalog()["runtime_version_apis"]]
    assert found == [name for name in listed if name in found]


def test_api_versions():
    decoded = decode_metadata(blob("prod", 16))
    assert isinstance(decoded, v16.MetadataV16)
    versions = {each["name"]: each["version"] for each in catalog()["runtime_version_apis"]}
    assert {each.name: each.version for each in decoded.apis}.items() <= versions.items()


def test_associated_types():
    runtime = runtime_of_build("prod")
    for pallet in runtime.pallets.values():
        found = {
            name: runtime.codecs(annotation).name
            for name, annotation in pallet.associated_types.items()
        }
        wanted = catalog_pallet(pallet.name)["associated_types"]
        assert found == {each["name"]: each["type"] for each in wanted}, pallet.name


def test_the_checker_does_find_differences(tmp_path):
    path = tmp_path / "metadata.scale"
    path.write_bytes(blob("localnet", 14).replace(b"transfer_allow_death", b"transfer_allow_birth"))
    done = check(path, "--pallets", "Balances")
    assert done.returncode == 1
    assert "Balances.calls transfer_allow_death: missing" in done.stdout
