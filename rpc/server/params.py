r"""Parameters of a call, decoded by the annotations of its handler.

| annotation | JSON |
|---|---|
| int, NewTypes over `U8`..`U256` | number within the width (plain int: 64 bits) |
| `BlockNumber` | number, or hex string with or without 0x |
| bytes, NewTypes over it | hex with or without 0x, "" for none; an array of byte numbers |
| `Hash`, `AccountId` | the same, exactly 32 bytes |
| str, bool, float | itself |
| list[T], Sequence[T], tuple[T, ...] | array |
| T \| None | T, null, or left out |
| A \| B | the first that fits |
| dict, Mapping, object, `Json` | anything, untouched |
| Annotated[T, function] | whatever `function` takes; its ValueError text goes to the client |
| `Connection`, `Subscription` | not a parameter: the caller's connection, the stream being opened |

Trailing parameters with a default may be left out or null; surplus ones are ignored.  Parameters
may come as an object, by snake_case or camelCase name.
"""

import inspect
import types
import typing
from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar, Union

import orjson

from pysubtensor.frame import primitives
from pysubtensor.rpc.errors import InvalidParams
from pysubtensor.rpc.server.connections import Connection, Subscription
from pysubtensor.rpc.server.setup_errors import BadHandler

T = TypeVar("T")

Decode = Callable[[object], object]
"""From a JSON value to a Python one.  Errors: ValueError with a text for the client."""

_SHOWN = 100  # characters of a refused string that are shown back
_REQUIRED = object()
_NOTHING: tuple[object, ...] = ()
_HEX = "a (both 0x-prefixed or not) hex string or byte array"
_WIDTHS: dict[object, int] = {
    primitives.U8: 8,
    primitives.U16: 16,
    primitives.U32: 32,
    primitives.U64: 64,
    primitives.U128: 128,
    primitives.U256: 256,
}


class BadValue(ValueError):
    """A JSON value that does not fit the parameter."""


class Params:
    """The parameters of one handler, and which of its arguments are not parameters."""

    __slots__ = ("_fields", "_injected")

    def __init__(self, handler: Callable[..., object]) -> None:
        self._fields: list[_Field] = []
        self._injected: list[tuple[int, type]] = []
        hints = typing.get_type_hints(handler, include_extras=True)
        parameters = list(inspect.signature(handler).parameters.values())[1:]  # after the node
        for place, parameter in enumerate(parameters):
            hint = hints.get(parameter.name)
            if hint is Connection or hint is Subscription:
                self._injected.append((place, hint))
            else:
                self._fields.append(_field(handler.__qualname__, parameter, hint))

    def decode(
        self, given: object, connection: Connection, subscription: Subscription | None = None
    ) -> Sequence[object]:
        """The arguments of the handler after the node.  Errors: InvalidParams."""
        if not self._fields:
            arguments: Sequence[object] = _NOTHING
        elif given is None or type(given) is list:
            arguments = self._in_order(given or _NOTHING)
        elif type(given) is dict:
            arguments = [field.named(given) for field in self._fields]
        else:
            raise InvalidParams(
                "Invalid params. Expected one of '[', ']' or ',' but found "
                + _quoted(orjson.dumps(given).decode())
            )
        if self._injected:
            return self._inject(list(arguments), connection, subscription)
        return arguments

    def _in_order(self, given: Sequence[object]) -> list[object]:
        have = len(given)
        return [
            field.decode(given[place]) if place < have else field.left_out()
            for place, field in enumerate(self._fields)
        ]

    def _inject(
        self,
        arguments: list[object],
        connection: Connection,
        subscription: Subscription | None,
    ) -> list[object]:
        for place, wanted in self._injected:
            arguments.insert(place, connection if wanted is Connection else subscription)
        return arguments


@dataclass(frozen=True, slots=True)
class _Field:
    """One parameter."""

    name: str
    camel: str
    reader: Decode
    default: object

    def decode(self, value: object) -> object:
        if value is None and self.default is not _REQUIRED:
            return self.default
        try:
            return self.reader(value)
        except ValueError as error:
            raise InvalidParams(str(error)) from None

    def left_out(self) -> object:
        if self.default is _REQUIRED:
            raise InvalidParams("No more params")
        return self.default

    def named(self, given: dict[str, object]) -> object:
        for key in (self.name, self.camel):
            if key in given:
                return self.decode(given[key])
        if self.default is _REQUIRED:
            raise InvalidParams(f"missing field `{self.name}`")
        return self.default


def _field(handler: str, parameter: inspect.Parameter, hint: object) -> _Field:
    default: object = parameter.default
    if default is inspect.Parameter.empty:
        default = None if type(None) in typing.get_args(hint) else _REQUIRED
    try:
        reader = decoder(hint)
    except TypeError:
        raise BadHandler(handler, parameter.name, hint) from None
    first, *rest = parameter.name.split("_")
    return _Field(parameter.name, first + "".join(map(str.title, rest)), reader, default)


