"""Transaction extensions that other pallets decide: each takes the question it asks as a function.

SudoTransactionExtension         only the key's holder may send calls of Sudo
CheckShieldedTxValidity          an encrypted transaction must be readable as one
SubtensorTransactionExtension    what SubtensorModule would refuse anyway stays out of blocks
DrandPriority                    beacons go first
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.extensions import NOTHING, Extension, Transaction
from pysubtensor.frame.primitives import U64, AccountId
from pysubtensor.frame.validity import BadSignerInvalid, InvalidTransaction, ValidTransaction

UNPARSABLE: Final = 23
"""Custom error of an encrypted transaction that is none."""
BEACON: Final = ValidTransaction(priority=U64(10_000))


class ChainRuntime(Struct, path="node_subtensor_runtime::Runtime"):
    """The composed runtime, as what Rust types of extensions are generic over."""


class SudoExtra(
    Struct,
    path="node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension",
    params={"T": ChainRuntime},
):
    """Nothing."""


class SudoTransactionExtension(Extension):
    """Only the holder of the key sends calls of the Sudo pallet.  `key` is the Sudo pallet's."""

    identifier = "SudoTransactionExtension"
    extra: ClassVar[Any] = SudoExtra

    def __init__(self, key: Callable[[], AccountId | None]) -> None:
        self._key = key

    def validate(self, tx: Transaction, extra: SudoExtra) -> ValidTransaction:
        if tx.call.spec.pallet == "Sudo" and tx.who is not None and tx.who != self._key():
            raise InvalidTransaction(BadSignerInvalid())
        return NOTHING


class ShieldExtra(
    Struct,
    path="pallet_shield::extension::CheckShieldedTxValidity",
    params={"T": ChainRuntime},
):
    """Nothing."""


class CheckShieldedTxValidity(Extension):
    """An encrypted transaction must have the form of one.  `readable` is the MevShield pallet's."""

    identifier = "CheckShieldedTxValidity"
    extra: ClassVar[Any] = ShieldExtra

    def __init__(self, readable: Callable[[bytes], bool] = lambda _: True) -> None:
        self._readable = readable

    def validate(self, tx: Transaction, extra: ShieldExtra) -> ValidTransaction:
        spec = tx.call.spec
        if spec.name != "submit_encrypted" or spec.pallet != "MevShield" or tx.who is None:
            return NOTHING
        if not self._readable(tx.call.args[0]):
            raise InvalidTransaction.custom(UNPARSABLE)
        return NOTHING


class SubtensorExtra(
    Struct,
    path="pallet_subtensor::extensions::subtensor::SubtensorTransactionExtension",
    params={"T": ChainRuntime},
):
    """Nothing."""


def _no_guard(who: AccountId, call: Call) -> None:
    """Every call passes."""


class SubtensorTransactionExtension(Extension):
    """What the guards of SubtensorModule refuse stays out.  `guard` raises the pallet's errors."""

    identifier = "SubtensorTransactionExtension"
    extra: ClassVar[Any] = SubtensorExtra

    def __init__(self, guard: Callable[[AccountId, Call], None] = _no_guard) -> None:
        self._guard = guard

    def validate(self, tx: Transaction, extra: SubtensorExtra) -> ValidTransaction:
        if tx.who is not None:
            try:
                self._guard(tx.who, tx.call)
            except DispatchFailure as failure:
                raise InvalidTransaction.custom(failure.validity) from failure
        return NOTHING


class DrandExtra(
    Struct, path="pallet_drand::drand_priority::DrandPriority", params={"T": ChainRuntime}
):
    """Nothing."""


class DrandPriority(Extension):
    """Beacons go before other transactions."""

    identifier = "DrandPriority"
    extra: ClassVar[Any] = DrandExtra

    def validate(self, tx: Transaction, extra: DrandExtra) -> ValidTransaction:
        spec = tx.call.spec
        return BEACON if spec.name == "write_pulse" and spec.pallet == "Drand" else NOTHING
