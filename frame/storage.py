"""Declared storage: `Value` and `Map`, which read like a variable and a dict.

    held = Value[Tao](default=Tao(0))            # ValueQuery: absent reads as the default
    key = Value[AccountId | None]()              # OptionQuery: absent reads as None
    agenda = Map[BlockNumber, tuple[Payment, ...]](twox_64_concat, default=())
    votes = Map[tuple[NetUid, AccountId], U16](identity, blake2_128_concat, default=U16(0))
    tempo = Map[NetUid, U16](identity, default=FromConfig("initial_tempo"))

The class attribute is the declaration; a pallet object holds its own copy bound to a live state.
The wire name is the attribute in PascalCase unless `name` is given; the string below the item is
its documentation.  A value is checked against its type when it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Generic, Self, TypeAlias, TypeVar, cast, get_args

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.hashers import Hasher
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.live_state import ABSENT, MISSING, KeyCodec, LiveItem, LiveState, Mark
from pysubtensor.frame.primitives import U32

K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class _NoDefault:
    pass


NO_DEFAULT: Final = _NoDefault()


@dataclass(frozen=True)
class FromConfig:
    """A default that the pallet's Config knows under `field`, for it differs between builds."""

    field: str


Default: TypeAlias = V | _NoDefault | FromConfig | Callable[[], V]
"""A value, where to find it, or what makes it."""


class Item(Generic[V_co]):
    """What `Value` and `Map` share: the declaration and its binding to a state."""

    live: LiveItem
    codec: Codec
    optional: bool
    hashers: tuple[Hasher, ...] = ()

    def __init__(
        self,
        default: Default[V_co],
        name: str | None,
    ) -> None:
        self._declared_default = default
        self.wire_name = name or ""
        self.docs = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name
        self.wire_name = self.wire_name or "".join(
            word[:1].upper() + word[1:] for word in name.split("_")
        )

    def _type_arguments(self) -> tuple[object, ...]:
        declared = getattr(self, "__orig_class__", None)
        if declared is None:
            raise TypeError(f"{self.wire_name}: write {type(self).__name__}[...] with its types")
        return get_args(declared)

    def _stored_type(self, annotation: object) -> object:
        """Without a default, `X | None` means an optional item of X."""
        self.optional = self._declared_default is NO_DEFAULT
        if not self.optional:
            return annotation
        inner = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(inner) != 1 or len(get_args(annotation)) != 2:
            raise TypeError(f"{self.wire_name}: give a default or declare it `X | None`")
        return inner[0]

    def bind(
        self, state: LiveState, prefix: str, resolver: Resolver, config: object = None
    ) -> Self:
        """A copy of this declaration that reads and writes `state`."""
        bound = object.__new__(self.__class__)  # `copy.copy` takes thrice the time
        bound.__dict__.update(self.__dict__)
        if isinstance(self._declared_default, FromConfig):
            bound._declared_default = getattr(config, self._declared_default.field)
        bound._connect(state, prefix, resolver)
        return bound

    def _connect(self, state: LiveState, prefix: str, resolver: Resolver) -> None:
        raise NotImplementedError

    def _open(self, state: LiveState, prefix: str, keys: KeyCodec, codec: Codec) -> None:
        self.codec = codec
        full = twox_128(prefix.encode()) + twox_128(self.wire_name.encode())
        self.live = state.add_item(f"{prefix}.{self.wire_name}", full, keys, codec)
        self._hot = self.live.hot
        default = self._declared_default
        if default is NO_DEFAULT:
            self._default = cast(V_co, None)
        else:
            self._default = cast(V_co, default() if callable(default) else default)

    @property
    def prefix(self) -> bytes:
        """The 32 bytes that all keys of this item begin with."""
        return self.live.prefix

    def default_bytes(self) -> bytes:
        """The default as the metadata carries it."""
        if self.optional:
            return b"\0"
        return self.codec.to_bytes(self._default)

    def _get(self, key: object) -> V_co:
        value = self._hot.get(key, MISSING)
        if value is MISSING:
            value = self.live.load(key)
        if value.__class__ is Mark:
            return self._default
        return cast(V_co, value)

    def _put(self, key: object, value: object) -> None:
        if value is None and self.optional:
            self.live.set(key, ABSENT)
            return
        self.codec.check(value)
        self.live.set(key, value)

    def _has(self, key: object) -> bool:
        return self.live.get(key).__class__ is not Mark


class _NoKeys:
    def encode(self, key: None) -> bytes:
        return b""

    def decode(self, suffix: bytes) -> None:
        if suffix:
            raise CodecError("a plain value has no key")


class Value(Item[V]):
    """One value."""

    def __init__(
        self,
        *,
        default: Default[V] = NO_DEFAULT,
        name: str | None = None,
    ) -> None:
        super().__init__(default, name)

    def _connect(self, state: LiveState, prefix: str, resolver: Resolver) -> None:
        (annotation,) = self._type_arguments()
        codec = resolver(self._stored_type(annotation))
        self._open(state, prefix, _NoKeys(), codec)

    def get(self) -> V:
        """The value, or its default."""
        return self._get(None)

    def put(self, value: V) -> None:
        """Store `value`; None removes an optional one.  Errors: BadValue."""
        self._put(None, value)

    def kill(self) -> None:
        """Remove it."""
        self.live.set(None, ABSENT)

    def exists(self) -> bool:
        """Whether a value is stored."""
        return self._has(None)

    def take(self) -> V:
        """Read and remove."""
        value = self._get(None)
        if self._has(None):
            self.kill()
        return value

    def key(self) -> bytes:
        """The full storage key."""
        return self.live.prefix


