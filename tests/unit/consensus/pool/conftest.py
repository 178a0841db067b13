"""The pool with the accounts whose transactions it holds."""

import pytest

from tests.unit.consensus.pool.pool_chain import PoolChain


@pytest.fixture
def chain() -> PoolChain:
    """Every account at nonce 0."""
    return PoolChain()
