"""Values of the chain as readable JSON and back, by their SCALE types.

| type | JSON |
|---|---|
| integers | number; a decimal string beyond 2**53, where other languages lose digits |
| account | SS58 address (hex is read too) |
| bytes, hashes | 0x-hex (plain text is read too where any length goes) |
| options | null or the value |
| records | object by field name; a value behind one unnamed field is that value |
| enums | "Case", or {"Case": fields} |
| calls | {"Pallet": {"function": {argument: value}}} (hex of an encoded call is read too) |
| maps | array of pairs |

Names are read in snake_case and camelCase.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch
from typing import Protocol, cast

from pysubtensor.frame.call import Call, CallCodec
from pysubtensor.frame.codec import containers, records, scale
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.struct import snake_case
from pysubtensor.frame.crypto import Ss58Error, ss58_decode, ss58_encode
from pysubtensor.frame.era import Era, EraCodec
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import AccountId
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.runtime.runtime import OuterEnum, outer_key

_EXACT = 1 << 53
_ACCOUNT = "sp_core::crypto::AccountId32"
_ADDRESS = "sp_runtime::multiaddress::MultiAddress"


class _Sortable(Protocol):
    def __lt__(self, other: object, /) -> bool: ...


class BadJson(ValueError):
    """JSON that does not fit the type; the text says where and why."""

    def __init__(self, wanted: str, found: object) -> None:
        super().__init__(f"{found!r:.80} is no {wanted}")


# Values to JSON


@singledispatch
def to_json(codec: scale.Codec, value: object) -> Json:
    """`value` of type `codec` as JSON."""
    return to_hex(value) if isinstance(value, bytes) else cast("Json", value)


@to_json.register
def _(codec: scale.Integer, value: int) -> Json:
    return value if -_EXACT < value < _EXACT else str(value)


@to_json.register
def _(codec: scale.Compact, value: object) -> Json:
    return to_json(codec.inner, value)


@to_json.register
def _(codec: containers.Option, value: object) -> Json:
    return None if value is None else to_json(codec.inner, value)


@to_json.register(containers.Vector)
@to_json.register(containers.Array)
@to_json.register(containers.OrderedSet)
def _(
    codec: containers.Vector | containers.Array | containers.OrderedSet,
    value: Sequence[object] | frozenset[_Sortable],
) -> Json:
    each = sorted(value) if isinstance(value, frozenset) else value
    return [to_json(codec.element, item) for item in each]


@to_json.register
def _(codec: containers.Tuple, value: Sequence[object]) -> Json:
    if not codec.items:
        return None
    return [to_json(item, each) for item, each in zip(codec.items, value, strict=True)]


@to_json.register
def _(codec: containers.OrderedMap, value: Mapping[_Sortable, object]) -> Json:
    return [
        [to_json(codec.key, key), to_json(codec.value, each)] for key, each in sorted(value.items())
    ]


@to_json.register
def _(codec: containers.BitSequence, value: Sequence[bool]) -> Json:
    return list(value)


@to_json.register
def _(codec: records.Transparent, value: object) -> Json:
    if codec.path == _ACCOUNT and isinstance(value, bytes):
        return ss58_encode(value)
    name, inner = codec.fields[0].name, to_json(codec.inner, value)
    return inner if name is None else {name: inner}


@to_json.register
def _(codec: records.Composite, value: object) -> Json:
    return _fields_json(codec.fields, codec.attributes, value)


@to_json.register
def _(codec: EraCodec, value: Era) -> Json:
    return "Immortal" if value.is_immortal else {"Mortal": [value.period, value.phase]}


@to_json.register
def _(codec: records.Variant, value: object) -> Json:
    case = _case_of(codec, value)
    if not case.fields:
        return case.name
    return {case.name: _fields_json(case.fields, case.attributes, value)}


@to_json.register
def _(codec: OuterEnum, value: object) -> Json:
    for case in codec.cases:
        inner = case.fields[0].codec
        if isinstance(inner, records.Variant) and outer_key(value) in inner.keys():  # noqa: SIM118 (no mapping)
            return {case.name: to_json(inner, value)}
    raise BadJson(codec.name, value)


@to_json.register
def _(codec: CallCodec, value: Call) -> Json:
    arguments = zip(value.spec.arguments, value.spec.codecs, value.args, strict=True)
    named = {name: to_json(inner, each) for (name, _), inner, each in arguments}
    return {value.pallet: {value.name: named}}


def _fields_json(fields: Sequence[records.Field], attributes: Sequence[str], value: object) -> Json:
    made = [
        to_json(field.codec, getattr(value, attribute))
        for field, attribute in zip(fields, attributes, strict=True)
    ]
    if fields and fields[0].name is None:
        return made[0] if len(made) == 1 else made
    return {str(field.name): each for field, each in zip(fields, made, strict=True)}


def _case_of(codec: records.Variant, value: object) -> records.Case:
    wanted = outer_key(value)
    for key, case in zip(codec.keys(), codec.cases, strict=True):
        if key == wanted:
            return case
    raise BadJson(codec.name, value)


# JSON to values


def from_json(codec: scale.Codec, data: object, present: object = None) -> object:
    """The value of type `codec` that `data` stands for.

    Fields that an object leaves out are taken from `present`, a value of the same type.
    Errors: BadJson.
    """
    try:
        value = _read(codec, data, present)
        codec.check(value)
    except (CodecError, Ss58Error, TypeError) as error:
        if isinstance(error, BadJson):
            raise
        raise BadJson(f"{codec.name}: {error}", data) from error
    except RecursionError as error:
        raise BadJson("value: nested too deep", type(data).__name__) from error
    return value


@singledispatch
def _read(codec: scale.Codec, data: object, present: object) -> object:
    return data


@_read.register
def _(codec: scale.Integer, data: object, present: object) -> int:
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if isinstance(data, str):
        try:
            return int(data, 0)
        except ValueError:
            pass
    raise BadJson(codec.name, data)


@_read.register(scale.ByteVector)
@_read.register(scale.ByteArray)
def _(codec: scale.ByteVector | scale.ByteArray, data: object, present: object) -> bytes:
    return _bytes(codec, data)


def _bytes(codec: scale.Codec, data: object) -> bytes:
    if isinstance(data, str):
        if not data.startswith("0x"):
            return data.encode()
        try:
            return bytes.fromhex(data[2:])
        except ValueError:
            raise BadJson(f"hex of {codec.name}", data) from None
    if isinstance(data, list) and all(type(n) is int and 0 <= n < 256 for n in data):
        return bytes(data)
    raise BadJson(codec.name, data)


@_read.register
def _(codec: scale.Compact, data: object, present: object) -> object:
    return _read(codec.inner, data, present)


@_read.register
def _(codec: containers.Option, data: object, present: object) -> object:
    return None if data is None else _read(codec.inner, data, present)


@_read.register(containers.Vector)
@_read.register(containers.Array)
def _(
    codec: containers.Vector | containers.Array, data: object, present: object
) -> tuple[object, ...]:
    return tuple(_read(codec.element, item, None) for item in _list(codec, data))


@_read.register
def _(codec: containers.OrderedSet, data: object, present: object) -> frozenset[object]:
    return frozenset(_read(codec.element, item, None) for item in _list(codec, data))


@_read.register
def _(codec: containers.Tuple, data: object, present: object) -> tuple[object, ...] | None:
    if not codec.items:
        return None
    given = _list(codec, data, len(codec.items))
    return tuple(_read(item, each, None) for item, each in zip(codec.items, given, strict=True))


@_read.register
def _(codec: containers.OrderedMap, data: object, present: object) -> dict[object, object]:
    pairs = data.items() if isinstance(data, dict) else _list(codec, data)
    found = {}
    for pair in pairs:
        key, value = _list(codec, list(pair) if isinstance(pair, tuple) else pair, 2)
        found[_read(codec.key, key, None)] = _read(codec.value, value, None)
    return found


@_read.register
def _(codec: containers.BitSequence, data: object, present: object) -> tuple[object, ...]:
    return tuple(_list(codec, data))


@_read.register
def _(codec: records.Transparent, data: object, present: object) -> object:
    if codec.path == _ACCOUNT:
        return account(data)
    name = codec.fields[0].name
    if name is not None and isinstance(data, dict):
        data = _field(codec.name, data, name)
    return _read(codec.inner, data, present)


@_read.register
def _(codec: records.Composite, data: object, present: object) -> object:
    return codec.make(*_fields(codec.name, codec.fields, codec.attributes, data, present))


@_read.register
def _(codec: records.Variant, data: object, present: object) -> object:
    if codec.path == _ADDRESS and isinstance(data, str):
        return Id(account(data))
    name, given = _chosen(codec, data)
    case = _named(codec, name)
    if isinstance(codec, OuterEnum):
        return _read(case.fields[0].codec, given, None)
    if not case.fields:
        return case.make()
    return case.make(*_fields(codec.name, case.fields, case.attributes, given, None))


@_read.register
def _(codec: CallCodec, data: object, present: object) -> Call:
    if isinstance(data, str):
        call: Call = codec.from_bytes(_bytes(codec, data))
        return call
    pallet, inner = _chosen(codec, data)
    function, given = _chosen(codec, inner)
    try:
        spec = codec.spec(pallet, snake_case(function))
    except KeyError:
        raise BadJson("call of this chain", f"{pallet}.{function}") from None
    arguments = {} if given is None else given
    if not isinstance(arguments, dict):
        raise BadJson(f"object of the arguments of {pallet}.{spec.name}", given)
    values = [
        _read(inner_codec, _field(spec.name, arguments, name), None)
        for (name, _), inner_codec in zip(spec.arguments, spec.codecs, strict=True)
    ]
    _no_others(spec.name, arguments, [name for name, _ in spec.arguments])
    return Call(spec, tuple(values))


def account(data: object) -> AccountId:
    """The account of an SS58 address, or of 32 bytes in hex.  Errors: BadJson."""
    if isinstance(data, str):
        try:
            found = bytes.fromhex(data[2:]) if data.startswith("0x") else ss58_decode(data)[0]
        except (ValueError, Ss58Error) as error:
            raise BadJson(f"account ({error})", data) from None
        if len(found) == 32:
            return AccountId(found)
    raise BadJson("account", data)


def _list(codec: scale.Codec, data: object, length: int | None = None) -> list[object]:
    if not isinstance(data, list) or (length is not None and len(data) != length):
        raise BadJson(codec.name, data)
    return data


def _fields(
    owner: str,
    fields: Sequence[records.Field],
    attributes: Sequence[str],
    data: object,
    present: object,
) -> list[object]:
    if fields and fields[0].name is None:
        given = [data] if len(fields) == 1 else data
        if not isinstance(given, list) or len(given) != len(fields):
            raise BadJson(owner, data)
        return [_read(field.codec, each, None) for field, each in zip(fields, given, strict=True)]
    if not isinstance(data, dict):
        raise BadJson(owner, data)
    _no_others(owner, data, [str(field.name) for field in fields])
    made = []
    for field, attribute in zip(fields, attributes, strict=True):
        name = str(field.name)
        before = None if present is None else getattr(present, attribute)
        if present is not None and not any(each in data for each in _spellings(name)):
            made.append(before)
        else:
            made.append(_read(field.codec, _field(owner, data, name), before))
    return made


def _spellings(name: str) -> tuple[str, str]:
    first, *rest = name.split("_")
    return name, first + "".join(word.title() for word in rest)


def _field(owner: str, data: dict[str, object], name: str) -> object:
    for spelling in _spellings(name):
        if spelling in data:
            return data[spelling]
    raise BadJson(f"{owner}: `{name}` is missing", data)


def _no_others(owner: str, data: dict[str, object], names: list[str]) -> None:
    known = {spelling for name in names for spelling in _spellings(name)}
    for name in data:
        if name not in known:
            raise BadJson(f"field of {owner}", name)


def _chosen(codec: scale.Codec, data: object) -> tuple[str, object]:
    """The case that `data` names, and the JSON of its fields."""
    if isinstance(data, str):
        return data, None
    if isinstance(data, dict) and len(data) == 1:
        ((name, given),) = data.items()
        return name, given
    raise BadJson(codec.name, data)


def _named(codec: records.Variant, name: str) -> records.Case:
    for same in (str, _folded):
        for case in codec.cases:
            if same(case.name) == same(name):
                return case
    raise BadJson(f"case of {codec.name}", name)


_folded: Callable[[str], str] = str.casefold
