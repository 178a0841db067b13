"""The runtime of the tests of Balances."""

from __future__ import annotations

import pytest

from pysubtensor.runtime.runtime import Runtime
from tests.support import ALICE, BOB, TAO, open_block, runtime_of


@pytest.fixture
def runtime() -> Runtime:
    """ALICE has 10 TAO, BOB 1."""
    made = runtime_of(balances={ALICE: 10 * TAO, BOB: TAO})
    open_block(made)
    return made
