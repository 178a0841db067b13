"""A runtime composed from a table of pallets: the environment they run in.

`runtime/chain.py` gives the chain's table; tests compose smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from pysubtensor.frame.call import MAX_DEPTH, Call, CallCodec, pallet_call_type, specs_of
from pysubtensor.frame.codec.errors import BadValue
from pysubtensor.frame.codec.records import Case, Field, Variant
from pysubtensor.frame.codec.resolve import Resolver, doc_of
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.error import (
    BuiltinFailure,
    DispatchError,
    DispatchFailure,
    Error,
    Module,
    ModuleError,
)
from pysubtensor.frame.event import Event, RuntimeEvent
from pysubtensor.frame.extensions import Extension, Pipeline, joined_type
from pysubtensor.frame.extrinsic import ExtrinsicCodec, UncheckedExtrinsic
from pysubtensor.frame.header import Block, block_codec
from pysubtensor.frame.interfaces.system import BlockSystem
from pysubtensor.frame.live_state import Backing, LiveState
from pysubtensor.frame.origin import Nobody, Origin, OriginCaller, RawOrigin, Signed
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U8, AccountId, Hash
from pysubtensor.frame.view import RuntimeApi, RuntimeApiMethod
from pysubtensor.frame.weights import ZERO, DispatchInfo, PostInfo, Weight
from pysubtensor.pallets.system import System
from pysubtensor.runtime.executive import Executive
from pysubtensor.runtime.trie.update import allow_depth

P = TypeVar("P", bound=Pallet[object])
FRAMES_PER_CALL: Final = 24
"""Python frames that a call inside a call may take, to encode it or to dispatch it."""
DEEPEST: Final = MAX_DEPTH * FRAMES_PER_CALL
"""Python frames that a runtime lets calls nest."""


@dataclass(frozen=True)
class Entry:
    """One line of the pallet table.  `config` may look at the pallets above it."""

    index: int
    name: str
    pallet: type[Pallet[object]]
    config: Callable[[Runtime], Any] = lambda _: None
    has_storage: bool = True


@dataclass(frozen=True, eq=False)
class RuntimeSpec:
    """Everything that makes one runtime different from another."""

    name: str
    """Crate of the runtime, root of the outer enums' paths."""
    pallets: Sequence[Entry]
    extensions: Callable[[Runtime], Sequence[Extension]]
    extension_groups: Sequence[int] = ()
    """Lengths of the inner tuples that the extensions stand in, for the metadata; none: flat."""
    apis: Callable[[Runtime], Sequence[RuntimeApi]] = lambda _: ()
    bindings: Callable[[Interface], None] = lambda _: None
    """Binds the types only this runtime knows (hold reasons, origins)."""
    call_filter: Callable[[Runtime], Callable[[Call], bool]] = lambda _: lambda _call: True
    call_guard: Callable[[Runtime], Callable[[AccountId, Call], None]] = lambda _: _lets_pass
    """Refuses calls of a signer wherever they are dispatched, nested ones too."""
    call_overhead: Callable[[Call], Weight] = lambda _: ZERO
    """Weight that the chain adds to every call, nested ones too."""

    @cached_property
    def interface(self) -> Interface:
        """The part that all runtimes of this specification share."""
        return Interface(self)


