"""SubtensorModule's calls, events and errors: as in the catalog, priced as on the chain."""

from __future__ import annotations

import functools
import subprocess
import sys

import pytest

from pysubtensor.frame.call import Call, CallSpec
from pysubtensor.frame.error import Unimplemented
from pysubtensor.frame.weights import DispatchClass, Pays, Weight
from pysubtensor.pallets.subtensor import events
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.errors import NotEnoughStake
from pysubtensor.pallets.subtensor.events.staking import StakeAdded
from pysubtensor.pallets.subtensor.guards import guards_weight
from pysubtensor.pallets.subtensor.pallet import SubtensorModule, SubtensorWithFaucet
from pysubtensor.runtime.metadata import metadata
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.catalog import describe, expected, roots, wrong_definitions
from tests.subtensor_chain import subtensor_config
from tests.support import ALICE, BOB, SPEC425, catalog_pallet, dispatch_error, runtime_of

NAME = "SubtensorModule"


def config(runtime: Runtime) -> Config:
    return subtensor_config(runtime)


@functools.cache
def composed(pallet: type[SubtensorModule] = SubtensorModule) -> Runtime:
    return runtime_of(Entry(7, NAME, pallet, config), balances={})


def specs(pallet: type[SubtensorModule] = SubtensorModule) -> dict[str, CallSpec]:
    found = composed(pallet).pallets[NAME].dispatchables()
    return {spec.name: spec for spec in found.values()}


@pytest.mark.parametrize(
    "kind", ["calls", "events", "errors", "call_type", "event_type", "error_type"]
)
def test_declared_as_in_the_catalog(kind: str) -> None:
    assert describe(composed(), NAME)[kind] == expected(NAME)[kind]


def test_types_defined_as_in_the_catalog() -> None:
    assert wrong_definitions(roots(composed(), NAME)) == {}


def test_the_checker_finds_no_difference(tmp_path) -> None:
    blob = tmp_path / "metadata.scale"
    blob.write_bytes(metadata(composed(), 15) or b"")
    options = ("--kinds", "calls,events,errors,types", "--pallets", NAME, "--globals", "none")
    command = [sys.executable, str(SPEC425 / "check_catalog.py"), str(blob), *options, "-n", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_classes_and_fees_are_those_of_the_catalog() -> None:
    found = specs()
    for each in catalog_pallet(NAME)["calls"]:
        spec = found[each["name"]]
        assert spec.dispatch_class == DispatchClass.NORMAL
        assert (spec.pays_fee == Pays.YES) == each["pays_fee"], spec.name


WEIGHTS = {
    "add_stake": (3_064_064_000, 8_727),
    "set_weights": (118_513_610_000, 10_327_410),
    "set_mechanism_weights": (118_515_000_000, 0),
    "set_perpetual_lock": (400_000_000, 0),
    "sudo_set_min_childkey_take": (125_006_000, 0),
    "register_leased_network": (154_848_111_986, 1_299_756),
    "terminate_lease": (64_229_668_779, 1_270_648),
}
"""Computed by hand: reads cost 25, writes 100 million; crowds count for 500."""


@pytest.mark.parametrize("name", WEIGHTS)
def test_costs_what_was_measured(name: str) -> None:
    assert specs()[name].weight == Weight(*WEIGHTS[name])


def test_only_local_chains_have_a_faucet() -> None:
    local = specs(SubtensorWithFaucet)
    assert set(local) - set(specs()) == {"faucet"}
    faucet = local["faucet"]
    arguments = [
        (name, codec.name) for (name, _), codec in zip(faucet.arguments, faucet.codecs, strict=True)
    ]
    assert faucet.index == 60
    assert arguments == [("block_number", "u64"), ("nonce", "u64"), ("work", "Vec<u8>")]
    assert (faucet.pays_fee, faucet.weight) == (Pays.NO, Weight(2_966_000_000, 0))
    described = describe(composed(SubtensorWithFaucet), NAME)
    for kind in ("events", "errors", "storage", "constants"):
        assert described[kind] == describe(composed(), NAME)[kind]


@pytest.mark.parametrize("name", [n for n, spec in specs().items() if not spec.implemented])
def test_what_has_no_body_refuses_by_name(name: str) -> None:
    with pytest.raises(Unimplemented, match=f"^SubtensorModule.{name} is not implemented"):
        specs()[name].function(composed().pallets[NAME], None)


def test_errors_and_events_of_all_modules_have_their_place() -> None:
    runtime = composed()
    index = dispatch_error(runtime, NAME, "NotEnoughStake")[1]
    assert runtime.interface.error_index[NotEnoughStake] == (7, index)
    event = StakeAdded(ALICE, BOB, 5, 4, 1, 0)  # type: ignore[arg-type]
    encoded = runtime.events.to_bytes(event)
    assert encoded[:2] == bytes((7, 2))
    assert runtime.events.from_bytes(encoded) == event
    assert len(events.PARTS) == len(set(events.PARTS)) == 5


GUARDED = {
    ("System", "remark"): (67_583_000, 4_198),
    (NAME, "add_stake"): (67_583_000, 4_198),
    (NAME, "set_weights"): (67_583_000 + 327_958_000 + 210_376_000, 4_198 + 7_671 + 4_484),
    (NAME, "reveal_weights"): (67_583_000 + 327_958_000, 4_198 + 7_671),
    (NAME, "register_network"): (67_583_000 + 210_376_000, 4_198 + 4_484),
    (NAME, "increase_take"): (67_583_000 + 90_378_000, 4_198 + 4_186),
    (NAME, "serve_prometheus"): (67_583_000 + 94_035_000, 4_198 + 4_112),
    (NAME, "associate_evm_key"): (67_583_000 + 65_448_000, 4_198 + 4_117),
}


@pytest.mark.parametrize(("pallet", "name"), GUARDED)
def test_guards_cost_what_they_look_at(pallet: str, name: str) -> None:
    spec = composed().calls.spec(pallet, name)
    assert guards_weight(Call(spec, ())) == Weight(*GUARDED[pallet, name])
