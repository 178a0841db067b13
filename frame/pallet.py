"""The base of all pallets: gathers what a class declares and binds it to a runtime.

    class Pot(Pallet[Config], crate="pallet_pot"):
        held = Value[Tao](default=Tao(0))

The events and errors of a pallet are those declared in its module (and in the modules named by
`parts`).  Constants are the fields of its Config made by `constant`.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import re
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast, get_type_hints

from pysubtensor.frame.call import Call, CallSpec, specs_of
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.codec.struct import Struct, pascal_case
from pysubtensor.frame.error import DispatchError, DispatchFailure, Error
from pysubtensor.frame.event import Event
from pysubtensor.frame.live_state import LiveState
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import BlockNumber, Hash
from pysubtensor.frame.storage import Item
from pysubtensor.frame.view import ViewFunction, view_functions_of
from pysubtensor.frame.weights import ZERO, DispatchInfo, PostInfo, Weight

ItemT = TypeVar("ItemT", bound=Item[object])
C_co = TypeVar("C_co", covariant=True)


class Environment(Protocol):
    """What the composed runtime offers to every pallet."""

    state: LiveState
    codecs: Resolver

    def deposit_event(self, event: Event, topics: Sequence[Hash] = ()) -> None:
        """Record an event; block 0 has none."""

    def call(self, pallet: str, function: str, /, **args: Any) -> Call:
        """Build a call by names.  Errors: KeyError, TypeError, BadValue."""

    def check_event(self, event: Event) -> None:
        """Errors: BadValue for a field out of its range."""

    def dispatch(self, call: Call, origin: Origin, *, bypass_filter: bool = False) -> PostInfo:
        """Run a call in a nested transaction.  Errors: the DispatchFailure it ended with."""

    def origin(self, caller: Struct) -> Origin:
        """A caller as a fresh origin: behind the chain's own call filter, unless it is root."""

    def dispatch_info(self, call: Call) -> DispatchInfo:
        """What is known of a call before it runs."""

    def dispatch_error(self, failure: DispatchFailure) -> DispatchError:
        """The wire form of a refusal."""

    def encode_call(self, call: Call) -> bytes:
        """SCALE bytes of a call."""

    def decode_call(self, data: bytes) -> Call:
        """Errors: CodecError."""


def constant(default: object, doc: str, *, name: str | None = None) -> Any:
    """A Config field that metadata lists as a constant; its annotation is the wire type."""
    return dataclasses.field(default=default, metadata={"doc": doc, "name": name})


@dataclasses.dataclass(frozen=True)
class Constant:
    """A constant as metadata shows it."""

    name: str
    codec: Codec
    value: object
    docs: str


