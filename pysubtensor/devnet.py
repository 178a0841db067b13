"""The chain without sockets: `Devnet`, for tests and notebooks.

    with Devnet() as d:
        receipt = d.transfer("//Alice", "//Bob", 5 * TAO)
        d.mine(10)
        mark = d.snapshot()
        ...
        d.revert(mark)

It is the same chain that `pysubtensor dev` serves: same pallets, blocks and state roots.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from consensus.chain import Imported
from consensus.node import DryRun, Node, Settings
from genesis import ChainSpec, development_keys, preset
from pysubtensor.addresses import AccountLike, account, keypair
from pysubtensor.service import Options, open_node
from pysubtensor.signing import sign
from runtime.chain import Build, Constants, Variety
from runtime.codec.struct import pascal_case, snake_case
from runtime.crypto import Keypair
from runtime.frame.call import Call
from runtime.frame.error import DispatchError, Module
from runtime.frame.event import ApplyExtrinsic, Event, EventRecord
from runtime.frame.money import AccountData
from runtime.frame.origin import ROOT_CALLER, Id, RawOrigin, Signed
from runtime.primitives import RAO_PER_TAO, AccountId, Hash

TAO = RAO_PER_TAO
"""One TAO in rao."""

ROOT = ROOT_CALLER
"""The root origin, for `Devnet.dispatch`."""


class TransactionFailed(RuntimeError):
    """A transaction was included, paid its fee, and its call was refused."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.reason)
        self.receipt = receipt


class NotIncluded(RuntimeError):
    """A transaction waits in the pool: for one with a lower nonce, or for room in a block."""


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


