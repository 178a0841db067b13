"""A member of a run: joins, looks at each block, does its duties and leaves.

Duties are objects with a `tick`, which is called at each block.
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
    """Log nothing."""


class Duty(Protocol):
    """Something a member does at each block.

    The log names it by its class, or by the class attribute `logged_as`.
    """

    def tick(self) -> bool:
        """Look at the chain and do what is due; True when there is more to do at once."""


class MemberAgent:
    """A hotkey that takes part in a run: chain view, files, replica and duties."""

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
        """Why a duty failed the last time, so that the same reason is logged once."""
        claim_dir(member_dir, self._name())

    def _name(self) -> bytes:
        """Chain, run and account, which its member directory belongs to."""
        facts = {"chain": self.link.identity, "run": int(self.view.id), "who": self.account.hex()}
        return orjson.dumps(facts)

    # -- coming and going ---------------------------------------------------------------------

    def join(self, role: Role, bond: int | None = None) -> None:
        """Send `join` with the bond, unless the account is a member already.

        Errors: CallRefused; FileStoreError; WrongFiles when it was done in another role.
        """
        found = self.view.member(self.account)
        if found is not None and found.role is not role:
            raise WrongFiles(f"the key is that of a {found.role.name.lower()} of the run already")
        if found is None:
            self._try_store()
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

    def _try_store(self) -> None:
        """Write to the own store, and read it by its public URL.

        Errors: FileStoreError.
        """
        own, public = self.library.own, FileStore(self.public.decode())
        own.ensure_usable()
        if not public.shows_the_same_as(own):
            self.log("cannot read what it wrote", place=own.url, by=public.url)

    def rejoin(self) -> None:
        """Send `rejoin` if missed rounds made the member inactive.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is not None and found.standing is Standing.INACTIVE:
            self.send("rejoin", run=self.view.id)
            self.log("rejoined")

    def is_active(self) -> bool:
        """Whether the member takes part."""
        found = self.view.member(self.account)
        return found is not None and found.standing is Standing.ACTIVE

    def leave(self) -> None:
        """Send `leave`.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is not None and found.standing is not Standing.LEAVING:
            self.send("leave", run=self.view.id)
            self.log("left")

    def claim(self) -> None:
        """Send `claim` when the bond is free.  Errors: CallRefused."""
        found = self.view.member(self.account)
        if found is None or found.standing is not Standing.LEAVING:
            return
        if found.until <= self.view.now and not found.locks:
            self.send("claim", run=self.view.id)
            self.log("claimed", bond=int(found.bond))

    # -- living -------------------------------------------------------------------------------

    def tick(self) -> bool:
        """View the newest block and do what is due; True when there is more to do at once."""
        self.view.look()
        busy = [self._do(duty) for duty in self.duties]
        self._failed.pop("node", None)
        return any(busy)

    def _do(self, duty: Duty) -> bool:
        """Do a duty; a failure is logged, and the next block tries again."""
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
        """Log why something fails, unless the reason is that of the last time."""
        if self._failed.get(about) != why:
            self._failed[about] = why
            self.log(what, **facts, why=why)

    def live(self, until: Callable[[], bool]) -> None:
        """Do all duties at each block until `until`, and wait for a node that cannot be reached."""
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
        """Whether it is this member's turn, when one more of `asked` may act with each block."""
        return self.account in asked and self.view.now - since >= asked.index(self.account)
