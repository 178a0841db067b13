"""A node that goes away and comes back, or loses what it was sent."""

import socket
import threading
from contextlib import suppress

import pytest

from pysubtensor.frame.crypto import Keypair
from pysubtensor.training.chain.link import CallRefused, LinkError, LocalChain, RemoteChain
from tests.clients.running import running_node
from tests.training.fleet import Fleet


class Line:
    """A connection to a node that can be cut."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("ws://").partition(":")
        self.to = host, int(port)
        self.heard = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.heard.getsockname()[1]}"
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self.heard.accept()[0]
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, socket.create_connection(self.to) as far:
            self.ends += (near, far)
            back = threading.Thread(target=self._carry, args=(far, near))
            back.start()
            self._carry(near, far)
            back.join()

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                to.sendall(data)
            to.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.ends.clear()

    def close(self) -> None:
        self.heard.shutdown(socket.SHUT_RDWR)
        self.heard.close()


@pytest.fixture(scope="module")
def line():
    with running_node("--seal", "instant") as url:
        found = Line(url)
        yield found
        found.close()


def test_a_cut_line_is_opened_again(line):
    link = RemoteChain(line.url)
    line.cut()
    assert link.look() > 0
    line.cut()
    assert link.runtime.pallets["SubtensorModule"].total_networks.get() > 0
    link.close()


def test_what_was_sent_over_a_line_that_is_cut_can_be_sent_again(line):
    link, alice = RemoteChain(line.url), Keypair.from_uri("//Alice")
    call = link.runtime.call("System", "remark", remark=b"hello")
    log_lines = link._next_notification

    def cut_first(*about):
        line.cut()
        return log_lines(*about)

    link._next_notification = cut_first
    with pytest.raises(LinkError, match="lost"):
        link.send(call, alice)
    link._next_notification = log_lines
    link.send(call, alice)
    link.close()


def test_nobody_waits_for_ever_for_a_block(line, monkeypatch):
    monkeypatch.setattr("pysubtensor.training.chain.link.LONGEST", 0.0)
    link, bob = RemoteChain(line.url), Keypair.from_uri("//Bob")
    link.ask("dev_setBlockBuildMode", "Manual")  # no block comes
    with pytest.raises(LinkError, match="too long"):
        link.send(link.runtime.call("System", "remark", remark=b"hello"), bob)
    link.ask("dev_setBlockBuildMode", "Instant")
    link.close()


# -- members --------------------------------------------------------------------------------------


def test_a_member_outlasts_a_node_that_is_away(fleet_of, monkeypatch):
    monkeypatch.setattr("pysubtensor.training.roles.member.POLL", 0.0)
    monkeypatch.setattr("pysubtensor.training.roles.member.AGAIN", 0.0)
    fleet: Fleet = fleet_of(workers=2)
    member = fleet.members["//W0"]
    failures = {"look": ["away", "away"], "send": ["lost"]}

    class Away(LocalChain):
        def look(self):
            if self.number > 2 and failures["look"]:
                raise LinkError(failures["look"].pop())
            fleet.devnet.mine()
            self.number += 1
            return super().look()

        def send(self, call, key):
            if failures["send"]:
                raise LinkError(failures["send"].pop())
            super().send(call, key)

    member.view.link = member.link = Away(fleet.devnet)
    member.link.number = 0
    member.live(lambda: bool(fleet.heard("committed")))
    assert failures == {"look": [], "send": []}
    assert sorted(each["why"] for each in fleet.heard("waits for the node")) == ["away", "lost"]


def test_duties_are_done_once_a_block_and_told_once_to_fail(fleet_of, monkeypatch):
    monkeypatch.setattr("pysubtensor.training.roles.member.POLL", 0.0)
    fleet: Fleet = fleet_of(workers=1, validators=0)
    member, ticks, blocks = fleet.members["//W0"], [], [0]

    class Failing:
        def tick(self):
            ticks.append(int(member.view.now))
            raise CallRefused("Training.join", "no reason")

    def until() -> bool:
        blocks[0] += 1
        if blocks[0] % 10 == 0:
            fleet.devnet.mine()
        return blocks[0] > 50

    member.duties = [Failing()]
    member.view.look()
    member.live(until)
    assert len(ticks) == len(set(ticks)) >= 5
    assert len(fleet.heard("failed")) == 1
