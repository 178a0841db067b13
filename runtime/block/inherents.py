"""Inherents and unsigned calls: what pallets say about extrinsics without a signer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Protocol, runtime_checkable

from runtime.block.runtime import Runtime
from runtime.block.validity import (
    NoUnsignedValidatorUnknown,
    UnknownTransaction,
    ValidTransaction,
)
from runtime.frame.call import Call
from runtime.primitives import Moment


@dataclass(frozen=True, slots=True)
class InherentData:
    """What the author knows from outside the chain."""

    now: Moment
    """Milliseconds since the Unix epoch."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Further data by pallet name."""


@runtime_checkable
class ProvidesInherent(Protocol):
    """A pallet that puts a call of its own at the head of every block."""

    def create_inherent(self, data: InherentData) -> Call | None:
        """The call for the open block."""

    def check_inherent(self, call: Call, data: InherentData) -> None:
        """Errors: InherentError when an imported block's inherent cannot be accepted."""

    def is_inherent(self, call: Call) -> bool:
        """Is `call` the one this pallet provides?"""


@runtime_checkable
class ValidatesUnsigned(Protocol):
    """A pallet that accepts some calls without a signer from the pool."""

    def validate_unsigned(self, call: Call) -> ValidTransaction:
        """Errors: TransactionValidityError."""


class InherentError(ValueError):
    """An inherent that contradicts what this node knows; `fatal` ones never become right.

    On the wire it stands under the `identifier` of its inherent as `encoded`.
    """

    identifier: ClassVar[bytes] = bytes(8)
    encoded: ClassVar[bytes] = b""

    def __init__(self, text: str, *, fatal: bool = True) -> None:
        super().__init__(text)
        self.fatal = fatal


class Inherents:
    """The pallets of one runtime that speak for extrinsics without a signer."""

    def __init__(self, runtime: Runtime) -> None:
        self.providers: dict[str, ProvidesInherent] = _those(runtime, ProvidesInherent)
        self.validators: dict[str, ValidatesUnsigned] = _those(runtime, ValidatesUnsigned)

    def create(self, data: InherentData) -> Iterator[Call]:
        """The inherents of the open block in pallet order."""
        for pallet in self.providers.values():
            made = pallet.create_inherent(data)
            if made is not None:
                yield made

    def provides(self, call: Call) -> bool:
        """Does the pallet of `call` provide it as an inherent?"""
        pallet = self.providers.get(call.pallet)
        return pallet is not None and pallet.is_inherent(call)

    def check(self, call: Call, data: InherentData) -> None:
        """Judge the inherent of an imported block.  Errors: InherentError."""
        pallet = self.providers.get(call.pallet)
        if pallet is not None:
            pallet.check_inherent(call, data)

    def validate_unsigned(self, call: Call) -> ValidTransaction:
        """Ask the pallet of an unsigned call.

        Errors: NoUnsignedValidator when it has no opinion.
        """
        pallet = self.validators.get(call.pallet)
        if pallet is None:
            raise UnknownTransaction(NoUnsignedValidatorUnknown())
        return pallet.validate_unsigned(call)

    def pre_dispatch(self, call: Call) -> None:
        """Judge an unsigned call in a block; pallets without an opinion let it run."""
        pallet = self.validators.get(call.pallet)
        if pallet is not None:
            pallet.validate_unsigned(call)


def _those(runtime: Runtime, protocol: type) -> dict[str, Any]:
    """The pallets that speak a protocol."""
    pallets = runtime.pallets.items()
    return {
        name: pallet
        for name, pallet in pallets
        if _speaks(type(pallet), protocol)  # type: ignore[arg-type]  # a class is hashable
    }


@cache
def _speaks(pallet: type, protocol: type) -> bool:
    return issubclass(pallet, protocol)
