"""The pallets of a runtime that speak for extrinsics without a signer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pysubtensor.frame.call import Call
from pysubtensor.frame.inherents import InherentData, ProvidesInherent, ValidatesUnsigned
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.validity import (
    NoUnsignedValidatorUnknown,
    UnknownTransaction,
    ValidTransaction,
)


class Inherents:
    """The pallets of one runtime that speak for extrinsics without a signer."""

    def __init__(self, pallets: Mapping[str, Pallet[object]]) -> None:
        self.providers = {
            name: each for name, each in pallets.items() if isinstance(each, ProvidesInherent)
        }
        self.validators = {
            name: each for name, each in pallets.items() if isinstance(each, ValidatesUnsigned)
        }

    def create(self, data: InherentData) -> Iterator[Call]:
        """The inherents of the open block in pallet order."""
        for pallet in self.providers.values():
            made = pallet.create_inherent(data)
            if made is not None:
                yield made

    def provides(self, call: Call) -> bool:
        """Whether the pallet of `call` provides it as an inherent."""
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
