"""Bases of the records and enums that travel in SCALE.

    class AccountData(Struct, path="pallet_balances::types::AccountData", params={"Balance": Tao}):
        free: Tao

    class Phase(Variant, path="frame_system::Phase"): ...
    class ApplyExtrinsic(Phase, index=0, unnamed=True):
        index: U32

Records are immutable and compare by value.  `unnamed` leaves the field names out of the metadata
(a tuple struct); `name` is for a case whose Rust name is taken in Python.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, dataclass_transform

import msgspec

Params = Mapping[str, Any]


class RecordMeta(msgspec.StructMeta):
    """Takes the wire's facts as class keywords, which msgspec's own metaclass would refuse."""

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, object],
        *,
        path: str | None = None,
        params: Params | None = None,
        unnamed: bool | None = None,
        index: int | None = None,
        rust_name: str | None = None,
        **options: Any,
    ) -> Any:
        cls: Any = super().__new__(mcs, name, bases, namespace, **{"frozen": True, **options})
        if path is not None:
            cls.wire_path = path
            cls.wire_params = dict(params or {})
            cls.wire_cases = []
        cls.wire_unnamed = bool(unnamed)
        cls.wire_name = rust_name or name
        if index is not None:
            cls.wire_index = index
            cls.joined(cls)
        return cls


@dataclass_transform(frozen_default=True)
class Struct(msgspec.Struct, metaclass=RecordMeta, frozen=True):
    """A record.  `path` is its Rust path, `params` its generic arguments (None: left out)."""

    wire_path: ClassVar[str]
    wire_params: ClassVar[Params]
    wire_unnamed: ClassVar[bool]
    wire_name: ClassVar[str]
    wire_index: ClassVar[int]
    wire_cases: ClassVar[list[type]]

    @classmethod
    def joined(cls, case: type) -> None:
        """Called for each subclass that was given an index."""


class Variant(Struct):
    """A Rust enum; each case is a subclass with an `index`."""

    @classmethod
    def joined(cls, case: type) -> None:
        """Add `case` to the enum.  Errors: ValueError when the index is taken."""
        taken = [other for other in cls.wire_cases if other.wire_index == case.wire_index]  # type: ignore[attr-defined]
        if taken:
            raise ValueError(f"{case.__name__} and {taken[0].__name__} share an index")
        cls.wire_cases.append(case)


E_ = TypeVar("E_", bound=type[enum.Enum])

ENUM_PATHS: dict[type, tuple[str, dict[str, str]]] = {}
"""Rust path, and Rust names where they differ, of each plain enumeration."""


def rust_enum(path: str, **names: str) -> Any:
    """Mark an `IntEnum` as a Rust enum without fields; values are the tags.

    Members are named in Python's way (`OPERATIONAL`); `names` gives the Rust names that do not
    follow (`EVM="EVM"`).
    """

    def mark(cls: E_) -> E_:
        ENUM_PATHS[cls] = (path, names)
        return cls

    return mark


def snake_case(name: str) -> str:
    """`transferKeepAlive` or `TransferKeepAlive` -> `transfer_keep_alive`; snake case stays."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def pascal_case(name: str) -> str:
    """`set_code_now` or `SET_CODE_NOW` -> `SetCodeNow`."""
    return "".join(word[:1].upper() + word[1:].lower() for word in name.split("_"))
