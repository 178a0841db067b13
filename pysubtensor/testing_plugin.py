"""Pytest plugin: a `devnet` fixture that every test finds as new.

The chain is made once per session; each test begins at the same snapshot and is undone after it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pysubtensor import Devnet


@pytest.fixture(scope="session")
def devnet_session() -> Iterator[Devnet]:
    """One devnet for the whole run."""
    with Devnet() as made:
        yield made


@pytest.fixture
def devnet(devnet_session: Devnet) -> Iterator[Devnet]:
    """The devnet at its beginning; whatever the test does to it is undone."""
    mark = devnet_session.snapshot()
    yield devnet_session
    devnet_session.revert(mark)
