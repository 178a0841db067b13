"""A node on an empty store for each test, cheap enough to make many of."""

from collections.abc import Iterator

import pytest

from pysubtensor import Devnet


@pytest.fixture
def d() -> Iterator[Devnet]:
    """A devnet at block 1."""
    with Devnet() as made:
        yield made