class MapKeys:
    """Python key <-> hashed bytes.  One hasher: the key itself; several: a tuple."""

    def __init__(self, hashers: tuple[Hasher, ...], codecs: tuple[Codec, ...]) -> None:
        self.parts = tuple(
            (hasher, hasher.apply, codec) for hasher, codec in zip(hashers, codecs, strict=True)
        )
        self.codecs = codecs
        self.single = len(codecs) == 1
        self._cache: dict[object, bytes] = {}

    def encode(self, key: object) -> bytes:
        """Hashed bytes of a key."""
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) > 100_000:
                self._cache.clear()
            self._cache[key] = found = self._hashed(key)
        return found

    def _hashed(self, key: Any) -> bytes:
        if self.single:
            _, apply, codec = self.parts[0]
            return apply(codec.to_bytes(key))
        if len(key) != len(self.parts):
            raise TypeError(f"{len(self.parts)} keys are needed, not {len(key)}")
        return self.partial(key)

    def partial(self, keys: tuple[object, ...]) -> bytes:
        """Hashed bytes of the first keys of a map of several."""
        return b"".join(
            [apply(codec.to_bytes(key)) for (_, apply, codec), key in zip(self.parts, keys)]  # noqa: B905
        )

    def decode(self, suffix: bytes) -> object:
        """The key of hashed bytes.  Errors: CodecError when it is not one or not readable."""
        keys, pos = [], 0
        for hasher, apply, codec in self.parts:
            if not hasher.reversible:
                raise CodecError(f"a {hasher.name} key cannot be read back")
            start = pos + hasher.hash_size
            key, end = codec.decode(suffix, start)
            if apply(suffix[start:end]) != suffix[pos:end]:
                raise CodecError("the hash before a key does not fit it")
            keys.append(key)
            pos = end
        if pos != len(suffix):
            raise CodecError("bytes left after the key")
        return keys[0] if self.single else tuple(keys)


class Map(Item[V], Generic[K, V]):
    """Many values, each under a key; with several hashers the key is a tuple."""

    def __init__(
        self,
        *hashers: Hasher,
        default: Default[V] = NO_DEFAULT,
        name: str | None = None,
    ) -> None:
        super().__init__(default, name)
        self.hashers = hashers

    key_codecs: tuple[Codec, ...]

    def _connect(self, state: LiveState, prefix: str, resolver: Resolver) -> None:
        key_type, annotation = self._type_arguments()
        codec = resolver(self._stored_type(annotation))
        key_types = (key_type,) if len(self.hashers) == 1 else get_args(key_type)
        self.key_codecs = tuple(resolver(each) for each in key_types)
        self.keys_codec = MapKeys(self.hashers, self.key_codecs)
        self._open(state, prefix, self.keys_codec, codec)

    def __getitem__(self, key: K) -> V:
        value = self._hot.get(key, MISSING)
        if value is MISSING:
            value = self.live.load(key)
        if value.__class__ is Mark:
            return self._default
        return cast(V, value)

    get = __getitem__
    __iter__ = None  # without it Python would try the keys 0, 1, 2, ...

    def __setitem__(self, key: K, value: V) -> None:
        self._put(key, value)

    def __delitem__(self, key: K) -> None:
        self.live.set(key, ABSENT)

    def __contains__(self, key: K) -> bool:
        return self._has(key)

    def take(self, key: K) -> V:
        """Read and remove."""
        value = self[key]
        if self._has(key):
            del self[key]
        return value

    def keys(self, *first: object) -> Iterator[K]:
        """Present keys in hashed order; with arguments, those that begin with these keys."""
        for key in self._scan(first):
            if self._has(key):
                yield key

    def values(self, *first: object) -> Iterator[V]:
        """Present values in the hashed order of their keys."""
        for key in self.keys(*first):
            yield self[key]

    def items(self, *first: object) -> Iterator[tuple[K, V]]:
        """Present pairs in the hashed order of the keys."""
        for key in self.keys(*first):
            yield key, self[key]

    def batch(self, after: bytes | None, limit: int) -> list[K]:
        """The first keys in hashed order, or those that come after a full storage key."""
        suffix = after[len(self.prefix) :] if after else b""
        return cast(list[K], list(islice(self.live.scan_after(suffix), limit)))

    def _scan(self, first: tuple[object, ...]) -> list[Any]:
        return self.live.scan(self.keys_codec.partial(first) if first else b"")

    def clear(self, *first: object, limit: int | None = None) -> int:
        """Remove all entries (that begin with `first`), at most `limit`; how many were removed."""
        doomed = self._scan(first)[:limit]
        for key in doomed:
            del self[key]
        return len(doomed)

    def key(self, key: K) -> bytes:
        """The full storage key of an entry."""
        return self.live.prefix + self.keys_codec.encode(key)


class CountedMap(Map[K, V]):
    """A map that also keeps the number of its entries under `CounterFor<name>`."""

    def _connect(self, state: LiveState, prefix: str, resolver: Resolver) -> None:
        super()._connect(state, prefix, resolver)
        counter = Value[U32](default=U32(0), name=f"CounterFor{self.wire_name}")
        self.counter = counter.bind(state, prefix, resolver)

    def _put(self, key: object, value: object) -> None:
        before = self._has(key)
        super()._put(key, value)
        self._count(self._has(key) - before)

    def __delitem__(self, key: K) -> None:
        before = self._has(key)
        super().__delitem__(key)
        self._count(-int(before))

    def _count(self, change: int) -> None:
        if change:
            self.counter.put(cast(Any, self.counter.get() + change))

    def count(self) -> int:
        """Number of entries."""
        return self.counter.get()
