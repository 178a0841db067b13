"""Which listeners serve unsafe methods."""

import pytest

from pysubtensor.rpc.server.server import Listener, Policy
from tests.unit.rpc.stub import request

EVERYWHERE = "0.0.0.0"  # noqa: S104
UNSAFE = {"code": -32601, "message": "RPC call is unsafe to be called externally"}


@pytest.mark.parametrize(
    ("policy", "host", "served"),
    [
        (Policy.AUTO, "127.0.0.1", True),
        (Policy.AUTO, EVERYWHERE, False),
        (Policy.SAFE, "127.0.0.1", False),
        (Policy.UNSAFE, EVERYWHERE, True),
    ],
)
async def test_unsafe_methods_by_policy(start, policy: Policy, host: str, served: bool) -> None:
    client = await start(Listener(host, 0, policy))
    assert await client.call("stub_secret") == ("42" if served else UNSAFE)
    assert await client.call("stub_echo", "safe") == "safe"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), (EVERYWHERE, False), ("::", False),
     ("example.org", False)],
)  # fmt: skip
def test_which_hosts_are_ours_alone(host: str, loopback: bool) -> None:
    assert Listener(host).loopback is loopback
    assert Listener(host).serves_unsafe is loopback


async def test_listeners_keep_their_own_policy(start) -> None:
    client = await start(Listener(port=0), Listener(port=0, policy=Policy.SAFE))
    open_port, safe_port = client.server.ports
    body = request("stub_secret")
    assert (await client.post(body, open_port)).json()["result"] == "42"
    assert (await client.post(body, safe_port)).json()["error"] == UNSAFE
