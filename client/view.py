"""Typed reads of a chain: pallets, balances, events, and receipts of transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pysubtensor.client.addresses import AccountLike, account
from pysubtensor.consensus.chain import Imported
from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.struct import pascal_case, snake_case
from pysubtensor.frame.error import DispatchError, Module
from pysubtensor.frame.event import ApplyExtrinsic, Event, EventRecord
from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.system import System
from pysubtensor.runtime.runtime import Runtime


class TransactionFailed(RuntimeError):
    """A transaction was included and paid its fee, but its call failed."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reason)
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a transaction that is in a block."""

    hash: Hash
    block: Imported
    index: int
    events: tuple[Event, ...]
    error: DispatchError | None
    reason: str
    """Name of the error, empty when there was none."""
    fee: int
    """Rao that the sender paid, tip included."""

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.error is None


class View:
    """The state of a chain, pallet by pallet."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        """All pallets, bound to the state."""

    def __getattr__(self, name: str) -> Any:
        """A pallet by its name in snake case: `d.system`, `d.transaction_payment`."""
        if name.startswith("_") or name == "runtime":
            raise AttributeError(name)
        for pallet in self.runtime.pallets.values():
            if snake_case(pallet.name) == name:
                return pallet
        raise AttributeError(f"no pallet {name!r} in this runtime")

    @property
    def balances(self) -> BalancesView:
        """The Balances pallet, with balances by account: `d.balances.account[alice].free`."""
        return BalancesView(self.runtime)

    @property
    def number(self) -> int:
        """Number of the best block."""
        return self.runtime.get(System).number.get()

    def free(self, who: AccountLike) -> int:
        """Free balance in rao."""
        return self.balances.account[account(who)].free

    def events(self) -> tuple[EventRecord, ...]:
        """Events of the best block."""
        return tuple(self.system.events.get())

    def call(self, pallet: str, function: str, /, **args: object) -> Call:
        """Build a call.  Errors: KeyError for an unknown one, TypeError, BadValue."""
        return self.runtime.call(pallet, function, **args)

    def explain(self, error: DispatchError) -> str:
        """The name of an error: `Pallet.Error`, or the case of `DispatchError`."""
        if isinstance(error, Module):
            pallet = self.runtime.by_index[error.error.index]
            names = {each.error_index: each.__name__ for each in pallet.error_classes}
            return f"{pallet.name}.{names[error.error.error[0]]}"
        kind = getattr(error, "error", None)
        name = type(error).wire_name
        return name if kind is None else f"{name}.{pascal_case(kind.name)}"

    def receipt(self, tx_hash: Hash, block: Imported, index: int) -> Receipt:
        """The receipt of extrinsic `index` of the best block."""
        mine = tuple(
            record.event
            for record in self.events()
            if isinstance(record.phase, ApplyExtrinsic) and record.phase.index == index
        )
        error, fee = None, 0
        for event in mine:
            name = type(event).__name__
            if name == "ExtrinsicFailed":
                error = event.dispatch_error  # type: ignore[attr-defined]
            elif name == "TransactionFeePaid":
                fee = event.actual_fee  # type: ignore[attr-defined]
        reason = "" if error is None else self.explain(error)
        return Receipt(tx_hash, block, index, mine, error, reason, fee)  # type: ignore[arg-type]


class BalancesView:
    """The Balances pallet, with balances where this chain keeps them: in System.Account."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.account = _AccountData(runtime.get(System))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime.get(Balances), name)


class _AccountData:
    def __init__(self, system: System) -> None:
        self._system = system

    def __getitem__(self, who: AccountLike) -> AccountData:
        return self._system.account[account(who)].data
