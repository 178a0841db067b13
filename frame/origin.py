"""Who a call comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pysubtensor.frame.codec.resolve import COMPACT, Fixed, Named
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.error import BadOrigin, CannotLookup
from pysubtensor.frame.primitives import AccountId

if TYPE_CHECKING:
    from pysubtensor.frame.call import Call


class RawOrigin(
    Variant, path="frame_support::dispatch::RawOrigin", params={"AccountId": AccountId}
):
    """The origins that every chain has."""


class Root(RawOrigin, index=0):
    """The chain itself: sudo, the scheduler, governance."""


class Signed(RawOrigin, index=1, unnamed=True):
    """An account that signed, or is treated as if."""

    who: Annotated[AccountId, Named("AccountId")]


class Nobody(RawOrigin, index=2, rust_name="None"):
    """No one: bare extrinsics."""


class Authorized(RawOrigin, index=3):
    """A transaction that its own content authorizes; nothing on this chain makes one."""


class OriginCaller:
    """Annotation for an origin as it is stored; the composed runtime knows its cases."""


CallFilter = Callable[["Call"], bool]


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin at work: its caller and the filters that were laid over it."""

    caller: Struct
    filters: tuple[CallFilter, ...] = ()

    def allows(self, call: Call) -> bool:
        """Whether this origin may dispatch `call`.  Root passes every filter."""
        return self.caller == ROOT_CALLER or all(passes(call) for passes in self.filters)

    def filtered(self, extra: CallFilter) -> Origin:
        """The same origin, held to one filter more."""
        return replace(self, filters=(*self.filters, extra))


ROOT_CALLER = Root()
ROOT = Origin(ROOT_CALLER)


def ensure_root(origin: Origin) -> None:
    """Errors: BadOrigin."""
    if origin.caller != ROOT_CALLER:
        raise BadOrigin


def ensure_signed(origin: Origin) -> AccountId:
    """The signer.  Errors: BadOrigin."""
    caller = origin.caller
    if not isinstance(caller, Signed):
        raise BadOrigin
    return caller.who


def ensure_signed_or_root(origin: Origin) -> AccountId | None:
    """The signer, or None for root.  Errors: BadOrigin."""
    return None if origin.caller == ROOT_CALLER else ensure_signed(origin)


def ensure_none(origin: Origin) -> None:
    """Errors: BadOrigin unless nobody signed."""
    if not isinstance(origin.caller, Nobody):
        raise BadOrigin


class MultiAddress(
    Variant,
    path="sp_runtime::multiaddress::MultiAddress",
    params={"AccountId": AccountId, "AccountIndex": None.__class__},
):
    """An account as transactions name it; this chain resolves only `Id`."""


class Id(MultiAddress, index=0, unnamed=True):
    """The account itself."""

    account: Annotated[AccountId, Named("AccountId")]


class Index(MultiAddress, index=1, unnamed=True):
    """An index; unused on this chain."""

    index: Annotated[None, COMPACT, Named("AccountIndex")]


class Raw(MultiAddress, index=2, unnamed=True):
    """Any bytes; unused."""

    data: bytes


class Address32(MultiAddress, index=3, unnamed=True):
    """32 bytes; unused."""

    data: Annotated[bytes, Fixed(32), Named("[u8; 32]")]


class Address20(MultiAddress, index=4, unnamed=True):
    """20 bytes; unused."""

    data: Annotated[bytes, Fixed(20), Named("[u8; 20]")]


def lookup(address: object) -> AccountId:
    """The account an address names.  Errors: CannotLookup."""
    if isinstance(address, Id):
        return address.account
    raise CannotLookup
