"""The chain whose settings root changes."""

from __future__ import annotations

import pytest

from tests.unit.pallets.admin_utils.governed_chain import GovernedChain


@pytest.fixture
def chain() -> GovernedChain:
    """No subnets yet; they are registered by calls and paid for."""
    return GovernedChain()
