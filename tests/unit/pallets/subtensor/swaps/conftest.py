"""The market on which keys are swapped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pysubtensor.frame.primitives import NetUid
from tests.subtensor_chain import borrowed
from tests.unit.pallets.subtensor.staking.market import Market
from tests.unit.pallets.subtensor.swaps.swaps_chain import WHERE


@pytest.fixture
def chain() -> Iterator[Market]:
    """A market where nobody is paid for the fees."""
    with borrowed(Market, author=None) as market:
        yield market


@pytest.fixture(params=WHERE.values(), ids=WHERE)
def where(request: pytest.FixtureRequest) -> NetUid | None:
    """The subnet of a hotkey's swap, or all of them."""
    found: NetUid | None = request.param
    return found
