"""Alpha is counted when it is created, burned and recycled."""

import pytest

from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.pallets import alpha_assets
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.runtime.runtime import Entry
from tests.catalog import describe, expected, roots, wrong_definitions
from tests.support import runtime_of

ENTRY = Entry(31, "AlphaAssets", AlphaAssets, lambda _: alpha_assets.Config())
NETUID = 5


@pytest.fixture
def runtime():
    return runtime_of(ENTRY)


@pytest.fixture
def pallet(runtime):
    return runtime.get(AlphaAssets)


def amounts(pallet):
    items = pallet.total_alpha_issuance, pallet.alpha_burned, pallet.alpha_recycled
    return tuple(item[NETUID] for item in items)


def test_declared_as_in_the_catalog(runtime):
    assert describe(runtime, "AlphaAssets") == expected("AlphaAssets")
    assert wrong_definitions(roots(runtime, "AlphaAssets")) == {}


def test_burned_alpha_counts_as_issued_and_recycled_alpha_does_not(pallet):
    pallet.mint(NETUID, 100)
    pallet.mint(NETUID, 20)
    pallet.burn(NETUID, 30)
    pallet.recycle(NETUID, 50)
    assert amounts(pallet) == (70, 30, 50)


def test_each_subnet_has_its_own(pallet):
    pallet.mint(NETUID + 1, 7)
    assert amounts(pallet) == (0, 0, 0)
    assert pallet.total_alpha_issuance[NETUID + 1] == 7


@pytest.mark.parametrize("change", ["mint", "burn", "recycle"])
def test_nothing_leaves_no_entry(pallet, change):
    getattr(pallet, change)(NETUID, 0)
    assert all(NETUID not in item for item in pallet.storage.values())


def test_sums_stop_at_the_ends_of_u64(pallet):
    for _ in range(2):
        pallet.mint(NETUID, U64_MAX)
        pallet.burn(NETUID, U64_MAX)
    assert amounts(pallet) == (U64_MAX, U64_MAX, 0)
    pallet.recycle(NETUID, U64_MAX)
    pallet.recycle(NETUID, 1)
    assert amounts(pallet) == (0, U64_MAX, U64_MAX)


def test_more_may_be_recycled_than_was_issued(pallet):
    pallet.mint(NETUID, 5)
    pallet.recycle(NETUID, 8)
    assert amounts(pallet) == (0, 0, 8)
    assert NETUID in pallet.total_alpha_issuance
