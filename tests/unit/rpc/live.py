"""A real node behind the dispatcher, without sockets: what clients see, message by message."""

from collections.abc import Awaitable
from typing import Any

import orjson

from pysubtensor.client.signing import sign
from pysubtensor.consensus.node import Node
from pysubtensor.face.service import NodeOptions, open_node
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import AccountId
from pysubtensor.genesis.presets import development_key
from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import Answer, Dispatcher
from pysubtensor.rpc.server.metrics import Metrics
from pysubtensor.rpc.server.namespace import Table
from pysubtensor.rpc.server.options import ServerOptions
from tests.waiting import settled

TABLE = Table(namespaces())
ALICE, BOB, CHARLIE, DAVE = (development_key(name) for name in ("Alice", "Bob", "Charlie", "Dave"))
UNKNOWN = "0x" + "11" * 32


def new_node() -> Node:
    node = open_node(NodeOptions())
    node.make_block()
    return node


class Live:
    """One client of a node, as if over a WebSocket."""

    def __init__(self, node: Node, *, unsafe: bool = True) -> None:
        self.node = node
        self.sent: list[dict[str, Any]] = []
        self.connection = Connection(self._post, unsafe=unsafe)
        self._dispatcher = Dispatcher(node, TABLE, ServerOptions(), Metrics(), unsafe=unsafe)

    def _post(self, message: bytes) -> None:
        self.sent.append(orjson.loads(message))

    async def reply(self, method: str, *params: object) -> dict[str, Any]:
        """The whole reply to a call."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        reply = self._dispatcher.handle(orjson.dumps(request), self.connection)
        assert reply is not None
        if isinstance(reply, Awaitable):
            answer: Answer = await reply
            for subscription in answer.opened:
                subscription.open()
            reply = answer.body
        found: dict[str, Any] = orjson.loads(reply)
        return found

    async def call(self, method: str, *params: object) -> Any:
        """The result of a call that must succeed."""
        reply = await self.reply(method, *params)
        assert "error" not in reply, reply
        return reply["result"]

    async def error(self, method: str, *params: object) -> tuple[int, str, object]:
        """Code, message and data of a call that must be refused."""
        reply = await self.reply(method, *params)
        assert "result" not in reply, reply
        error = reply["error"]
        return error["code"], error["message"], error.get("data")

    async def settle(self) -> None:
        """Let everything that waits have its turn."""
        await settled()

    async def news(self, subscription: str | None = None) -> list[Any]:
        """What came since the last look, of one subscription or of all."""
        await self.settle()
        mine = [
            each
            for each in self.sent
            if subscription is None or each["params"]["subscription"] == subscription
        ]
        self.sent = [each for each in self.sent if each not in mine]
        return [each["params"]["result"] for each in mine]

    @property
    def best(self) -> str:
        return "0x" + self.node.chain.best.hash.hex()

    def hash_at(self, number: int) -> str:
        found = self.node.chain.store.hash_at(number)
        assert found is not None
        return "0x" + found.hex()

    def transfer(self, amount: int = 10**9, *, nonce: int | None = None, key=ALICE, to=DAVE) -> str:
        """A signed transfer in hex."""
        runtime = self.node.chain.runtime
        call = runtime.call(
            "Balances",
            "transfer_keep_alive",
            dest=Id(AccountId(to.account_id)),
            value=amount,
        )
        if nonce is None:
            nonce = self.node.next_index(AccountId(key.account_id))
        return "0x" + sign(self.node.chain, call, key, nonce=nonce).hex()

    def account_key(self, key=DAVE) -> str:
        account = self.node.chain.runtime.pallets["System"].account
        return "0x" + account.key(AccountId(key.account_id)).hex()

    def free(self, key=DAVE) -> int:
        account = self.node.chain.runtime.pallets["System"].account
        return account[AccountId(key.account_id)].data.free
