"""Runtime APIs: questions that clients ask the runtime through `state_call`.

    class AccountNonceApi(RuntimeApi, version=1):
        @view
        def account_nonce(self, account: AccountId) -> Nonce: ...

The wire name of a method is `AccountNonceApi_account_nonce`; arguments and result are the SCALE
of the annotations.  Methods see the state of one block and whatever they write is undone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, get_type_hints

from runtime.codec.errors import TrailingBytes
from runtime.codec.resolve import Resolver, doc_of
from runtime.codec.scale import Codec
from runtime.hashing import blake2_64

F = TypeVar("F", bound=Callable[..., Any])


def view(function: F) -> F:
    """Mark a method as part of the API."""
    function.__is_view__ = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class Method:
    """One method, ready to be called with bytes."""

    name: str
    function: Callable[..., Any]
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
    version: ClassVar[int]

    def __init_subclass__(cls, *, version: int, name: str | None = None) -> None:
        cls.api_name = name or cls.__name__
        cls.version = version

    @classmethod
    def api_id(cls) -> bytes:
        """First 8 bytes of the blake2b hash of the name, as the runtime version lists it."""
        return blake2_64(cls.api_name.encode())

    def methods(self, resolver: Resolver) -> dict[str, Method]:
        """The methods by their own name, in the order of declaration."""
        found = {}
        for name, function in _views(type(self)).items():
            hints = get_type_hints(function, include_extras=True)
            names = list(inspect.signature(function).parameters)[1:]
            inputs = tuple((each.rstrip("_"), resolver(hints[each])) for each in names)
            output = resolver(hints["return"])
            bound = getattr(self, function.__name__)
            found[name] = Method(name, bound, inputs, output, doc_of(function))
        return found


def _views(cls: type) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for base in reversed(cls.__mro__):
        for name, member in base.__dict__.items():
            if getattr(member, "__is_view__", False):
                found[name] = member
    return found
