"""What the runtime says about a transaction before it is in a block.

Source of the names and texts: sp_runtime::transaction_validity.
"""

from __future__ import annotations

from typing import ClassVar, Final

from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.error import Unimplemented
from pysubtensor.frame.primitives import U8, U64, U64_MAX

_PATH: Final = "sp_runtime::transaction_validity"


class InvalidKind(Variant, path=f"{_PATH}::InvalidTransaction"):
    """Why a transaction can never be applied as it stands."""

    text: ClassVar[str] = ""


class CallInvalid(InvalidKind, index=0, rust_name="Call"):
    """The call is not expected."""

    text: ClassVar[str] = "Transaction call is not expected"


class PaymentInvalid(InvalidKind, index=1, rust_name="Payment"):
    """The fees cannot be paid."""

    text: ClassVar[str] = "Inability to pay some fees (e.g. account balance too low)"


class FutureInvalid(InvalidKind, index=2, rust_name="Future"):
    """Not valid yet."""

    text: ClassVar[str] = "Transaction will be valid in the future"


class StaleInvalid(InvalidKind, index=3, rust_name="Stale"):
    """No longer valid."""

    text: ClassVar[str] = "Transaction is outdated"


class BadProofInvalid(InvalidKind, index=4, rust_name="BadProof"):
    """The signature does not fit."""

    text: ClassVar[str] = "Transaction has a bad signature"


class AncientBirthBlockInvalid(InvalidKind, index=5, rust_name="AncientBirthBlock"):
    """The block of the era is too old to be known."""

    text: ClassVar[str] = "Transaction has an ancient birth block"


class ExhaustsResourcesInvalid(InvalidKind, index=6, rust_name="ExhaustsResources"):
    """The block has no room for it."""

    text: ClassVar[str] = "Transaction would exhaust the block limits"


class CustomInvalid(InvalidKind, index=7, unnamed=True, rust_name="Custom"):
    """A reason of the chain's own."""

    code: U8
    text: ClassVar[str] = "InvalidTransaction custom error"


class BadMandatoryInvalid(InvalidKind, index=8, rust_name="BadMandatory"):
    """A mandatory call failed."""

    text: ClassVar[str] = "A call was labelled as mandatory, but resulted in an Error."


class MandatoryValidationInvalid(InvalidKind, index=9, rust_name="MandatoryValidation"):
    """Mandatory calls are for block authors."""

    text: ClassVar[str] = "Transaction dispatch is mandatory; transactions must not be validated."


class BadSignerInvalid(InvalidKind, index=10, rust_name="BadSigner"):
    """This signer may not send this."""

    text: ClassVar[str] = "Invalid signing address"


class IndeterminateImplicitInvalid(InvalidKind, index=11, rust_name="IndeterminateImplicit"):
    """The implicit part of an extension cannot be computed."""

    text: ClassVar[str] = "The implicit data was unable to be calculated"


class UnknownOriginInvalid(InvalidKind, index=12, rust_name="UnknownOrigin"):
    """No extension gave the transaction an origin."""

    text: ClassVar[str] = "The transaction extension did not authorize any origin"


class UnknownKind(Variant, path=f"{_PATH}::UnknownTransaction"):
    """Why validity cannot be told."""

    text: ClassVar[str] = ""


class CannotLookupUnknown(UnknownKind, index=0, rust_name="CannotLookup"):
    """Something it needs cannot be found."""

    text: ClassVar[str] = "Could not lookup information required to validate the transaction"


class NoUnsignedValidatorUnknown(UnknownKind, index=1, rust_name="NoUnsignedValidator"):
    """Nobody vouches for this unsigned call."""

    text: ClassVar[str] = "Could not find an unsigned validator for the unsigned transaction"


class CustomUnknown(UnknownKind, index=2, unnamed=True, rust_name="Custom"):
    """A reason of the chain's own."""

    code: U8
    text: ClassVar[str] = "UnknownTransaction custom error"


class ValidityError(Variant, path=f"{_PATH}::TransactionValidityError"):
    """Either kind of refusal."""


class Invalid(ValidityError, index=0, unnamed=True):
    """Never applicable as it stands."""

    kind: InvalidKind


class Unknown(ValidityError, index=1, unnamed=True):
    """Cannot be told."""

    kind: UnknownKind


class TransactionValidityError(Exception):
    """Root of the refusals of a transaction outside a dispatch."""

    wire: ValidityError


class InvalidTransaction(TransactionValidityError):
    """The transaction can never be applied as it stands."""

    def __init__(self, kind: InvalidKind) -> None:
        super().__init__(kind.text)
        self.kind = kind
        self.wire = Invalid(kind)

    @classmethod
    def custom(cls, code: int) -> InvalidTransaction:
        """`Custom error: code`."""
        return cls(CustomInvalid(U8(code)))


class NotImplementedCall(InvalidTransaction):
    """The transaction makes the call `name`, perhaps inside another, which this version cannot."""

    def __init__(self, name: str) -> None:
        super().__init__(CallInvalid())
        self.name = name

    def __str__(self) -> str:
        return str(Unimplemented(self.name))


class UnknownTransaction(TransactionValidityError):
    """Whether the transaction is valid cannot be told."""

    def __init__(self, kind: UnknownKind) -> None:
        super().__init__(kind.text)
        self.kind = kind
        self.wire = Unknown(kind)


class ValidTransaction(Struct, path=f"{_PATH}::ValidTransaction"):
    """How the pool should treat a valid transaction.

    `requires` and `provides` are tags that order transactions; `longevity` is in blocks.
    """

    priority: U64 = U64(0)
    requires: tuple[bytes, ...] = ()
    provides: tuple[bytes, ...] = ()
    longevity: U64 = U64(U64_MAX)
    propagate: bool = True

    def combine(self, other: ValidTransaction) -> ValidTransaction:
        """What two extensions say together: priorities add, tags join, the shorter life counts."""
        return ValidTransaction(
            U64(min(self.priority + other.priority, U64_MAX)),
            self.requires + other.requires,
            self.provides + other.provides,
            min(self.longevity, other.longevity),
            self.propagate and other.propagate,
        )