class Pallet(Generic[C_co]):
    """Class keywords: `crate`, the Rust crate its types live in; `parts`, modules of a package
    pallet that declare events and errors; `order`, the wire names of the storage items as they
    follow one another in the metadata, where the classes they are declared in cannot show it.
    """

    storage_version: ClassVar[int] = 0
    """Version of the storage layout, written at genesis."""
    associated_types: ClassVar[Mapping[str, object]] = {}
    """Types of the Config that metadata shows by name, as annotations."""
    crate: ClassVar[str]
    module_path: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]
    declared_items: ClassVar[dict[str, Item[object]]]
    event_classes: ClassVar[tuple[type[Event], ...]]
    error_classes: ClassVar[tuple[type[Error], ...]]

    def __init_subclass__(
        cls,
        *,
        crate: str | None = None,
        parts: tuple[str, ...] = (),
        module: str = "pallet",
        order: Sequence[str] = (),
    ) -> None:
        if crate is None:
            return
        cls.crate = crate
        cls.module_path = f"{crate}::{module}" if module else crate
        cls.parts = (cls.__module__, *parts)
        cls.declared_items = _in_order(_items_of(cls), order)

    def __init__(self, env: Environment, config: C_co, *, name: str, prefix: str | None) -> None:
        self.env = env
        self.config = config
        self.name = name
        self.prefix = prefix
        self.storage: dict[str, Item[object]] = {}
        for attribute, item in self.declared_items.items():
            bound = item.bind(env.state, prefix or name, env.codecs, config)
            setattr(self, attribute, bound)
            self.storage[bound.wire_name] = bound

    def own(self, item: ItemT) -> ItemT:
        """This pallet's bound copy of an item that its class declares."""
        return cast(ItemT, self.storage[item.wire_name])

    @classmethod
    def gather(cls) -> None:
        """Find the events and errors that were declared for this pallet."""
        events = [e for part in cls.parts for e in Event.declared.get(part, ())]
        errors = [e for part in cls.parts for e in Error.declared.get(part, ())]
        cls.event_classes = tuple(sorted(events, key=lambda event: event.wire_index))
        cls.error_classes = tuple(sorted(errors, key=lambda error: error.error_index))

    def dispatchables(self) -> dict[int, CallSpec]:
        """The dispatchables by index."""
        return specs_of(type(self), self.name, self.env.codecs)

    def constant_list(self) -> list[Constant]:
        """The constants in the order of the Config; none without one."""
        if not dataclasses.is_dataclass(self.config):
            return []
        hints = get_type_hints(type(self.config), include_extras=True)
        return [
            Constant(
                each.metadata["name"] or pascal_case(each.name),
                self.env.codecs(hints[each.name]),
                getattr(self.config, each.name),
                each.metadata["doc"],
            )
            for each in dataclasses.fields(self.config)
            if "doc" in each.metadata
        ]

    def emit(self, event: Event, topics: Sequence[Hash] = ()) -> None:
        """Record `event` for the outside world."""
        self.env.deposit_event(event, topics)

    def item_docs(self) -> dict[str, str]:
        """The strings below the storage items, by attribute."""
        found: dict[str, str] = {}
        for base in reversed(type(self).__mro__):
            if base is not object and base.__module__ != "typing":
                found |= attribute_docs(base)
        return found

    def view_functions(self) -> list[ViewFunction]:
        """The questions it answers by id."""
        return view_functions_of(self, self.name, self.env.codecs)

    # -- hooks, all optional ------------------------------------------------------------------

    def on_initialize(self, now: BlockNumber) -> Weight:
        """Before the first extrinsic of block `now`; gives the weight it used."""
        return ZERO

    def on_finalize(self, now: BlockNumber) -> None:
        """After the last extrinsic of block `now`."""

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """With the weight left in block `now`; gives the weight it used."""
        return ZERO

    def on_poll(self, now: BlockNumber, remaining: Weight) -> Weight:
        """After the inherents, with the weight left; gives the weight it used."""
        return ZERO

    def integrity_test(self) -> None:
        """Refuse a Config that contradicts itself.  Errors: ValueError."""


def _items_of(cls: type) -> dict[str, Item[object]]:
    found: dict[str, Item[object]] = {}
    for base in reversed(cls.__mro__):
        for attribute, member in base.__dict__.items():
            if isinstance(member, Item):
                found[attribute] = member
    return found


def _in_order(items: dict[str, Item[object]], order: Sequence[str]) -> dict[str, Item[object]]:
    """Items by attribute, as `order` says.  Errors: ValueError when it does not name just these."""
    if not order:
        return items
    place = {name: number for number, name in enumerate(order)}
    differ = place.keys() ^ {item.wire_name for item in items.values()}
    if differ or len(place) != len(order):
        raise ValueError(f"the order and the items differ in {sorted(differ) or 'a name twice'}")
    return dict(sorted(items.items(), key=lambda pair: place[pair[1].wire_name]))


@functools.cache
def attribute_docs(cls: type) -> Mapping[str, str]:
    """String literals below assignments in a class body, by the assigned name.

    Looks no further than the first method: storage stands above it.
    """
    body = _head(cls)
    found = {}
    for statement, below in pairwise(body):
        if not isinstance(below, ast.Expr) or not isinstance(below.value, ast.Constant):
            continue
        if isinstance(statement, ast.Assign) and isinstance(below.value.value, str):
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = inspect.cleandoc(below.value.value)
    return found


def _head(cls: type) -> list[ast.stmt]:
    """The body of a class up to its first method; nothing when its source is not at hand."""
    try:
        source = inspect.getsource(sys.modules[cls.__module__])
    except (KeyError, OSError, TypeError):
        return []
    head = rf"^class {cls.__name__}\b.*?(?=^    (?:@|def |async def )|^[\w@]|\Z)"
    found = re.search(head, source, re.MULTILINE | re.DOTALL)
    if found is None:
        return []
    (parsed,) = ast.parse(found[0] + "\n    pass").body
    return parsed.body if isinstance(parsed, ast.ClassDef) else []
