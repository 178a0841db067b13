"""One test per client and check: unmodified packages against a real node on a real port."""

from collections.abc import Callable

import pytest

from tests.clients.roster import CLIENTS, Client
from tests.clients.running import Reports

CASES = [
    pytest.param(client, check, id=f"{client.name}-{check}")
    for client in CLIENTS
    for check in client.checks
]


@pytest.mark.clients
@pytest.mark.parametrize(("client", "check"), CASES)
def test_client(client: Client, check: str, reports: Callable[[Client], Reports]) -> None:
    report = reports(client)[check]
    assert report["ok"], report["error"]
