"""What money is held and frozen for: the pallets' own enumerations under one of the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import cast

from pysubtensor.frame.codec.records import Variant
from pysubtensor.frame.interfaces.currency import RuntimeFreezeReason, RuntimeHoldReason
from pysubtensor.runtime.runtime import Interface, OuterEnum

Table = Mapping[str, tuple[int, type[Enum]]]
"""Pallet name -> its index and its reasons."""


def bind_reasons(interface: Interface, holds: Table, freezes: Table | None = None) -> None:
    """Say what RuntimeHoldReason and RuntimeFreezeReason stand for.

    Errors: TypeError for an IntEnum, for the members of two of them may be equal.
    """
    _bind(interface, RuntimeHoldReason, holds)
    _bind(interface, RuntimeFreezeReason, freezes or {})


def _bind(interface: Interface, annotation: type, table: Table) -> None:
    inner = {}
    for name, (index, reasons) in table.items():
        if issubclass(reasons, int):
            raise TypeError(f"{reasons.__name__} must be a plain Enum")
        codec = cast(Variant, interface.codecs(reasons))
        inner[name] = (index, codec, codec.path.replace("::pallet::", "::"))
    outer = OuterEnum(f"{interface.spec.name}::{annotation.__name__}")
    outer.join(inner)
    interface.codecs.bind(annotation, outer)
