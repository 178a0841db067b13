"""Dispatchables: declared with `@call`, decoded to `Call` values.

    @call(0, weight=20_000)
    def donate(self, origin: Origin, amount: Tao) -> None:

The annotations after `origin` are the wire types of the arguments.  `weight` is a number of
picoseconds, a Weight, or a function of (pallet, *arguments) that gives a Weight or, when the
class or the fee depend on the arguments, a whole DispatchInfo.

`guard` is a function of (pallet, signer, *arguments) that raises what would be refused, so that the
runtime can keep a transaction out of blocks; `guard_weight` is what asking it adds to the weight.

A call declared with `implemented=False` is on the wire and in metadata, but has no body yet: no
block takes a transaction with it, and dispatching it all the same raises Unimplemented.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, get_type_hints

from pysubtensor.frame.codec.errors import (
    BadTag,
    BadValue,
    DepthExceeded,
    EndOfInput,
    TooManyParts,
)
from pysubtensor.frame.codec.records import Case, Field, Variant
from pysubtensor.frame.codec.resolve import Resolver, doc_of, own_name
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.error import Unimplemented
from pysubtensor.frame.weights import ZERO, DispatchClass, DispatchInfo, Pays, PostInfo, Weight
from pysubtensor.frame.weights import weight as make_weight

MAX_DEPTH: Final = 256
"""Calls nest at most this deep (MAX_EXTRINSIC_DEPTH of frame-support)."""

MAX_CALLS: Final = 1 << 16
"""Calls within one call, itself included.

The real chain decodes any number; no block has the weight for so many, and to decode millions, as a
stranger may ask for, would keep the next block waiting.
"""

Dispatchable = Callable[..., PostInfo | None]
"""A method of a pallet: takes the pallet, the origin and the arguments of the call."""
WeightOf = int | Weight | Callable[..., Weight | DispatchInfo]
Guard = Callable[..., None]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CallSpec:
    """The declaration of one dispatchable."""

    pallet: str
    index: int
    name: str
    function: Dispatchable
    weight: WeightOf
    dispatch_class: DispatchClass
    pays_fee: Pays
    docs: str
    arguments: tuple[tuple[str, object], ...]
    codecs: tuple[Codec, ...] = field(default=())
    implemented: bool = True
    guard: Guard | None = None
    guard_weight: Weight = ZERO

    @property
    def title(self) -> str:
        """`Pallet.call`."""
        return f"{self.pallet}.{self.name}"

    def info(self, pallet: object, args: tuple[object, ...]) -> DispatchInfo:
        """What is known of a call before it runs."""
        found = self.weight(pallet, *args) if callable(self.weight) else self.weight
        if isinstance(found, DispatchInfo):
            return found
        if isinstance(found, int):
            found = make_weight(found)
        return DispatchInfo(found, self.dispatch_class, self.pays_fee)


class Call:
    """A dispatchable with its arguments.  Also the annotation for `RuntimeCall`."""

    __slots__ = ("args", "spec")

    def __init__(self, spec: CallSpec, args: tuple[Any, ...]) -> None:
        self.spec, self.args = spec, args

    @property
    def pallet(self) -> str:
        """Name of the pallet."""
        return self.spec.pallet

    @property
    def name(self) -> str:
        """Name of the dispatchable."""
        return self.spec.name

    def named_args(self) -> dict[str, Any]:
        """Arguments by name."""
        return {
            name: value for (name, _), value in zip(self.spec.arguments, self.args, strict=True)
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Call):
            return NotImplemented
        same = self.pallet == other.pallet and self.name == other.name
        return same and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.pallet, self.name))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.named_args().items())
        return f"{self.pallet}.{self.name}({inside})"


def inner_calls(call: Call) -> list[Call]:
    """The calls among the arguments of `call`."""
    lists = (arg if isinstance(arg, tuple) else (arg,) for arg in call.args)
    return [each for items in lists for each in items if isinstance(each, Call)]


def nesting(call: Call) -> int:
    """How many calls stand around the innermost one."""
    inner = inner_calls(call)
    return 1 + max(nesting(each) for each in inner) if inner else 0


def unimplemented(call: Call) -> str | None:
    """`Pallet.call` of the first without a body: `call` itself, or one inside it."""
    if not call.spec.implemented:
        return call.spec.title
    return next(filter(None, map(unimplemented, inner_calls(call))), None)


@dataclass(frozen=True)
class Declared:
    """What `@call` leaves on a function until its pallet is composed."""

    index: int
    weight: WeightOf
    dispatch_class: DispatchClass
    pays_fee: Pays
    name: str | None
    implemented: bool
    guard: Guard | None
    guard_weight: Weight


def call(
    index: int,
    *,
    weight: WeightOf,
    dispatch_class: DispatchClass = DispatchClass.NORMAL,
    pays_fee: Pays = Pays.YES,
    name: str | None = None,
    implemented: bool = True,
    guard: Guard | None = None,
    guard_weight: Weight = ZERO,
) -> Callable[[F], F]:
    """Declare a dispatchable under its explicit index; not `implemented`: its body is never run."""

    def declare(function: F) -> F:
        function.__call_declaration__ = Declared(  # type: ignore[attr-defined]
            index, weight, dispatch_class, pays_fee, name, implemented, guard, guard_weight
        )
        return function

    return declare


def deprecated(note: str, since: str | None = None) -> Callable[[F], F]:
    """Mark a dispatchable, below its `@call`, as one that metadata advises against."""

    def declare(function: F) -> F:
        function.__deprecation__ = (note, since)  # type: ignore[attr-defined]
        return function

    return declare


def specs_of(pallet: type, pallet_name: str, resolver: Resolver) -> dict[int, CallSpec]:
    """All dispatchables of a pallet class by index.  Errors: ValueError on a shared index."""
    found: dict[int, CallSpec] = {}
    for function in _declared_functions(pallet):
        spec = _spec(function, pallet_name, resolver)
        if spec.index in found:
            raise ValueError(
                f"{pallet_name}: {spec.name} and {found[spec.index].name} share an index"
            )
        found[spec.index] = spec
    return dict(sorted(found.items()))


def _declared_functions(pallet: type) -> list[Dispatchable]:
    by_name: dict[str, Dispatchable] = {}
    for base in reversed(pallet.__mro__):
        for name, member in base.__dict__.items():
            if hasattr(member, "__call_declaration__"):
                by_name[name] = member
    return list(by_name.values())


def _spec(function: Dispatchable, pallet_name: str, resolver: Resolver) -> CallSpec:
    declared: Declared = function.__call_declaration__  # type: ignore[attr-defined]
    hints = get_type_hints(function, include_extras=True)
    names = list(inspect.signature(function).parameters)[2:]
    arguments = tuple((name, hints[name]) for name in names)
    name = declared.name or function.__name__
    return CallSpec(
        pallet_name, declared.index, name,
        function if declared.implemented else _refusing(function, f"{pallet_name}.{name}"),
        declared.weight, declared.dispatch_class, declared.pays_fee, doc_of(function),
        tuple((name.rstrip("_"), hint) for name, hint in arguments),
        tuple(resolver(hint) for _, hint in arguments),
        declared.implemented, declared.guard, declared.guard_weight,
    )  # fmt: skip


def _refusing(function: Dispatchable, title: str) -> Dispatchable:
    """Stands in for the body of a call that has none."""

    @functools.wraps(function)
    def refuse(*_: object) -> None:
        raise Unimplemented(title)

    return refuse


def pallet_call_type(path: str, specs: Mapping[int, CallSpec]) -> Variant:
    """The pallet's `Call` enum as the metadata describes it."""
    described = Variant(path, (("T", None),))
    described.fill(
        {
            index: Case(
                index,
                spec.name,
                tuple(
                    Field(name, codec, own_name(hint))
                    for (name, hint), codec in zip(spec.arguments, spec.codecs, strict=True)
                ),
                Call,
                tuple(f"argument_{place}" for place, _ in enumerate(spec.arguments)),
                spec.docs,
            )
            for index, spec in specs.items()
        }
    )
    return described