class Interface:
    """What does not depend on state: the codecs and outer enums of one kind of runtime."""

    def __init__(self, spec: RuntimeSpec) -> None:
        self.spec = spec
        self.codecs = Resolver()
        self.calls = CallCodec(f"{spec.name}::RuntimeCall")
        self.events = OuterEnum(f"{spec.name}::RuntimeEvent")
        self.errors = Variant(f"{spec.name}::RuntimeError")
        self.origins = OuterEnum(f"{spec.name}::OriginCaller")
        self._bind_outer_types()
        for entry in spec.pallets:
            entry.pallet.gather()
        self._join_calls()
        self._join_events()
        self._join_errors()
        self._extrinsics: ExtrinsicCodec | None = None

    def _bind_outer_types(self) -> None:
        self.codecs.bind(Call, self.calls)
        self.codecs.bind(RuntimeEvent, self.events)
        self.codecs.bind(OriginCaller, self.origins)
        raw = cast(Variant, self.codecs(RawOrigin))
        self.origins.join({"system": (0, raw, "frame_system::Origin<Runtime>")})
        self.spec.bindings(self)

    def _join_calls(self) -> None:
        table = {}
        self.call_types: dict[str, Variant] = {}
        for entry in self.spec.pallets:
            specs = specs_of(entry.pallet, entry.name, self.codecs)
            if specs:
                kind = pallet_call_type(f"{entry.pallet.module_path}::Call", specs)
                self.call_types[entry.name] = kind
                table[entry.index] = (entry.name, kind, specs)
        self.calls.fill(table)

    def _join_events(self) -> None:
        """Outer event enum; the value of an event is its record, tagged twice on the wire."""
        self.event_types: dict[str, Variant] = {}
        inner: dict[str, tuple[int, Variant, str]] = {}
        for entry in self.spec.pallets:
            if not entry.pallet.event_classes:
                continue
            kind = Variant(f"{entry.pallet.module_path}::Event", (("T", None),))
            kind.fill({event: self.codecs.case(event) for event in entry.pallet.event_classes})
            self.event_types[entry.name] = kind
            inner[entry.name] = (entry.index, kind, kind.path)
        self.events.join(inner)

    def _join_errors(self) -> None:
        self.error_types: dict[str, Variant] = {}
        self.error_index: dict[type[Error], tuple[int, int]] = {}
        cases: dict[object, Case] = {}
        for entry in self.spec.pallets:
            errors = entry.pallet.error_classes
            if not errors:
                continue
            kind = Variant(f"{entry.pallet.module_path}::Error", (("T", None),))
            kind.fill({e: Case(e.error_index, e.__name__, (), e, (), doc_of(e)) for e in errors})
            self.error_types[entry.name] = kind
            field = Field(None, kind, kind.path)
            cases[entry.name] = Case(entry.index, entry.name, (field,), type, ("e",))
            self.error_index |= {error: (entry.index, error.error_index) for error in errors}
        self.errors.fill(cases)

    def extrinsics(self, extensions: Sequence[Extension]) -> ExtrinsicCodec:
        """The form of extrinsics with these extensions."""
        if self._extrinsics is None:
            self._extrinsics = ExtrinsicCodec(
                self.codecs,
                [extension.extra for extension in extensions],
                joined_type(self.codecs, extensions, self.spec.extension_groups),
            )
            self.codecs.bind(UncheckedExtrinsic, self._extrinsics.unchecked)
            self.codecs.bind(Block, block_codec(self._extrinsics.unchecked))
        return self._extrinsics


