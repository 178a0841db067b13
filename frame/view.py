"""Runtime APIs: questions that clients ask the runtime through `state_call`.

    class AccountNonceApi(RuntimeApi, version=1):
        @view
        def account_nonce(self, account: AccountId) -> Nonce: ...

The wire name of a method is `AccountNonceApi_account_nonce`; arguments and result are the SCALE
of the annotations.  Methods see the state of one block and whatever they write is undone.

A pallet may also answer questions of its own, which metadata lists by id:

    @view_function("is_superset(T::ProxyType,T::ProxyType) -> bool")
    def is_superset(self, to_check: ProxyType, against: ProxyType) -> bool: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, get_type_hints

from pysubtensor.frame.codec.errors import TrailingBytes
from pysubtensor.frame.codec.resolve import Resolver, doc_of
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.hashing import blake2_64, twox_128

F = TypeVar("F", bound=Callable[..., object])


def view(function: F) -> F:
    """Mark a method as part of the API."""
    function.__is_view__ = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class RuntimeApiMethod:
    """One method, ready to be called with bytes."""

    name: str
    function: Callable[..., object]
    inputs: tuple[tuple[str, Codec], ...]
    output: Codec
    docs: str

    def __call__(self, data: bytes) -> bytes:
        """Decode the arguments, run, encode the result.  Errors: CodecError."""
        args, pos = [], 0
        for _, codec in self.inputs:
            value, pos = codec.decode(data, pos)
            args.append(value)
        if pos != len(data):
            raise TrailingBytes(len(data) - pos)
        return self.output.to_bytes(self.function(*args))


class RuntimeApi:
    """Base of the declared APIs.  Class keywords: `version`; `name` when not the class name."""

    api_name: ClassVar[str]
    api_version: ClassVar[int]

    def __init_subclass__(cls, *, version: int, name: str | None = None) -> None:
        cls.api_name = name or cls.__name__
        cls.api_version = version

    @classmethod
    def api_id(cls) -> bytes:
        """First 8 bytes of the blake2b hash of the name, as the runtime version lists it."""
        return blake2_64(cls.api_name.encode())

    def methods(self, resolver: Resolver) -> dict[str, RuntimeApiMethod]:
        """The methods by their own name, in the order of declaration."""
        views = _marked(type(self), "__is_view__")
        return {name: _method(self, name, each, resolver) for name, each in views.items()}


def _method(
    owner: object, name: str, function: Callable[..., object], resolver: Resolver
) -> RuntimeApiMethod:
    known = resolver.signatures.get(function)
    if known is None:
        resolver.signatures[function] = known = _signature(function, resolver)
    bound = getattr(owner, function.__name__)
    inputs, output = known
    return RuntimeApiMethod(name, bound, inputs, output, doc_of(function))


def _signature(
    function: Callable[..., object], resolver: Resolver
) -> tuple[tuple[tuple[str, Codec], ...], Codec]:
    """The codecs of the named arguments, and of the result."""
    hints = get_type_hints(function, include_extras=True)
    names = list(inspect.signature(function).parameters)[1:]
    inputs = tuple((each.rstrip("_"), resolver(hints[each])) for each in names)
    return inputs, resolver(hints["return"])


def _marked(cls: type, mark: str) -> dict[str, Callable[..., object]]:
    found: dict[str, Callable[..., object]] = {}
    for base in reversed(cls.__mro__):
        for name, member in base.__dict__.items():
            if hasattr(member, mark):
                found[name] = member
    return found


@dataclass(frozen=True)
class ViewFunction:
    """A view function of a pallet; `id` is the hash of the pallet's name and of the signature."""

    id: bytes
    method: RuntimeApiMethod


def view_function(signature: str) -> Callable[[F], F]:
    """Mark a method of a pallet as a view function; `signature` is its spelling in Rust."""

    def declare(function: F) -> F:
        function.__view_signature__ = signature  # type: ignore[attr-defined]
        return function

    return declare


def view_functions_of(pallet: object, name: str, resolver: Resolver) -> list[ViewFunction]:
    """The view functions of a pallet in the order of declaration."""
    found = []
    for attribute, function in _marked(type(pallet), "__view_signature__").items():
        signature: str = function.__view_signature__  # type: ignore[attr-defined]
        view_id = twox_128(name.encode()) + twox_128(signature.encode())
        found.append(ViewFunction(view_id, _method(pallet, attribute, function, resolver)))
    return found
