"""The namespace of dev_*, and what its modules share: addresses, and errors for the client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pysubtensor.consensus.authoring.slots import BadTime
from pysubtensor.consensus.node import UnknownSnapshot
from pysubtensor.frame.error import Panic
from pysubtensor.frame.primitives import AccountId
from pysubtensor.rpc.encoding.values import BadJson, account
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.server.namespace import Namespace
from pysubtensor.runtime.store.store import StateDiscarded, UnknownBlock

rpc = Namespace("dev")

Address = Annotated[AccountId, account]
"""An SS58 address, or hex of 32 bytes."""


@contextmanager
def client_errors() -> Iterator[None]:
    """Turn errors of the node, and of values in JSON, into those that a client is sent.

    Errors: InvalidParams for a value that cannot be read; DevRefused for what the node cannot do.
    """
    try:
        yield
    except BadJson as error:
        raise InvalidParams(str(error)) from error
    except (UnknownBlock, StateDiscarded, UnknownSnapshot, BadTime, Panic) as error:
        raise DevRefused(_sentence(str(error))) from error


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
