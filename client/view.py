"""Reading a chain: its pallets, money and events, and what became of a transaction."""

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
from pysubtensor.runtime.runtime import Runtime


class TransactionFailed(RuntimeError):
    """A transaction was included, paid its fee, and its call was refused."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reason)
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction."""

    hash: Hash
    block: Imported
    index: int
    events: tuple[Event, ...]
    error: DispatchError | None
    reason: str
    """Name of the refusal, empty when there was none."""
    fee: int
    """Rao that the sender paid, tip included."""

    @property
    def ok(self) -> bool:
        """Did the call go through?"""
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
    def balances(self) -> Balances:
        """Money by account: `d.balances.account[alice].free`."""
        return Balances(self.runtime.pallets)

    @property
    def number(self) -> int:
        """Number of the best block."""
        number: int = self.system.number.get()
        return number

    def free(self, who: AccountLike) -> int:
        """Free balance in rao."""
        return self.balances.account[account(who)].free

    def events(self) -> tuple[EventRecord, ...]:
        """Events of the best block."""
        return tuple(self.system.events.get())

    def call(self, pallet: str, function: str, /, **args: Any) -> Call:
        """Build a call.  Errors: KeyError for an unknown one, TypeError, BadValue."""
        return self.runtime.call(pallet, function, **args)

    def explain(self, error: DispatchError) -> str:
        """A refusal as `Pallet.Name`, or the name of a common one."""
        if isinstance(error, Module):
            pallet = self.runtime.by_index[error.error.index]
            names = {each.error_index: each.__name__ for each in pallet.error_classes}
            return f"{pallet.name}.{names[error.error.error[0]]}"
        kind = getattr(error, "error", None)
        name = type(error).wire_name
        return name if kind is None else f"{name}.{pascal_case(kind.name)}"

    def receipt(self, tx_hash: Hash, block: Imported, index: int) -> Receipt:
        """What became of an extrinsic of the best block."""
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


class Balances:
    """The balances pallet, with accounts' money where this chain keeps it: in System.Account."""

    def __init__(self, pallets: Any) -> None:
        self._pallets = pallets
        self.account = _Money(pallets["System"])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pallets["Balances"], name)


class _Money:
    def __init__(self, system: Any) -> None:
        self._system = system

    def __getitem__(self, who: AccountLike) -> AccountData:
        data: AccountData = self._system.account[account(who)].data
        return data
