"""Sudo: one account that may act as root or as anyone.

Whoever holds the key gets the fee of its successful calls back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import Error, ensure
from pysubtensor.frame.event import Event
from pysubtensor.frame.origin import (
    ROOT_CALLER,
    MultiAddress,
    Origin,
    Signed,
    ensure_signed_or_root,
    lookup,
)
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import AccountId
from pysubtensor.frame.result import DispatchResult, attempt
from pysubtensor.frame.storage import Value
from pysubtensor.frame.weights import DispatchInfo, Pays, PostInfo, Weight, weight

BoxedCall = Annotated[Call, Named("Box<<T as Config>::RuntimeCall>")]
Lookup = Annotated[MultiAddress, Named("AccountIdLookupOf<T>")]
Result = Annotated[DispatchResult, Named("DispatchResult")]
SUDO: Final = weight(7_939_000, 1_517, reads=1)
SUDO_AS: Final = weight(7_870_000, 1_517, reads=1)
SET_KEY: Final = weight(7_237_000, 1_517, reads=1, writes=1)
REMOVE_KEY: Final = weight(6_417_000, 1_517, reads=1, writes=1)
FREE: Final = PostInfo(pays_fee=Pays.NO)


@dataclass(frozen=True)
class Config:
    """Nothing is asked of the runtime."""


class Sudid(Event, index=0):
    """A call was made as root."""

    sudo_result: Result


class KeyChanged(Event, index=1):
    """Another account holds the key."""

    old: Annotated[AccountId | None, Named("Option<T::AccountId>")]
    new: AccountId


class KeyRemoved(Event, index=2):
    """No account holds the key any more."""


class SudoAsDone(Event, index=3):
    """A call was made in the name of another account."""

    sudo_result: Result


class RequireSudo(Error, index=0):
    """The sender does not hold the key."""


def _around(base: Weight, pallet: Sudo, inner: Call) -> DispatchInfo:
    info = pallet.env.dispatch_info(inner)
    return DispatchInfo(base + info.call_weight, info.dispatch_class)


class Sudo(Pallet[Config], crate="pallet_sudo"):
    """Keeps the key."""

    associated_types = {"RuntimeCall": Call}

    key = Value[AccountId | None]()
    """The account that may do anything."""

    @call(0, weight=lambda pallet, call: _around(SUDO, pallet, call))
    def sudo(self, origin: Origin, call: BoxedCall) -> PostInfo:
        """Make a call as root; only the event Sudid tells its error.

        It is free of charge.

        Origin: signed by the holder of the sudo key, or root.
        - `call`: the call.

        Errors: RequireSudo.
        """
        self._ensure_sudo(origin)
        return self._as_root(call)

    @call(
        1,
        weight=lambda pallet, call, weight: DispatchInfo(
            weight, pallet.env.dispatch_info(call).dispatch_class
        ),
    )
    def sudo_unchecked_weight(self, origin: Origin, call: BoxedCall, weight: Weight) -> PostInfo:
        """Make a call as root at any weight; only the event Sudid tells its error.

        It is free of charge.

        Origin: signed by the holder of the sudo key, or root.
        - `call`: the call.
        - `weight`: weight to count for it: picoseconds and bytes of proof.

        Errors: RequireSudo.
        """
        self._ensure_sudo(origin)
        return self._as_root(call)

    @call(2, weight=SET_KEY)
    def set_key(self, origin: Origin, new: Lookup) -> PostInfo:
        """Hand the sudo key to another account.

        It is free of charge.

        Origin: signed by the holder of the sudo key, or root.
        - `new`: account that holds the key from now on.

        Errors: RequireSudo, CannotLookup.
        """
        self._ensure_sudo(origin)
        who = lookup(new)
        self.emit(KeyChanged(self.key.get(), who))
        self.key.put(who)
        return FREE

    @call(3, weight=lambda pallet, who, call: _around(SUDO_AS, pallet, call))  # noqa: ARG005
    def sudo_as(self, origin: Origin, who: Lookup, call: BoxedCall) -> PostInfo:
        """Make a call in the name of an account; only the event SudoAsDone tells its error.

        It is free of charge.

        Origin: signed by the holder of the sudo key, or root.
        - `who`: account in whose name the call is made.
        - `call`: the call.

        Errors: RequireSudo, CannotLookup.
        """
        self._ensure_sudo(origin)
        as_other = self.env.origin(Signed(lookup(who)))
        done = attempt(self.env, call, as_other, bypass_filter=True)
        self.emit(SudoAsDone(done.result(self.env)))
        return FREE

    @call(4, weight=REMOVE_KEY)
    def remove_key(self, origin: Origin) -> PostInfo:
        """Give up the sudo key for ever.

        It is free of charge.

        Origin: signed by the holder of the sudo key, or root.

        Errors: RequireSudo.
        """
        self._ensure_sudo(origin)
        self.emit(KeyRemoved())
        self.key.kill()
        return FREE

    def _as_root(self, call: Call) -> PostInfo:
        done = attempt(self.env, call, self.env.origin(ROOT_CALLER), bypass_filter=True)
        self.emit(Sudid(done.result(self.env)))
        return FREE

    def _ensure_sudo(self, origin: Origin) -> None:
        who = ensure_signed_or_root(origin)
        ensure(who is None or who == self.key.get(), RequireSudo)

    def genesis_build(self, key: AccountId | None) -> None:
        """The account that holds the key at first."""
        self.key.put(key)
