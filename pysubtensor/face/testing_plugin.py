"""Pytest plugin: a `devnet` fixture, a new chain for each test.

The chain is made once per session; each test begins at the same snapshot and is undone after it.
Define `devnet_session` in a conftest to begin with another chain.  Nothing of the chain is imported
before a test asks for it, since pytest loads plugins in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pysubtensor import Devnet
    from pysubtensor.frame.header import Block


@pytest.fixture(scope="session")
def devnet_session() -> Iterator[Devnet]:
    """A devnet for the whole session."""
    from pysubtensor import Devnet

    with Devnet() as made:
        yield made


@pytest.fixture
def devnet(devnet_session: Devnet) -> Iterator[Devnet]:
    """The devnet at its beginning; what the test does is undone after it."""
    from pysubtensor.consensus.node import UnknownSnapshot

    mark = devnet_session.snapshot()
    blocks = _blocks(devnet_session)
    yield devnet_session
    try:
        devnet_session.revert(mark)
    except UnknownSnapshot:  # the test went back beyond its beginning
        devnet_session.node.set_head(0)
        for block in blocks:
            devnet_session.node.import_block(block)
        devnet_session.node.clock.move(0)
        devnet_session.node.impersonated.clear()


def _blocks(devnet: Devnet) -> list[Block]:
    """All blocks but the first."""
    from pysubtensor.frame.header import Block, Header

    stored = [devnet.node.chain.store.block(number) for number in range(1, devnet.number + 1)]
    return [Block(Header.decode(each.header), each.body) for each in stored if each is not None]