def decoder(hint: object) -> Decode:
    """A function that reads a value of type `hint`.  Errors: TypeError for other types."""
    if hint is primitives.BlockNumber:
        return _block_number
    if hint is primitives.Hash or hint is primitives.AccountId:
        return _exactly_32
    if hint in _WIDTHS:
        return _integer(_WIDTHS[hint])
    if isinstance(hint, typing.NewType):
        return decoder(hint.__supertype__)
    plain = _PLAIN.get(hint)
    return _compound(hint) if plain is None else plain


def reader(kind: type[T]) -> Callable[[object], T]:
    """A function that reads a `kind` inside a parameter of any JSON, such as a field of an object.

    Errors of the function: InvalidParams.
    """
    decode = typing.cast("Callable[[object], T]", decoder(kind))

    def read(value: object) -> T:
        try:
            return decode(value)
        except ValueError as error:
            raise InvalidParams(str(error)) from None

    return read


def _compound(hint: object) -> Decode:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return next((note for note in arguments[1:] if callable(note)), decoder(arguments[0]))
    if origin is Union or origin is types.UnionType:
        return _union(arguments)
    if origin in (dict, Mapping):
        return _as_it_is
    if origin in (list, tuple, Sequence):
        return _array(decoder(arguments[0]))
    raise TypeError(hint)


def _union(members: tuple[object, ...]) -> Decode:
    if any(typing.get_origin(member) in (dict, Mapping) for member in members):
        return _as_it_is  # `Json` itself, or a map beside something else
    readers = [decoder(member) for member in members if member is not type(None)]
    if len(readers) == 1:
        return _or_null(readers[0]) if type(None) in members else readers[0]

    def read(value: object) -> object:
        if value is None and type(None) in members:
            return None
        for reader in readers:
            try:
                return reader(value)
            except ValueError:
                continue
        raise BadValue("data did not match any variant of untagged enum")

    return read


def _or_null(reader: Decode) -> Decode:
    def read(value: object) -> object:
        return None if value is None else reader(value)

    return read


def _array(reader: Decode) -> Decode:
    def read(value: object) -> object:
        if type(value) is not list:
            raise _wrong(value, "a sequence")
        return [reader(item) for item in value]

    return read


def _as_it_is(value: object) -> object:
    return value


def _integer(bits: int) -> Decode:
    limit, name = 1 << bits, f"u{bits}"

    def read(value: object) -> object:
        if type(value) is not int:
            raise _wrong(value, name)
        if not 0 <= value < limit:
            raise BadValue(f"invalid value: integer `{value}`, expected {name}")
        return value

    return read


def _block_number(value: object) -> object:
    if type(value) is int and value >= 0:
        return value
    if type(value) is str:
        digits = value.removeprefix("0x")
        if 0 < len(digits) <= 64 and digits.isascii() and digits.isalnum():
            try:
                return int(digits, 16)
            except ValueError:
                pass
    raise BadValue("data did not match any variant of untagged enum NumberOrHex")


def _bytes(value: object) -> bytes:
    if type(value) is str:
        return _unhex(value)
    if type(value) is list:
        return _from_numbers(value)
    raise _wrong(value, _HEX)


def _exactly_32(value: object) -> bytes:
    if type(value) is str:
        length = len(value) - 2 if value.startswith("0x") else len(value)
        if length == 64:
            return _unhex(value)
    elif type(value) is list:
        length = len(value)
        if length == 32:
            return _from_numbers(value)
    else:
        raise _wrong(value, f"{_HEX} containing 32 bytes")
    raise BadValue(f"invalid length {length}, expected {_HEX} containing 32 bytes")


def _unhex(text: str) -> bytes:
    digits = text.removeprefix("0x")
    if len(digits) % 2:
        digits = "0" + digits  # as the real node reads an odd digit
    try:
        return unhexlify(digits)
    except (HexError, ValueError):
        at = next(
            i
            for i, char in enumerate(text)
            if i >= len(text) - len(digits) and char not in "0123456789abcdefABCDEF"
        )
        raise BadValue(f"invalid hex character: {text[at]}, at {at}") from None


def _from_numbers(values: list[object]) -> bytes:
    read = _integer(8)
    for value in values:
        read(value)
    return bytes(typing.cast("list[int]", values))


def _text(value: object) -> str:
    if type(value) is not str:
        raise _wrong(value, "a string")
    return value


def _truth(value: object) -> bool:
    if type(value) is not bool:
        raise _wrong(value, "a boolean")
    return value


def _real(value: object) -> float:
    if type(value) is not int and type(value) is not float:
        raise _wrong(value, "f64")
    return float(value)


def _wrong(value: object, wanted: str) -> BadValue:
    return BadValue(f"invalid type: {_shown(value)}, expected {wanted}")


def _shown(value: object) -> str:
    """`value` as the errors of the real node's parser show it."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean `{str(value).lower()}`"
        case int():
            return f"integer `{value}`"
        case float():
            return f"floating point `{value}`"
        case str():
            return "string " + _quoted(value)
        case list():
            return "sequence"
        case _:
            return "map"


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return orjson.dumps(shown).decode()


_PLAIN: dict[object, Decode] = {
    int: _integer(64),
    str: _text,
    bool: _truth,
    float: _real,
    bytes: _bytes,
    dict: _as_it_is,
    object: _as_it_is,
    list: _array(_as_it_is),
}
