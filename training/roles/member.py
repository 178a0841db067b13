"""A member of a run: joins, looks at each block, does its duties and leaves.

Duties are objects with a `tick`, called at each block; what they tell goes to whoever shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import orjson

from pysubtensor.frame.crypto import Keypair, bls
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, AccountId, Tao
from pysubtensor.pallets.training.types import Role, Standing
from pysubtensor.training.chain.link import CallRefused, Link, LinkError
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.files.file_store import FileStore, FileStoreError
from pysubtensor.training.files.member_dir import claim_dir
from pysubtensor.training.files.run_files import InitialFiles, RunFiles, WrongFiles
from pysubtensor.training.roles.replica import CannotReach, Replica

POLL: Final = 0.1
"""Seconds between two looks for a new block."""
AGAIN: Final = 3.0
"""Seconds until duties are looked at again while there is no new block, or no node."""


class Log(Protocol):
    """Where a member says what it did."""

    def __call__(self, what: str, **facts: object) -> None:
        """Take the name of what happened, and its facts by name."""


def no_log(what: str, **facts: object) -> None:
    """Tell nobody."""


class Duty(Protocol):
    """Something a member does.

    In the log it has the name of its class, or what the class says of itself in `logged_as`.
    """

    def tick(self) -> bool:
        """Look at the chain and do what is due; True when there is more to do at once."""


class MemberAgent:
    """A hotkey in a run."""

    def __init__(
        self,
        link: Link,
        run: int,
        key: Keypair,
        member_dir: Path,
        source: InitialFiles,
        own: FileStore,
        log: Log = no_log,
        public: str = "",
    ) -> None:
        """`public` is the URL by which others read what is put at `own`, if it is another.

        Errors: LinkError, also when there is no such run; WrongFiles.
        """
        self.public = (public or own.url).encode()
        self.link, self.key, self.member_dir, self.source = link, key, member_dir, source
        self.log = log
        self.account = AccountId(key.account_id)
        self.secret = bls.secret_from_seed(key.secret)
        self.view = ChainView(link, run)
        source.ensure_fits(self.view)
        self.library = RunFiles(own, source)
        self.replica = Replica(self.view, self.library)
        self.duties: list[Duty] = []
        self._failed: dict[str, str] = {}
        """Why things did not go on the last time, so that it is told once."""
        claim_dir(member_dir, self._name())

    def _name(self) -> bytes:
        """What tells this member from all others of all runs."""
        facts = {"chain": self.link.identity, "run": int(self.view.id), "who": self.account.hex()}
        return orjson.dumps(facts)

    # -- coming and going ---------------------------------------------------------------------

    def join(self, role: Role, bond: int | None = None) -> None:
        """Bond to the run, unless that was done before.

        Errors: CallRefused; FileStoreError; WrongFiles when it was done in another role.
        """
        found = self.view.member(self.account)
        if found is not None and found.role is not role:
            raise WrongFiles(f"the key is that of a {found.role.name.lower()} of the run already")
        if found is None:
            self._try_place()
            terms = self.view.terms
            least = terms.bonds.worker if role is Role.WORKER else terms.bonds.validator
            self.send(
                "join",
                run=self.view.id,
                role=role,
                bond=Tao(U64(bond or least)),
                endpoint=self.public,
                key=bls.public_key(self.secret),
                proof=bls.prove_possession(self.secret, self.account),
            )
            self.log("joined", role=role.name.lower())

    def _try_place(self) -> None:
        """Write to one's place, and read it as others will; it may be that only they can.

        Errors: FileStoreError.
        """
        own, public = self.library.own, FileStore(self.public.decode())
        own.ensure_usable()
        if not public.shows_the_same_as(own):
            self.log("cannot read what it wrote", place=own.url, by=public.url)

    def rejoin(self) -> None:
        """Take part again after missing rounds.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is not None and found.standing is Standing.INACTIVE:
            self.send("rejoin", run=self.view.id)
            self.log("rejoined")

    def is_active(self) -> bool:
        """Does the member take part?"""
        found = self.view.member(self.account)
        return found is not None and found.standing is Standing.ACTIVE

    def leave(self) -> None:
        """Take part no longer.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is not None and found.standing is not Standing.LEAVING:
            self.send("leave", run=self.view.id)
            self.log("left")

    def claim(self) -> None:
        """Have one's bond back, when it is free.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is None or found.standing is not Standing.LEAVING:
            return
        if found.until <= self.view.now and not found.locks:
            self.send("claim", run=self.view.id)
            self.log("claimed", bond=int(found.bond))

    # -- living -------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Look at the newest block and do what is due; True when there is more to do at once."""
        self.view.look()
        busy = [self._do(duty) for duty in self.duties]
        self._failed.pop("node", None)
        return any(busy)

    def _do(self, duty: Duty) -> bool:
        """Do a duty; what fails may be tried again at the next block."""
        name = getattr(duty, "logged_as", type(duty).__name__.lower())
        try:
            busy = duty.tick()
        except (CallRefused, CannotReach, FileStoreError) as error:
            why = str(error)
        except DispatchFailure as error:  # something is kept no longer
            why = type(error).__name__
        else:
            self._failed.pop(name, None)
            return busy
        self.log_once(name, "failed", duty=name, why=why)
        return False

    def log_once(self, about: str, what: str, *, why: str, **facts: object) -> None:
        """Tell why something does not go on, unless it is why it did not the last time."""
        if self._failed.get(about) != why:
            self._failed[about] = why
            self.log(what, **facts, why=why)

    def live(self, until: Callable[[], bool]) -> None:
        """Do one's duties at each block until told to stop, and wait for a node that is away."""
        over = False
        while not over:
            try:
                self._live(until)
                over = True
            except LinkError as error:
                self.log_once("node", "waits for the node", why=str(error))
                time.sleep(AGAIN)

    def _live(self, until: Callable[[], bool]) -> None:
        done, again = -1, 0.0
        while not until():
            looked = self.view.now
            if looked == done and time.monotonic() < again:
                time.sleep(POLL)
                self.view.look()
            elif not self.tick():
                done, again = looked, time.monotonic() + AGAIN

    def send(self, name: str, **arguments: object) -> None:
        """Send a call of the pallet.  Errors: CallRefused; LinkError."""
        self.link.send(self.view.call(name, **arguments), self.key)

    def once(self, asked: tuple[AccountId, ...], since: int) -> bool:
        """Is it this member's turn, of all who may do the same thing since a block?"""
        return self.account in asked and self.view.now - since >= asked.index(self.account)
