"""SubtensorModule's storage and constants: as in the catalog, in every build."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import pytest

from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U16, U64, U128, Alpha, NetUid
from pysubtensor.frame.storage import FromConfig, Item, Map, Value
from pysubtensor.pallets.subtensor.config import Config, fast
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.storage.order import WIRE_ORDER
from pysubtensor.pallets.subtensor.types import (
    Hyperparameter,
    KeepSubnets,
    LastTxBlock,
    LockState,
    NetworkLastRegistered,
    OwnerHyperparamUpdate,
    SetOwnerHotkey,
    SwapClaims,
)
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.catalog import describe, expected, roots, wrong_definitions
from tests.subtensor_chain import subtensor_config
from tests.support import ALICE, BOB, CHARLIE, SPEC425, runtime_of

DEFAULTS = json.loads((SPEC425 / "defaults.json").read_text())
ONE, TWO = NetUid(U16(1)), NetUid(U16(2))


def config(runtime: Runtime, *, pow_faucet: bool = False) -> Config:
    return replace(subtensor_config(runtime), pow_faucet=pow_faucet)


BUILDS = {
    "prod": config,
    "fast": lambda runtime: fast(config(runtime)),
    "localnet": lambda runtime: fast(config(runtime, pow_faucet=True)),
}


def fresh(build: str = "prod") -> Runtime:
    entry = Entry(7, "SubtensorModule", SubtensorModule, BUILDS[build])
    return runtime_of(entry, balances={})


composed = functools.cache(fresh)


@pytest.fixture
def pallet() -> SubtensorModule:
    return fresh().get(SubtensorModule)


def wanted(build: str, kind: str) -> dict[str, str]:
    """Default bytes or values by name, as `defaults.json` has them for the build."""
    found = {}
    for name, facts in DEFAULTS["pallets"]["SubtensorModule"][kind].items():
        prod = facts["prod_hex"]
        found[name] = prod if build == "prod" else facts.get("fast_hex", prod)
    if build == "localnet" and kind == "storage":
        faucet = DEFAULTS["feature_pow_faucet"]["storage_defaults"]
        assert faucet == {"SubtensorModule.NetworkRateLimit": 0}
        found["NetworkRateLimit"] = "0x" + bytes(8).hex()
    return found


@pytest.mark.parametrize("kind", ["index", "storage_prefix", "storage", "constants"])
def test_declared_as_in_the_catalog(kind):
    assert describe(composed(), "SubtensorModule")[kind] == expected("SubtensorModule")[kind]


def test_types_defined_as_in_the_catalog():
    assert wrong_definitions(roots(composed(), "SubtensorModule")) == {}


@pytest.mark.parametrize("build", BUILDS)
def test_defaults_of_each_build(build):
    items = composed(build).pallets["SubtensorModule"].storage
    found = {name: "0x" + item.default_bytes().hex() for name, item in items.items()}
    assert found == wanted(build, "storage")


def test_every_default_is_a_value_of_its_item():
    for item in composed().pallets["SubtensorModule"].storage.values():
        if not item.optional:
            default = item.codec.from_bytes(item.default_bytes())
            item.codec.check(default)
            assert item.codec.to_bytes(default) == item.default_bytes()


@pytest.mark.parametrize("build", BUILDS)
def test_constants_of_each_build(build):
    constants = composed(build).pallets["SubtensorModule"].constant_list()
    found = {each.name: "0x" + each.codec.to_bytes(each.value).hex() for each in constants}
    assert found == wanted(build, "constants")


@pytest.mark.parametrize("build", BUILDS)
def test_settings_outside_of_the_metadata(build):
    facts = DEFAULTS["pallets"]["SubtensorModule"]
    settings = composed(build).get(SubtensorModule).config

    def value(known):
        return known["prod"] if build == "prod" else known["fast"]

    limits = facts["type_values_without_storage"]
    assert settings.max_uids_trimming_rate_limit == value(limits["MaxUidsTrimmingRateLimit"])
    assert settings.mechanism_count_rate_limit == value(limits["MechanismCountSetRateLimit"])
    assert settings.mechanism_emission_rate_limit == value(limits["MechanismEmissionRateLimit"])
    evm = facts["config_not_in_metadata"]["EvmKeyAssociateRateLimit"]
    assert settings.evm_key_associate_rate_limit == value(evm)


def test_everything_is_described():
    pallet = composed().get(SubtensorModule)
    docs = pallet.item_docs()
    attributes = {item.attribute for item in pallet.storage.values()}
    assert attributes == {name for name in docs if name in attributes and docs[name].strip()}
    assert all(each.docs for each in pallet.constant_list())


def test_no_item_hides_a_member_of_the_pallet():
    taken = {name for base in (Pallet, object) for name in vars(base)} | {"env", "config", "name"}
    assert not taken & {item.attribute for item in SubtensorModule.declared_items.values()}


def test_no_item_is_declared_twice():
    ours = "pysubtensor.pallets."
    groups = [base for base in Storage.__mro__ if base.__module__.startswith(ours)]
    declared = [
        name for group in groups for name, it in vars(group).items() if isinstance(it, Item)
    ]
    assert len(declared) == len(set(declared)) == len(WIRE_ORDER)


# -- values that are stored otherwise than as numbers ---------------------------------------------


def stored(item: Map[object, object]) -> list[tuple[object, object]]:
    """What an item reads from its own bytes."""
    pairs = [(key, item.live.encoded(key)) for key in item.keys()]  # noqa: SIM118
    codec: Codec = item.codec
    return [
        (item.keys_codec.decode(item.keys_codec.encode(key)), codec.from_bytes(data))
        for key, data in pairs
        if data is not None
    ]


def test_a_locking_coldkey_is_there_without_a_value(pallet):
    key = (ONE, ALICE, BOB)
    assert pallet.locking_coldkeys[key] is None
    pallet.locking_coldkeys[key] = ()
    assert pallet.locking_coldkeys[key] == ()
    assert key in pallet.locking_coldkeys
    assert pallet.locking_coldkeys.live.encoded(key) == b""
    assert list(pallet.locking_coldkeys.keys(ONE, ALICE)) == [key]


def test_rate_limits_are_kept_by_what_they_limit(pallet):
    kinds = [
        NetworkLastRegistered(),
        SetOwnerHotkey(ONE),
        SetOwnerHotkey(TWO),
        OwnerHyperparamUpdate(ONE, Hyperparameter.KAPPA),
        LastTxBlock(ALICE),
    ]
    for block, kind in enumerate(kinds):
        pallet.last_rate_limited_block[kind] = U64(block)
    assert [pallet.last_rate_limited_block[kind] for kind in kinds] == [0, 1, 2, 3, 4]
    assert {kind for kind, _ in stored(pallet.last_rate_limited_block)} == set(kinds)
    suffix = pallet.last_rate_limited_block.keys_codec.encode(kinds[3])
    assert suffix == bytes((1, 1, 0, 7)), "identity: tag, netuid, hyperparameter"


def test_the_place_of_the_walk_may_be_nowhere(pallet):
    last = pallet.alpha_v2_map_last_key
    assert last.get() is None
    last.put(b"")
    assert last.get() == b""
    last.put(None)
    assert last.exists()
    assert last.live.encoded(None) == b"\0"


def test_structs_and_enums_are_read_as_they_were_stored(pallet):
    state = LockState(Alpha(U64(5)), U128(3 << 64), U64(9))
    pallet.lock[ALICE, ONE, BOB] = state
    pallet.alpha_v2[ALICE, BOB, TWO] = SafeFloat.whole(12)
    pallet.root_claim_type[CHARLIE] = KeepSubnets(frozenset({ONE, TWO}))
    assert stored(pallet.lock) == [((ALICE, ONE, BOB), state)]
    assert stored(pallet.alpha_v2) == [((ALICE, BOB, TWO), SafeFloat.whole(12))]
    assert stored(pallet.root_claim_type) == [(CHARLIE, KeepSubnets(frozenset({ONE, TWO})))]
    assert pallet.root_claim_type[ALICE] == SwapClaims()


def test_subnets_are_listed_in_the_order_of_their_bytes(pallet):
    for number in (256, 1, 2):
        pallet.networks_added[NetUid(U16(number))] = True
    assert list(pallet.networks_added.keys()) == [256, 1, 2]


def test_changes_go_to_the_keys_of_the_chain(pallet):
    pallet.tempo[ONE] = U16(99)
    ((key, value),) = pallet.env.state.changes().items()
    assert key.hex() == (
        "658faa385070e074c85bf6b568cf0555"  # SubtensorModule
        "7641384bb339f3758acddfd7053d3317"  # Tempo
        "0100"
    )
    assert value == bytes((99, 0))


# -- the frame's part -----------------------------------------------------------------------------


class Two:
    first = Value[U16](default=U16(1))
    second = Value[U16](default=FromConfig("initial_tempo"))


@pytest.mark.parametrize("order", [("Second",), ("Second", "First", "Third"), ("First",) * 2])
def test_an_order_names_every_item_once(order):
    with pytest.raises(ValueError, match="order"):
        type("Ordered", (Two, Pallet), {}, crate="pallet_two", order=order)


def test_items_follow_the_order():
    made = type("Ordered", (Two, Pallet), {}, crate="pallet_two", order=("Second", "First"))
    assert list(made.declared_items) == ["second", "first"]
