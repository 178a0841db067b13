"""Refusals of a dispatch: the wire's `DispatchError` and the exceptions pallets raise.

A pallet declares its own as `class NotEnough(Error, index=3): "why"` and raises them; the rest of
the chain's errors are the subclasses of `BuiltinFailure` here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, ClassVar, Final, Self

from pysubtensor.frame.codec.resolve import Fixed, Named
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.primitives import U8
from pysubtensor.frame.weights import PostInfo


class ModuleError(Struct, path="sp_runtime::ModuleError"):
    """An error of pallet `index`; the first byte of `error` is its number there."""

    index: U8
    error: Annotated[bytes, Fixed(4), Named("[u8; MAX_MODULE_ERROR_ENCODED_SIZE]")]


@rust_enum("sp_runtime::TokenError")
class TokenError(IntEnum):
    """Why money did not move."""

    FUNDS_UNAVAILABLE = 0
    ONLY_PROVIDER = 1
    BELOW_MINIMUM = 2
    CANNOT_CREATE = 3
    UNKNOWN_ASSET = 4
    FROZEN = 5
    UNSUPPORTED = 6
    CANNOT_CREATE_HOLD = 7
    NOT_EXPENDABLE = 8
    BLOCKED = 9


@rust_enum("sp_arithmetic::ArithmeticError")
class ArithmeticKind(IntEnum):
    """Which way a number broke out of its range."""

    UNDERFLOW = 0
    OVERFLOW = 1
    DIVISION_BY_ZERO = 2


@rust_enum("sp_runtime::TransactionalError")
class TransactionalKind(IntEnum):
    """Storage layers gone wrong."""

    LIMIT_REACHED = 0
    NO_LAYER = 1


@rust_enum("sp_runtime::proving_trie::TrieError")
class TrieErrorKind(IntEnum):
    """Errors of proofs checked inside the runtime."""

    INVALID_STATE_ROOT = 0
    INCOMPLETE_DATABASE = 1
    VALUE_AT_INCOMPLETE_KEY = 2
    DECODER_ERROR = 3
    INVALID_HASH = 4
    DUPLICATE_KEY = 5
    EXTRANEOUS_NODE = 6
    EXTRANEOUS_VALUE = 7
    EXTRANEOUS_HASH_REFERENCE = 8
    INVALID_CHILD_REFERENCE = 9
    VALUE_MISMATCH = 10
    INCOMPLETE_PROOF = 11
    ROOT_MISMATCH = 12
    DECODE_ERROR = 13


class DispatchError(Variant, path="sp_runtime::DispatchError"):
    """Why a call failed, as it travels in events and results."""


class Other(DispatchError, index=0):
    """No further reason."""


class CannotLookupError(DispatchError, index=1, rust_name="CannotLookup"):
    """An address that names no account."""


class BadOriginError(DispatchError, index=2, rust_name="BadOrigin"):
    """The sender may not do this."""


class Module(DispatchError, index=3, unnamed=True):
    """A pallet's own error."""

    error: ModuleError


class ConsumerRemaining(DispatchError, index=4):
    """The account is still needed."""


class NoProviders(DispatchError, index=5):
    """Nothing keeps the account alive."""


class TooManyConsumers(DispatchError, index=6):
    """The account has as many consumers as it may."""


class Token(DispatchError, index=7, unnamed=True):
    """Money did not move."""

    error: TokenError


class Arithmetic(DispatchError, index=8, unnamed=True):
    """A number left its range."""

    error: Annotated[ArithmeticKind, Named("ArithmeticError")]


class Transactional(DispatchError, index=9, unnamed=True):
    """Too many storage layers, or none."""

    error: Annotated[TransactionalKind, Named("TransactionalError")]


class Exhausted(DispatchError, index=10):
    """Resources used up."""


class Corruption(DispatchError, index=11):
    """State that should not be."""


class Unavailable(DispatchError, index=12):
    """Something is not there now."""


class RootNotAllowedError(DispatchError, index=13, rust_name="RootNotAllowed"):
    """Root may not do this."""


class Trie(DispatchError, index=14, unnamed=True):
    """A proof did not verify."""

    error: Annotated[TrieErrorKind, Named("TrieError")]


UNLISTED: Final = 255
"""Custom validity error of what has no number of its own."""


class DispatchFailure(Exception):
    """Root of every refusal a dispatch may end with.  `post` corrects the weight and the fee."""

    post: PostInfo | None = None
    validity: ClassVar[int] = UNLISTED

    def with_post(self, post: PostInfo) -> Self:
        """The same refusal with what the attempt really cost."""
        self.post = post
        return self


class BuiltinFailure(DispatchFailure):
    """A refusal that is not a pallet's own."""

    def __init__(self, error: DispatchError) -> None:
        super().__init__(str(error))
        self.error = error


class BadOrigin(BuiltinFailure):
    """The sender may not do this."""

    def __init__(self) -> None:
        super().__init__(BadOriginError())


class CannotLookup(BuiltinFailure):
    """An address that names no account."""

    def __init__(self) -> None:
        super().__init__(CannotLookupError())


class TokenFailure(BuiltinFailure):
    """Money did not move, for the reason `kind`."""

    def __init__(self, kind: TokenError) -> None:
        super().__init__(Token(kind))
        self.kind = kind


class ArithmeticFailure(BuiltinFailure):
    """A number left its range."""

    def __init__(self, kind: ArithmeticKind) -> None:
        super().__init__(Arithmetic(kind))
        self.kind = kind


class Unimplemented(BuiltinFailure):
    """This version declares the call `name` (`Pallet.call`), but cannot make it."""

    def __init__(self, name: str) -> None:
        super().__init__(Unavailable())
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} is not implemented in this version"


class Error(DispatchFailure):
    """Base of a pallet's errors: `class ZeroAmount(Error, index=0)`; the docstring is the reason.

    `rust_name` is for an error that shares its name with an event of the pallet.  `validity` is the
    number in which the pool says why a guard refuses a transaction (`InvalidTransaction::Custom`).
    """

    error_index: ClassVar[int]
    declared: ClassVar[dict[str, list[type[Error]]]] = {}
    """Error classes by the module that declares them, in order."""

    def __init_subclass__(
        cls, *, index: int | None = None, rust_name: str | None = None, validity: int = UNLISTED
    ) -> None:
        cls.__name__ = rust_name or cls.__name__
        cls.validity = validity
        if index is not None:
            cls.error_index = index
            Error.declared.setdefault(cls.__module__, []).append(cls)

    def __str__(self) -> str:
        return type(self).__name__


class Panic(Exception):
    """A breach that no block may contain: the extrinsic, or else the whole block, cannot be."""


def ensure(condition: object, error: type[DispatchFailure] | Callable[[], DispatchFailure]) -> None:
    """Raise `error` unless `condition` holds."""
    if not condition:
        raise error()
