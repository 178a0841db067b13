"""Compares composed pallets with the interface in `data/spec425/catalog.json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pysubtensor.frame.call import CallCodec, CallSpec
from pysubtensor.frame.codec.records import Case, Composite, Field, Transparent, Variant
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.storage import CountedMap, Item, Map
from pysubtensor.runtime.runtime import Runtime
from tests.support import catalog, catalog_pallet


def describe(runtime: Runtime, name: str) -> dict[str, Any]:
    """A pallet in the catalog's own terms."""
    pallet = runtime.pallets[name]
    return {
        "index": runtime.index_of(name),
        "storage_prefix": pallet.prefix if pallet.storage else None,
        "call_type": _path(runtime.call_types.get(name)),
        "event_type": _path(runtime.event_types.get(name)),
        "error_type": _path(runtime.error_types.get(name)),
        "calls": [_call(index, spec) for index, spec in pallet.dispatchables().items()],
        "storage": [each for item in pallet.storage.values() for each in _storage(item)],
        "events": _cases(runtime.event_types.get(name)),
        "errors": [
            {"index": each["index"], "name": each["name"]}
            for each in _cases(runtime.error_types.get(name))
        ],
        "constants": _constants(pallet),
    }


def expected(name: str) -> dict[str, Any]:
    """The same from the catalog, without what is only informative."""
    found = catalog_pallet(name)
    kept = ("index", "storage_prefix", "call_type", "event_type", "error_type")
    wanted: dict[str, Any] = {key: found[key] for key in kept}
    for kind in ("calls", "storage", "events", "errors", "constants"):
        wanted[kind] = [_stripped(each) for each in found[kind]]
    wanted["calls"].sort(key=lambda each: each["index"])
    return wanted


def _stripped(thing: Any) -> Any:
    if isinstance(thing, list):
        return [_stripped(each) for each in thing]
    if not isinstance(thing, dict):
        return thing
    dropped = {"source", "type_name", "deprecated", "pays_fee", "dispatch_class", "note"}
    return {key: _stripped(value) for key, value in thing.items() if key not in dropped}


def _path(kind: Variant | None) -> str | None:
    return None if kind is None else kind.path


def _call(index: int, spec: CallSpec) -> dict[str, Any]:
    args = [
        {"name": name, "type": codec.name}
        for (name, _), codec in zip(spec.arguments, spec.codecs, strict=True)
    ]
    return {"index": index, "name": spec.name, "args": args}


def _storage(item: Item[Any]) -> Iterator[dict[str, Any]]:
    keys = [codec.name for codec in item.key_codecs] if isinstance(item, Map) else []
    yield {
        "name": item.wire_name,
        "modifier": "Optional" if item.optional else "Default",
        "kind": "map" if keys else "plain",
        "hashers": [hasher.name for hasher in item.hashers],
        "keys": keys,
        "value": item.codec.name,
        "default_hex": "0x" + item.default_bytes().hex(),
    }
    if isinstance(item, CountedMap):
        yield from _storage(item.counter)


def _cases(kind: Variant | None) -> list[dict[str, Any]]:
    return [_case(case) for case in kind.cases] if kind else []


def _case(case: Case) -> dict[str, Any]:
    return {"index": case.index, "name": case.name, "fields": _fields(case.fields)}


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [{"name": field.name, "type": field.codec.name} for field in fields]


def _constants(pallet: Pallet[Any]) -> list[dict[str, Any]]:
    return [
        {"name": c.name, "type": c.codec.name, "value": "0x" + c.codec.to_bytes(c.value).hex()}
        for c in pallet.constant_list()
    ]


# -- the definitions behind the type strings ----------------------------------------------------


def roots(runtime: Runtime, name: str) -> Iterator[Codec]:
    """Every codec that a pallet shows, not yet their parts."""
    pallet = runtime.pallets[name]
    for spec in pallet.dispatchables().values():
        yield from spec.codecs
    for item in pallet.storage.values():
        yield item.codec
        yield from item.key_codecs if isinstance(item, Map) else ()
    for constant in pallet.constant_list():
        yield constant.codec
    for kinds in (runtime.call_types, runtime.event_types, runtime.error_types):
        if name in kinds:
            yield kinds[name]


def wrong_definitions(
    codecs: Iterable[Codec], *, whole: bool = False
) -> dict[str, tuple[Any, Any]]:
    """Types that are defined otherwise than in the catalog: name -> (here, there).

    Enums that only the whole runtime can fill are left out unless `whole`.
    """
    seen: dict[str, Codec] = {}
    todo = list(codecs)
    while todo:
        codec = todo.pop()
        if codec.name in seen or (not whole and _is_outer(codec)):
            continue
        seen[codec.name] = codec
        todo.extend(codec.parts())
    pairs = {name: (definition(codec), _known(name)) for name, codec in seen.items()}
    return {
        name: pair for name, pair in pairs.items() if pair[0] is not None and pair[0] != pair[1]
    }


_OUTER = ("RuntimeCall", "RuntimeEvent", "RuntimeError", "OriginCaller")
_OUTER_REASONS = ("RuntimeHoldReason", "RuntimeFreezeReason")


def _is_outer(codec: Codec) -> bool:
    return codec.name.rpartition("::")[2] in (*_OUTER, *_OUTER_REASONS)


def _known(name: str) -> Any:
    found = _stripped(catalog()["types"].get(name))
    if name.endswith("::Call"):
        found["variants"].sort(key=lambda each: each["index"])
    return found


def definition(codec: Codec) -> dict[str, Any] | None:
    """A composite or variant in the catalog's terms; None for any other type."""
    if isinstance(codec, CallCodec):
        codec = codec.described
    if isinstance(codec, Composite | Transparent):
        return {"kind": "composite", "fields": _fields(codec.fields)}
    if isinstance(codec, Variant):
        return {"kind": "variant", "variants": _cases(codec)}
    return None
