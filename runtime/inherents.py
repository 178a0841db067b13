"""The pallets of a runtime that speak for extrinsics without a signer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pysubtensor.frame.call import Call
from pysubtensor.frame.inherents import InherentData, ProvidesInherent, ValidatesUnsigned
from pysubtensor.frame.validity import (
    NoUnsignedValidatorUnknown,
    UnknownTransaction,
    ValidTransaction,
)
from pysubtensor.runtime.runtime import Runtime


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