class Devnet:
    """One chain in this process.  Blocks are made when asked for, or by each transaction.

    `chain` is a preset's name or a ChainSpec; `base_path` keeps the chain in a folder, otherwise
    it vanishes with `close`.  `start` is the wall clock in milliseconds at which chain time
    begins (default: 2025-01-01), and it moves only with blocks unless `real_time`, so that the
    same actions give the same hashes.
    """

    def __init__(
        self,
        chain: str | ChainSpec = "dev",
        *,
        constants: Constants | str = Constants.FAST,
        runtime: Variety | str = Variety.EXTENDED,
        base_path: Path | None = None,
        prune: int | None = None,
        real_time: bool = False,
        start: int = 1_735_689_600_000,
    ) -> None:
        spec = chain if isinstance(chain, ChainSpec) else preset(chain)
        if not isinstance(chain, ChainSpec):
            spec = spec.with_build(Build(Constants(constants), Variety(runtime)))
        clock: Callable[[], int] = _wall_clock if real_time else lambda: start
        settings = Settings(development_keys(), clock, repeatable=not real_time)
        self.node: Node = open_node(Options(spec, base_path, prune), settings)
        if self.node.chain.best.number == 0:
            self.node.make_block()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; a temporary one is removed."""
        self.node.chain.store.close()

    # -- reading ------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        """A pallet by its name in snake case: `d.system`, `d.transaction_payment`."""
        if name.startswith("_") or name == "node":
            raise AttributeError(name)
        for pallet in self.node.chain.runtime.pallets.values():
            if snake_case(pallet.name) == name:
                return pallet
        raise AttributeError(f"no pallet {name!r} in this runtime")

    @property
    def balances(self) -> Balances:
        """Money by account: `d.balances.account[alice].free`."""
        return Balances(self.node)

    @property
    def number(self) -> int:
        """Number of the best block."""
        return self.node.chain.best.number

    @property
    def hash(self) -> Hash:
        """Hash of the best block."""
        return Hash(self.node.chain.best.hash)

    def free(self, who: AccountLike) -> int:
        """Free balance in rao."""
        return self.balances.account[account(who)].free

    def events(self) -> tuple[EventRecord, ...]:
        """Events of the best block."""
        system: Any = self.node.chain.runtime.pallets["System"]
        return tuple(system.events.get())

    # -- writing ------------------------------------------------------------------------------

    def call(self, pallet: str, function: str, /, **args: Any) -> Call:
        """Build a call.  Errors: KeyError for an unknown one, TypeError, BadValue."""
        return self.node.chain.runtime.call(pallet, function, **args)

    def sign(
        self, call: Call, signer: Keypair | str, *, tip: int = 0, nonce: int | None = None
    ) -> bytes:
        """A signed extrinsic for the next block."""
        key = keypair(signer)
        if nonce is None:
            nonce = self.node.next_index(AccountId(key.account_id))
        return sign(self.node.chain, call, key, nonce=nonce, tip=tip)

    def submit(self, call: Call, signer: Keypair | str, *, tip: int = 0) -> Receipt:
        """Sign `call`, put it in a block of its own, and give its receipt.

        Errors: PoolError when it is refused before a block; TransactionFailed when the call is.
        """
        receipt = self.submit_extrinsic(self.sign(call, signer, tip=tip))
        if not receipt.ok:
            raise TransactionFailed(receipt)
        return receipt

    def submit_extrinsic(self, data: bytes) -> Receipt:
        """Put a signed extrinsic in the next block.  Errors: PoolError; NotIncluded."""
        tx_hash = self.node.pool.submit(data)
        block = self.node.make_block()
        if data not in block.extrinsics:
            raise NotIncluded(f"0x{tx_hash.hex()} is not in block {block.header.number}")
        index = block.extrinsics.index(data)
        return self._receipt(tx_hash, block, index)

    def _receipt(self, tx_hash: Hash, block: Imported, index: int) -> Receipt:
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

    def explain(self, error: DispatchError) -> str:
        """A refusal as `Pallet.Name`, or the name of a common one."""
        if isinstance(error, Module):
            pallet = self.node.chain.runtime.by_index[error.error.index]
            names = {each.error_index: each.__name__ for each in pallet.error_classes}
            return f"{pallet.name}.{names[error.error.error[0]]}"
        kind = getattr(error, "error", None)
        name = type(error).wire_name
        return name if kind is None else f"{name}.{pascal_case(kind.name)}"

    def transfer(self, source: Keypair | str, dest: AccountLike, amount: int) -> Receipt:
        """Move `amount` rao.  Errors: as `submit`."""
        call = self.call("Balances", "transfer_keep_alive", dest=Id(account(dest)), value=amount)
        return self.submit(call, source)

    def dispatch(self, call: Call, origin: RawOrigin | AccountLike = ROOT) -> Imported:
        """Run `call` as root or as any account, without signature or fee, in a block of its own.

        Errors: DispatchRefused; then no block was made.
        """
        caller = origin if isinstance(origin, RawOrigin) else Signed(account(origin))
        return self.node.dispatch_as(caller, call)

    def dry_run(self, call: Call, origin: RawOrigin | AccountLike = ROOT) -> DryRun:
        """What `call` would do: refusal, events and changed storage; nothing stays."""
        caller = origin if isinstance(origin, RawOrigin) else Signed(account(origin))
        return self.node.dry_run_call(caller, call)

    def set_balance(self, who: AccountLike, free: int) -> Imported:
        """Give an account exactly `free` rao."""
        call = self.call("Balances", "force_set_balance", who=Id(account(who)), new_free=free)
        return self.dispatch(call)

    # -- time ---------------------------------------------------------------------------------

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        return self.node.mine(count)

    def set_time(self, timestamp: int) -> None:
        """Make chain time `timestamp` milliseconds from the next block on."""
        self.node.set_time(timestamp)

    def snapshot(self) -> int:
        """Remember the present; gives what `revert` takes."""
        return self.node.snapshot()

    def revert(self, snapshot: int) -> None:
        """Go back to a snapshot.  Errors: UnknownSnapshot."""
        self.node.revert(snapshot)


class Balances:
    """The balances pallet, with accounts' money where this chain keeps it: in System.Account."""

    def __init__(self, node: Node) -> None:
        self._pallets: dict[str, Any] = node.chain.runtime.pallets
        self.account = _Money(self._pallets["System"])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pallets["Balances"], name)


class _Money:
    def __init__(self, system: Any) -> None:
        self._system = system

    def __getitem__(self, who: AccountLike) -> AccountData:
        data: AccountData = self._system.account[account(who)].data
        return data


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000
