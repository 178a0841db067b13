"""Inherents and unsigned calls: what a pallet says about extrinsics without a signer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

from pysubtensor.frame.call import Call
from pysubtensor.frame.primitives import Moment
from pysubtensor.frame.validity import ValidTransaction


@dataclass(frozen=True, slots=True)
class InherentData:
    """What the author knows from outside the chain."""

    now: Moment
    """Milliseconds since the Unix epoch."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further data by pallet name."""


@runtime_checkable
class ProvidesInherent(Protocol):
    """A pallet that puts a call of its own at the head of every block."""

    def create_inherent(self, data: InherentData) -> Call | None:
        """The call for the open block."""

    def check_inherent(self, call: Call, data: InherentData) -> None:
        """Errors: InherentError when an imported block's inherent cannot be accepted."""

    def is_inherent(self, call: Call) -> bool:
        """Whether `call` is the one that this pallet provides."""


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