class Runtime:
    """Pallets bound to one live state.  Implements `frame.pallet.Environment`.

    `impersonated` are accounts that need no valid signature, see `Executive`.
    """

    def __init__(
        self, spec: RuntimeSpec, backing: Backing, impersonated: Set[AccountId] = frozenset()
    ) -> None:
        allow_depth(DEEPEST)
        self.spec = spec
        self.state = LiveState(backing)
        self.interface = interface = spec.interface
        self.codecs = interface.codecs
        self.calls, self.events = interface.calls, interface.events
        self.pallets: dict[str, Pallet[object]] = {}
        self._by_class: dict[type, Pallet[object]] = {}
        self.by_index: dict[int, Pallet[object]] = {}
        for entry in spec.pallets:
            self._add(entry)
        self.system: BlockSystem = self.get(System)
        self._filter = spec.call_filter(self)
        self._guard = spec.call_guard(self)
        self.pipeline = Pipeline(spec.extensions(self))
        self.extrinsics = interface.extrinsics(self.pipeline.extensions)
        self.executive = Executive(self, impersonated)
        """Runs its blocks; there is no other one on this state."""
        self.apis = tuple(spec.apis(self))
        self.methods: dict[str, RuntimeApiMethod] = {
            f"{api.api_name}_{name}": method
            for api in self.apis
            for name, method in api.methods(self.codecs).items()
        }

    def _add(self, entry: Entry) -> None:
        if entry.name in self.pallets or entry.index in self.by_index:
            raise ValueError(f"two pallets share the name or index of {entry.name}")
        prefix = entry.name if entry.has_storage else None
        pallet = entry.pallet(self, entry.config(self), name=entry.name, prefix=prefix)
        pallet.integrity_test()
        self.pallets[entry.name] = pallet
        self.by_index[entry.index] = pallet

    @property
    def errors(self) -> Variant:
        """All pallets' errors as one enum."""
        return self.interface.errors

    @property
    def origins(self) -> OuterEnum:
        """All pallets' origins as one enum."""
        return self.interface.origins

    @property
    def call_types(self) -> dict[str, Variant]:
        """Each pallet's calls as an enum."""
        return self.interface.call_types

    @property
    def event_types(self) -> dict[str, Variant]:
        """Each pallet's events as an enum."""
        return self.interface.event_types

    @property
    def error_types(self) -> dict[str, Variant]:
        """Each pallet's errors as an enum."""
        return self.interface.error_types

    def index_of(self, pallet: str) -> int:
        """Index of a pallet by its name.  Errors: KeyError."""
        for index, each in self.by_index.items():
            if each.name == pallet:
                return index
        raise KeyError(pallet)

    def get(self, pallet: type[P]) -> P:
        """The pallet of that class.  Errors: KeyError."""
        found = self._by_class.get(pallet)
        if found is None:
            instances = (each for each in self.pallets.values() if isinstance(each, pallet))
            found = next(instances, None)
            if found is None:
                raise KeyError(pallet.__name__)
            self._by_class[pallet] = found
        return cast(P, found)

    # -- the environment of the pallets -------------------------------------------------------

    def deposit_event(self, event: Event, topics: Sequence[Hash] = ()) -> None:
        """Record an event in the open block."""
        self.system.deposit(event, tuple(topics))

    def check_event(self, event: Event) -> None:
        """Errors: BadValue for a field out of its range."""
        self.events.check(event)

    def dispatch_info(self, call: Call) -> DispatchInfo:
        """What is known of a call before it runs."""
        info = call.spec.info(self.pallets[call.spec.pallet], call.args)
        added = self.spec.call_overhead(call)
        if added is ZERO:
            return info
        return DispatchInfo(info.call_weight + added, info.dispatch_class, info.pays_fee)

    def dispatch(self, call: Call, origin: Origin, *, bypass_filter: bool = False) -> PostInfo:
        """Run a call; all it wrote is undone when it fails.

        Errors: System.CallFiltered, or whatever a guard or the call itself refused with.
        """
        if not bypass_filter:
            if not origin.allows(call):
                raise self.system.call_filtered()
            if isinstance(origin.caller, Signed):
                self._guard(origin.caller.who, call)
        state = self.state
        mark = state.mark()
        try:
            post = call.spec.function(self.pallets[call.spec.pallet], origin, *call.args)
        except BaseException:
            state.rollback(mark)
            raise
        return post if post is not None else PostInfo()

    def origin(self, caller: Struct) -> Origin:
        """A caller as a fresh origin, behind the chain's own call filter; root passes any."""
        return Origin(caller, (self._filter,))

    def dispatch_error(self, failure: DispatchFailure) -> DispatchError:
        """The wire form of a refusal."""
        if isinstance(failure, BuiltinFailure):
            return failure.error
        index, number = self.interface.error_index[type(failure)]  # type: ignore[index]
        return Module(ModuleError(U8(index), bytes((number, 0, 0, 0))))

    def encode_call(self, call: Call) -> bytes:
        """SCALE bytes of a call."""
        return self.calls.to_bytes(call)

    def decode_call(self, data: bytes) -> Call:
        """Errors: CodecError."""
        call: Call = self.calls.from_bytes(data)
        return call

    # -- for everybody else -------------------------------------------------------------------

    def signed(self, who: AccountId) -> Origin:
        """The origin of a signer, behind the chain's own call filter."""
        return self.origin(Signed(who))

    def nobody(self) -> Origin:
        """The origin of a bare extrinsic."""
        return self.origin(Nobody())

    def call(self, pallet: str, function: str, /, **args: Any) -> Call:
        """Build a call by names.  Errors: KeyError, TypeError, BadValue."""
        spec = self.calls.spec(pallet, function)
        names = [name for name, _ in spec.arguments]
        if set(args) != set(names):
            raise TypeError(f"{pallet}.{function} takes {', '.join(names) or 'no arguments'}")
        made = Call(spec, tuple(args[name] for name in names))
        self.calls.check(made)
        return made


def _same(value: object) -> object:
    return value


def _lets_pass(who: AccountId, call: Call) -> None:
    pass


class OuterEnum(Variant):
    """An enum over enums: carries their values as they are, behind the tag of the enum's case."""

    def join(self, inner: Mapping[str, tuple[int, Variant, str]]) -> None:
        """Give the inner enums: name of the case -> (index, enum, spelling of its type)."""
        self.fill(
            {
                name: Case(index, name, (Field(None, kind, spelling),), _same, ("value",))
                for name, (index, kind, spelling) in inner.items()
            }
        )
        self._routes = {
            key: (bytes((index,)), kind)
            for index, kind, _ in inner.values()
            for key in kind.keys()  # noqa: SIM118
        }

    def encode(self, value: object) -> bytes:
        tag, kind = self._routes[outer_key(value)]
        return tag + kind.encode(value)

    def check(self, value: object) -> None:
        route = self._routes.get(outer_key(value))
        if route is None:
            raise BadValue(self.name, value)
        route[1].check(value)


def outer_key(value: object) -> object:
    """Under what an inner enum knows a value: itself for plain enumerations, else its class."""
    return value if isinstance(value, Enum) else value.__class__
