"""A member of a run: joins, looks at each block, does its duties and leaves.

Duties are objects with a `tick`, called at each block; what they tell goes to whoever shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from pysubtensor.frame.crypto import Keypair, bls
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, AccountId, Tao
from pysubtensor.pallets.training.types import Role, Standing
from pysubtensor.training.chain.link import ChainError, Link, Refused
from pysubtensor.training.chain.view import Sight
from pysubtensor.training.files import member_dir as home_of
from pysubtensor.training.files.file_store import Place, StoreError
from pysubtensor.training.files.run_files import Library, Source, Unfit
from pysubtensor.training.roles.replica import CannotReach, Replica

POLL: Final = 0.1
"""Seconds between two looks for a new block."""
AGAIN: Final = 3.0
"""Seconds until duties are looked at again while there is no new block, or no node."""

Tell = Callable[..., None]
"""Called with the name of what happened, and its facts by name."""


def silent(what: str, **facts: Any) -> None:
    """Tell nobody."""


class Duty(Protocol):
    """Something a member does."""

    def tick(self) -> bool:
        """Look at the chain and do what is due; True when there is more to do at once."""


class Member:
    """A hotkey in a run."""

    def __init__(
        self,
        link: Link,
        run: int,
        key: Keypair,
        home: Path,
        source: Source,
        own: Place,
        tell: Tell = silent,
        public: str = "",
    ) -> None:
        """`public` is the URL by which others read what is put at `own`, if it is another.

        Errors: ChainError, also when there is no such run; Unfit.
        """
        self.public = (public or own.url).encode()
        self.link, self.key, self.home, self.source = link, key, home, source
        self.tell = tell
        self.account = AccountId(key.account_id)
        self.secret = bls.secret_from_seed(key.secret)
        self.sight = Sight(link, run)
        source.ensure_fits(self.sight)
        self.library = Library(own, source)
        self.replica = Replica(self.sight, self.library)
        self.duties: list[Duty] = []
        self._failed: dict[str, str] = {}
        """Why things did not go on the last time, so that it is told once."""
        home_of.claim(home, self._name())

    def _name(self) -> bytes:
        """What tells this member from all others of all runs."""
        facts = {"chain": self.link.identity, "run": int(self.sight.id), "who": self.account.hex()}
        return orjson.dumps(facts)

    # -- coming and going ---------------------------------------------------------------------

    def join(self, role: Role, bond: int | None = None) -> None:
        """Bond to the run, unless that was done before.

        Errors: Refused; StoreError; Unfit when it was done in another role.
        """
        found = self.sight.member(self.account)
        if found is not None and found.role is not role:
            raise Unfit(f"the key is that of a {found.role.name.lower()} of the run already")
        if found is None:
            self._try_place()
            terms = self.sight.terms
            least = terms.bonds.worker if role is Role.WORKER else terms.bonds.validator
            self.send(
                "join",
                run=self.sight.id,
                role=role,
                bond=Tao(U64(bond or least)),
                endpoint=self.public,
                key=bls.public_key(self.secret),
                proof=bls.prove_possession(self.secret, self.account),
            )
            self.tell("joined", role=role.name.lower())

    def _try_place(self) -> None:
        """Write to one's place, and read it as others will; it may be that only they can.

        Errors: StoreError.
        """
        own, public = self.library.own, Place(self.public.decode())
        own.ensure_usable()
        if not public.shows_the_same_as(own):
            self.tell("cannot read what it wrote", place=own.url, by=public.url)

    def rejoin(self) -> None:
        """Take part again after missing rounds.  Errors: Refused."""
        found = self.sight.member(self.account)
        if found is not None and found.standing is Standing.INACTIVE:
            self.send("rejoin", run=self.sight.id)
            self.tell("rejoined")

    def is_active(self) -> bool:
        """Does the member take part?"""
        found = self.sight.member(self.account)
        return found is not None and found.standing is Standing.ACTIVE

    def leave(self) -> None:
        """Take part no longer.  Errors: Refused."""
        found = self.sight.member(self.account)
        if found is not None and found.standing is not Standing.LEAVING:
            self.send("leave", run=self.sight.id)
            self.tell("left")

    def claim(self) -> None:
        """Have one's bond back, when it is free.  Errors: Refused."""
        found = self.sight.member(self.account)
        if found is None or found.standing is not Standing.LEAVING:
            return
        if found.until <= self.sight.now and not found.locks:
            self.send("claim", run=self.sight.id)
            self.tell("claimed", bond=int(found.bond))

    # -- living -------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Look at the newest block and do what is due; True when there is more to do at once."""
        self.sight.look()
        busy = [self._do(duty) for duty in self.duties]
        self._failed.pop("node", None)
        return any(busy)

    def _do(self, duty: Duty) -> bool:
        """Do a duty; what fails may be tried again at the next block."""
        name = type(duty).__name__.lower()
        try:
            busy = duty.tick()
        except (Refused, CannotReach, StoreError) as error:
            why = str(error)
        except DispatchFailure as error:  # something is kept no longer
            why = type(error).__name__
        else:
            self._failed.pop(name, None)
            return busy
        self.tell_once(name, "failed", duty=name, why=why)
        return False

    def tell_once(self, about: str, what: str, **facts: Any) -> None:
        """Tell why something does not go on, unless it is why it did not the last time."""
        if self._failed.get(about) != facts["why"]:
            self._failed[about] = facts["why"]
            self.tell(what, **facts)

    def live(self, until: Callable[[], bool]) -> None:
        """Do one's duties at each block until told to stop, and wait for a node that is away."""
        over = False
        while not over:
            try:
                self._live(until)
                over = True
            except ChainError as error:
                self.tell_once("node", "waits for the node", why=str(error))
                time.sleep(AGAIN)

    def _live(self, until: Callable[[], bool]) -> None:
        done, again = -1, 0.0
        while not until():
            looked = self.sight.now
            if looked == done and time.monotonic() < again:
                time.sleep(POLL)
                self.sight.look()
            elif not self.tick():
                done, again = looked, time.monotonic() + AGAIN

    def send(self, name: str, **arguments: Any) -> None:
        """Send a call of the pallet.  Errors: Refused; ChainError."""
        self.link.send(self.sight.call(name, **arguments), self.key)

    def once(self, asked: tuple[AccountId, ...], since: int) -> bool:
        """Is it this member's turn, of all who may do the same thing since a block?"""
        return self.account in asked and self.sight.now - since >= asked.index(self.account)
