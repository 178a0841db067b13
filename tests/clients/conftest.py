"""The nodes the clients talk to, and what each client reports about its node."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.clients.roster import Client
from tests.clients.running import Reports, judge, running_node


@pytest.fixture(scope="session")
def node() -> Iterator[Callable[[tuple[str, ...]], str]]:
    """Address of the node with these options; each is started when it is first asked for."""
    with ExitStack() as nodes:
        known: dict[tuple[str, ...], str] = {}

        def url(options: tuple[str, ...]) -> str:
            if options not in known:
                known[options] = nodes.enter_context(running_node(*options))
            return known[options]

        yield url


@pytest.fixture(scope="session")
def reports(
    node: Callable[[tuple[str, ...]], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Client], Reports]:
    """Reports of a client by check; its driver runs once, when it is first asked for."""
    known: dict[str, Reports] = {}

    def of(client: Client) -> Reports:
        if client.name not in known:
            url = node(client.node)
            known[client.name] = judge(client, url, tmp_path_factory.mktemp("home"))
        return known[client.name]

    return of
