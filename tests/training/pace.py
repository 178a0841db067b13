"""Blocks that come as fast as everybody keeps up, on whatever machine.

A run's phases are counted in blocks.  Where these come by the clock, a slow machine misses rounds.
Here a member that trains for long holds up the chain instead:

    with running_node("--seal", "instant") as url, Pace(url) as pace:
        start_a_member(pace.line())
"""

import json
import threading
from contextlib import suppress
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve

from tests.waiting import LIMIT_S

ASKS = "chain_getBlockHash"
"""What members ask again and again for the newest block."""
SETTINGS = {"max_size": None, "compression": None, "open_timeout": LIMIT_S}


class Pace:
    """Makes a block whenever all who were given a line have looked since the last one.

    Nobody's line, nobody's time: without members no block comes but for transactions.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._behind: dict[int, bool] = {}
        """By line: has it still to look?  Lines that were hung up are not in it."""
        self._changed = threading.Condition()
        self._over = False
        self._servers: list[Server] = []
        self._maker = threading.Thread(target=self._make, daemon=True)

    def __enter__(self) -> Self:
        self._maker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
        with self._changed:
            self._over = True
            self._changed.notify()
        self._maker.join()

    def line(self) -> str:
        """An address for one process; no block comes until it has connected and looked."""
        number = len(self._servers)
        self._note(number, behind=True)
        server = serve(lambda near: self._carry(number, near), "127.0.0.1", 0, **SETTINGS)
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"ws://127.0.0.1:{server.socket.getsockname()[1]}"

    def _note(self, line: int, *, behind: bool | None) -> None:
        """Note where somebody stands; None: it is gone."""
        with self._changed:
            if behind is None:
                self._behind.pop(line, None)
            else:
                self._behind[line] = behind
            self._changed.notify()

    def _carry(self, line: int, near: ServerConnection) -> None:
        """Pass on what is said on a line, until either side hangs up."""
        self._note(line, behind=True)
        with connect(self.url, **SETTINGS) as far:
            back = threading.Thread(target=_pass_on, args=(far, near))
            back.start()
            with suppress(ConnectionClosed):
                for text in near:
                    far.send(text)
                    if ASKS in str(text):
                        self._note(line, behind=False)
        self._note(line, behind=None)
        back.join()

    def _make(self) -> None:
        with connect(self.url, **SETTINGS) as node:
            while True:
                with self._changed:
                    self._changed.wait_for(self._is_due)
                    if self._over:
                        return
                    self._behind = dict.fromkeys(self._behind, True)
                request = {"jsonrpc": "2.0", "id": 1, "method": "dev_newBlock", "params": []}
                node.send(json.dumps(request))
                assert "result" in json.loads(node.recv())

    def _is_due(self) -> bool:
        return self._over or (bool(self._behind) and not any(self._behind.values()))


def _pass_on(source: ClientConnection, to: ServerConnection) -> None:
    with suppress(ConnectionClosed):
        for text in source:
            to.send(text)
    to.close()
