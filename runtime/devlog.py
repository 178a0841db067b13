"""Interventions of a development chain, written into the header so that others can repeat them.

A devnet may set storage or dispatch calls as any origin.  What it did to a block travels as a
pre-runtime log of engine `dvnt` in that block's header, and is applied when the block is opened,
so that a block and its parent state still determine everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.struct import Struct, Variant
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.header import DigestItem, PreRuntime
from pysubtensor.frame.origin import Origin, OriginCaller, Root
from pysubtensor.frame.pallet import Environment
from pysubtensor.frame.primitives import AccountId

DEV_ENGINE: Final = b"dvnt"


class Intervention(Variant, path="pysubtensor::Intervention"):
    """One thing that happened outside of any transaction."""


class SetStorage(Intervention, index=0):
    """Raw storage was written, or removed when `value` is None."""

    key: bytes
    value: bytes | None


class DispatchAs(Intervention, index=1):
    """A call was dispatched from `origin`, without fee or nonce."""

    origin: OriginCaller
    call: Call


class Impersonate(Intervention, index=2):
    """Transactions of this account in this block need no valid signature."""

    who: AccountId


class Log(Struct, path="pysubtensor::DevLog"):
    """All interventions of a block in order."""

    items: tuple[Intervention, ...]


def encode(env: Environment, items: tuple[Intervention, ...]) -> PreRuntime:
    """The header log of `items`.  Errors: BadValue."""
    return PreRuntime(DEV_ENGINE, env.codecs(Log).to_bytes(Log(items)))


def read(env: Environment, logs: Iterable[DigestItem]) -> tuple[Intervention, ...]:
    """The interventions among the logs of a header.  Errors: CodecError."""
    found: list[Intervention] = []
    for log in logs:
        if isinstance(log, PreRuntime) and log.engine == DEV_ENGINE:
            found += env.codecs(Log).from_bytes(log.data).items
    return tuple(found)


def apply(env: Environment, item: Intervention) -> DispatchFailure | None:
    """Carry out one intervention on the open block; gives the error of a dispatch that failed."""
    if isinstance(item, SetStorage):
        if item.value is None:
            env.state.raw_kill(item.key)
        else:
            env.state.raw_put(item.key, item.value)
    elif isinstance(item, DispatchAs):
        bypass = isinstance(item.origin, Root)
        try:
            env.dispatch(item.call, Origin(item.origin), bypass_filter=bypass)  # type: ignore[arg-type]
        except DispatchFailure as failure:
            return failure
    return None


def impersonated(items: tuple[Intervention, ...]) -> frozenset[AccountId]:
    """Accounts whose transactions need no valid signature in this block."""
    return frozenset(item.who for item in items if isinstance(item, Impersonate))
