"""One node for all clients, and what each client reports about it."""

from collections.abc import Callable, Iterator

import pytest

from tests.clients.roster import Client
from tests.clients.running import Reports, judge, running_node


@pytest.fixture(scope="session")
def node_url() -> Iterator[str]:
    """A node that makes a block every 250 ms."""
    with running_node("--seal", "interval", "--block-time", "250") as url:
        yield url


@pytest.fixture(scope="session")
def reports(node_url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Client], Reports]:
    """Reports of a client by check; its driver runs once, when it is first asked for."""
    known: dict[str, Reports] = {}

    def of(client: Client) -> Reports:
        if client.name not in known:
            known[client.name] = judge(client, node_url, tmp_path_factory.mktemp("home"))
        return known[client.name]

    return of
