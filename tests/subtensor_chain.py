"""A small chain with SubtensorModule, where a test says which subnets and neurons there are."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from pysubtensor.frame.call import Call
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U32, AccountId, BlockNumber, NetUid
from pysubtensor.pallets import alpha_assets, swap
from pysubtensor.pallets.alpha_assets import AlphaAssets
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor import errors, guards, tao_balances
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.neurons import uids
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.swap import Swap
from pysubtensor.pallets.system import System
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.support import events, open_block, run, runtime_of

NAME = "SubtensorModule"
ONE = NetUid(U16(1))
ROOT_NET = NetUid(U16(0))


def subtensor_entries(**config: Any) -> tuple[Entry, ...]:
    """SubtensorModule and the pallets it trades with, as on a main network without an author."""
    return (
        Entry(7, NAME, SubtensorModule, lambda rt: subtensor_config(rt, **config)),
        Entry(28, "Swap", Swap, lambda rt: swap.Config(rt.get(SubtensorModule))),
        Entry(31, "AlphaAssets", AlphaAssets, lambda _: alpha_assets.Config()),
    )


def subtensor_config(rt: Runtime, **config: Any) -> Config:
    return Config(
        system=rt.get(System),
        currency=rt.get(Balances),
        exchange=lambda: rt.get(Swap),
        alpha_issuance=lambda: rt.get(AlphaAssets),
        **config,
    )


def call_guard(rt: Runtime) -> Callable[[AccountId, Call], None]:
    """What the chain refuses of calls before they run."""
    return functools.partial(guards.check, rt.get(SubtensorModule))


class Chain:
    """The pallet, its storage, and calls by name."""

    def __init__(self, **config: Any) -> None:
        self.runtime: Runtime = self.compose(**config)
        open_block(self.runtime)
        self.sub = self.runtime.get(SubtensorModule)

    def compose(self, **config: Any) -> Runtime:
        """The runtime; `config` goes to SubtensorModule's Config."""
        return runtime_of(*subtensor_entries(**config), balances={}, call_guard=call_guard)

    def at(self, block: int) -> None:
        """Be in that block, without those between."""
        self.runtime.get(System).number.put(BlockNumber(U32(block)))

    def subnet(self, netuid: NetUid, owner: AccountId, tempo: int = 360) -> None:
        self.sub.networks_added[netuid] = True
        self.sub.subnet_owner[netuid] = owner
        self.sub.tempo[netuid] = U16(tempo)

    def neuron(self, netuid: NetUid, hotkey: AccountId, coldkey: AccountId) -> None:
        uids.append(self.sub, netuid, hotkey)
        self.own(hotkey, coldkey)

    def own(self, hotkey: AccountId, coldkey: AccountId) -> None:
        self.sub.owner[hotkey] = coldkey
        self.sub.owned_hotkeys[coldkey] = (*self.sub.owned_hotkeys[coldkey], hotkey)

    def account(self, netuid: NetUid) -> AccountId:
        """The account of a subnet, which holds what is in its pool."""
        found = registry.account_of_subnet(self.sub, netuid)
        assert found is not None
        return found

    def give(self, who: AccountId, rao: int) -> None:
        """Mint money for an account, whose deposit it must make up."""
        assert tao_balances.spend(self.sub, who, tao_balances.mint(self.sub, rao), rao) == 0

    def free(self, who: AccountId) -> int:
        return self.runtime.get(Balances).free_balance(who)

    def issued(self) -> int:
        """Rao there are, which two pallets count."""
        total = self.runtime.get(Balances).total_issuance()
        assert total == self.sub.total_issuance.get()
        return total

    def call(self, who: AccountId | Origin, name: str, /, **args: Any) -> list[Any]:
        """Dispatch a call; the pallet's events."""
        self.runtime.state.events.clear()
        run(self.runtime, who, NAME, name, **args)
        return [record.event for record in self.runtime.state.events]

    def refused(
        self, error: str | type[Exception], who: AccountId | Origin, name: str, /, **args: Any
    ) -> None:
        """Dispatch a call that must end with exactly this error, change nothing and emit nothing.

        - `error`: a class, or the name of one in the pallet's `errors`.
        """
        expected = getattr(errors, error) if isinstance(error, str) else error
        changes, emitted = self.runtime.state.changes(), events(self.runtime)
        with pytest.raises(expected) as caught:
            run(self.runtime, who, NAME, name, **args)
        assert type(caught.value) is expected
        assert self.runtime.state.changes() == changes
        assert events(self.runtime) == emitted


C = TypeVar("C", bound=Chain)


@functools.cache
def _shared(make: Callable[..., C], **config: Any) -> C:
    return make(**config)


@contextmanager
def borrowed(make: Callable[..., C], **config: Any) -> Iterator[C]:
    """Lend a chain that is made once in a process and comes back in its first state.

    It saves the time to compose a runtime.  Only for tests that close no block.
    """
    chain = _shared(make, **config)
    with chain.runtime.state.discarded():
        chain.runtime.state.events.clear()
        yield chain