class CallCodec(Codec):
    """RuntimeCall: pallet index, call index, arguments."""

    min_size = 2

    def __init__(self, path: str) -> None:
        self.name = path
        self.described = Variant(path)
        self._specs: dict[tuple[int, int], CallSpec] = {}
        self._tags: dict[tuple[str, str], bytes] = {}
        self._depth = 0
        self._count = 0

    def fill(self, pallets: Mapping[int, tuple[str, Variant, Mapping[int, CallSpec]]]) -> None:
        """Give the pallets' calls: index -> (name, described enum, dispatchables)."""
        for index, (name, _, specs) in pallets.items():
            for number, spec in specs.items():
                self._specs[index, number] = spec
                self._tags[name, spec.name] = bytes((index, number))
        self.described.fill(
            {
                index: Case(index, name, (Field(None, kind, kind.path),), Call, ("call",))
                for index, (name, kind, _) in pallets.items()
            }
        )

    def spec(self, pallet: str, name: str) -> CallSpec:
        """The dispatchable `pallet.name`.  Errors: KeyError."""
        tag = self._tags[pallet, name]
        return self._specs[tag[0], tag[1]]

    def encode(self, value: Call) -> bytes:
        spec = value.spec
        tag = self._tags[spec.pallet, spec.name]
        parts = [codec.encode(arg) for codec, arg in zip(spec.codecs, value.args, strict=True)]
        return tag + b"".join(parts)

    def decode(self, data: bytes, pos: int) -> tuple[Call, int]:
        if pos + 2 > len(data):
            raise EndOfInput
        spec = self._specs.get((data[pos], data[pos + 1]))
        if spec is None:
            raise BadTag(self.name, data[pos])
        if self._depth >= MAX_DEPTH:
            raise DepthExceeded(MAX_DEPTH)
        self._count = self._count + 1 if self._depth else 1
        if self._count > MAX_CALLS:
            raise TooManyParts(self.name, MAX_CALLS)
        pos += 2
        args = []
        self._depth += 1
        try:
            for codec in spec.codecs:
                value, pos = codec.decode(data, pos)
                args.append(value)
        finally:
            self._depth -= 1
        return Call(spec, tuple(args)), pos

    def check(self, value: object) -> None:
        if not isinstance(value, Call) or (value.pallet, value.name) not in self._tags:
            raise BadValue(self.name, value)
        for codec, arg in zip(value.spec.codecs, value.args, strict=True):
            codec.check(arg)
