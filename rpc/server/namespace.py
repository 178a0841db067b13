"""Declarations of methods and subscriptions, and the table of them by wire name.

    rpc = Namespace("chain")

    @rpc.method("chain_getBlockHash", "chain_getHead")
    def block_hash(node: ServedNode, number: BlockNumber | None = None) -> Hash | None: ...

Names are written as on the wire, so that a search for one finds its definition.  A method may be
plain or async; its docstring names the errors it raises.  A subscription is an async generator, or
a function (plain or async) that checks its arguments and returns one: what is raised before the
first item is waited for becomes the reply.
"""

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

from pysubtensor.rpc.server.connections import Connection, Subscription
from pysubtensor.rpc.server.params import Params
from pysubtensor.rpc.server.setup_errors import DuplicateMethod, ForeignName, UnknownNamespace

__all__ = [
    "Connection",
    "MethodKind",
    "Namespace",
    "RpcMethod",
    "ServedNode",
    "Subscription",
    "Table",
]

Handler = Callable[..., object]
F = TypeVar("F", bound=Handler)


class ServedNode(Protocol):
    """The first argument of every handler.  The server itself uses nothing of it."""


class MethodKind(Enum):
    """How a call of the method is served."""

    PLAIN = 1
    """Called at once."""
    ASYNC = 2
    """Answered when its coroutine ends; other calls are served meanwhile."""
    SUBSCRIBE = 3
    UNSUBSCRIBE = 4


class RpcMethod:
    """A handler with one or more wire names."""

    __slots__ = ("event", "family", "handler", "kind", "params", "unsafe")

    def __init__(
        self,
        family: str,
        handler: Handler,
        kind: MethodKind,
        *,
        event: str = "",
        unsafe: bool = False,
    ) -> None:
        self.family = family
        """The first wire name; for an unsubscribe method that of its subscribe method."""
        self.handler = handler
        self.kind = kind
        self.event = event
        self.unsafe = unsafe
        self.params = Params(handler)


@dataclass(frozen=True, slots=True)
class _Declared:
    """A handler with its wire names, before the table is made."""

    names: tuple[str, ...]
    handler: Handler
    unsafe: bool
    event: str = ""
    stops: tuple[str, ...] = ()


@dataclass(slots=True)
class Namespace:
    """The methods that share the prefix `name`_ on the wire."""

    name: str
    _declared: list[_Declared] = field(default_factory=list, repr=False)

    def method(self, *names: str, unsafe: bool = False) -> Callable[[F], F]:
        """Serve the function under these wire names, the first of which begins with `name`_.

        Errors: ForeignName.
        """
        self._check(names)

        def declare(handler: F) -> F:
            self._declared.append(_Declared(names, handler, unsafe))
            return handler

        return declare

    def subscription(
        self, *names: str, item: str, stop: str | tuple[str, ...], unsafe: bool = False
    ) -> Callable[[F], F]:
        """Serve a subscription: started by `names`, sent as `item`, ended by `stop`.

        All are wire names; of several the first begins with `name`_.  Errors: ForeignName.
        """
        stops = (stop,) if isinstance(stop, str) else stop
        self._check(names, (item,), stops)

        def declare(handler: F) -> F:
            self._declared.append(_Declared(names, handler, unsafe, item, stops))
            return handler

        return declare

    def _check(self, *groups: tuple[str, ...]) -> None:
        for names in groups:
            if not names[0].startswith(f"{self.name}_"):
                raise ForeignName(self.name, names[0])

    def methods(self) -> Iterable[tuple[str, RpcMethod]]:
        """All wire names with their methods.  Errors: BadHandler."""
        for declared in self._declared:
            family = declared.names[0]
            method = RpcMethod(
                family,
                declared.handler,
                _kind(declared),
                event=declared.event,
                unsafe=declared.unsafe,
            )
            yield from ((name, method) for name in declared.names)
            if declared.stops:
                stop = RpcMethod(family, _no_parameters, MethodKind.UNSUBSCRIBE)
                yield from ((name, stop) for name in declared.stops)


class Table(dict[str, RpcMethod]):
    """All methods by wire name, `rpc_methods` among them.

    Namespaces named in `without` are left out.  Errors: DuplicateMethod; BadHandler;
    UnknownNamespace.
    """

    def __init__(self, namespaces: Iterable[Namespace], without: Collection[str] = ()) -> None:
        super().__init__()
        offered = list(namespaces)
        for name in without:
            if all(namespace.name != name for namespace in offered):
                raise UnknownNamespace(name)
        for namespace in offered:
            if namespace.name not in without:
                self._add(namespace)
        self._add(self._about())

    def _add(self, namespace: Namespace) -> None:
        for name, method in namespace.methods():
            if name in self:
                raise DuplicateMethod(name)
            self[name] = method

    def _about(self) -> Namespace:
        rpc = Namespace("rpc")

        @rpc.method("rpc_methods")
        def methods(_node: ServedNode) -> dict[str, list[str]]:
            return {"methods": sorted(self)}

        return rpc


def _kind(declared: _Declared) -> MethodKind:
    if declared.event:
        return MethodKind.SUBSCRIBE
    return MethodKind.ASYNC if inspect.iscoroutinefunction(declared.handler) else MethodKind.PLAIN


def _no_parameters(_node: ServedNode) -> None:
    """In place of a handler of unsubscribe methods, which the connection serves itself."""
