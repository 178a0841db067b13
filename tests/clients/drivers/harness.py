"""What every Python client must manage against "a node at this URL", written once.

A driver subclasses `Adapter` with its client's own functions and hands it to `main`, which runs the
checks in order and prints one JSON object a line: `{"check", "ok", "seconds", "error"}`.

Only the standard library: this file runs in each client's own virtual environment.  Checks wait for
conditions by `until`, never for seconds.
Money is in rao.  The node is a fresh development chain at spec 425 with fast constants.
"""

import json
import sys
import time
import traceback
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

LIMIT_S = 120
"""Only ends a check that hangs."""

TAO = 10**9
EXISTENTIAL_DEPOSIT = 500
# Endowed accounts; the sender is not the block author, who earns the fees.
SENDER, ROOT, UNTOUCHED = "//Charlie", "//Alice", "//Dave"
UNTOUCHED_BALANCE = 2_000 * TAO
GENESIS_ACCOUNTS = 9

OUTDATED = "Transaction is outdated"
NO_FEE = "Inability to pay some fees (e.g. account balance too low)"
BAD_SIGNATURE = "Transaction has a bad signature"
ANCIENT = "Transaction has an ancient birth block"
BAD_SIGNER = "Invalid signing address"

EXTENSIONS = [
    "CheckNonZeroSender",
    "CheckSpecVersion",
    "CheckTxVersion",
    "CheckGenesis",
    "CheckMortality",
    "CheckNonce",
    "CheckWeight",
    "ChargeTransactionPayment",
    "SudoTransactionExtension",
    "CheckShieldedTxValidity",
    "SubtensorTransactionExtension",
    "DrandPriority",
    "CheckMetadataHash",
]
PALLETS = {"System": 0, "Timestamp": 2, "Balances": 5, "Utility": 11, "Sudo": 12, "Multisig": 13}


class Refused(Exception):
    """The node did not take the extrinsic; the text is what this client tells its user."""


@dataclass(frozen=True)
class Event:
    """One event of an extrinsic, its fields by name."""

    pallet: str
    name: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of an extrinsic that reached a finalized block."""

    ok: bool
    error: str | None
    fee: int
    events: list[Event]
    block_hash: str

    def find(self, pallet: str, name: str) -> list[dict[str, Any]]:
        """Fields of every event of that name, in order."""
        return [e.fields for e in self.events if (e.pallet, e.name) == (pallet, name)]


class Adapter(ABC):
    """A client's verbs.  `refusal` gives the exact text a client makes of the node's reason."""

    name: str

    @abstractmethod
    def connect(self, url: str) -> None: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def refusal(self, reason: str) -> str: ...

    @abstractmethod
    def key(self, uri: str) -> Any:
        """The key pair of a derivation path; has `ss58_address` and `public_key`."""

    @abstractmethod
    def runtime(self) -> dict[str, Any]:
        """`spec` (number), `pallets` (name -> index), `extensions` (names in order)."""

    @abstractmethod
    def best(self) -> int: ...

    @abstractmethod
    def finalized(self) -> int: ...

    @abstractmethod
    def free(self, address: str, block_hash: str | None = None) -> int: ...

    @abstractmethod
    def constant(self, pallet: str, name: str) -> Any: ...

    @abstractmethod
    def accounts(self, page_size: int) -> list[str]:
        """Every address of `System.Account`, read in pages of `page_size` keys."""

    @abstractmethod
    def call(self, pallet: str, function: str, **arguments: Any) -> Any:
        """A composed call; may stand as an argument of another."""

    @abstractmethod
    def estimate(self, call: Any, signer: Any) -> int:
        """Fee of the call as an immortal extrinsic."""

    @abstractmethod
    def nonce(self, address: str) -> int: ...

    @abstractmethod
    def submit(
        self,
        call: Any,
        signer: Any,
        *,
        nonce: int | None = None,
        era: dict[str, int] | None = None,
        signature: bytes | None = None,
    ) -> Outcome:
        """Sign, submit and watch until finalized.  Immortal unless `era`.  Errors: Refused."""

    @abstractmethod
    def heads(self, count: int, *, finalized: bool) -> list[int]:
        """Numbers of the next `count` blocks a head subscription reports."""

    @abstractmethod
    def watch_free(self, address: str, meanwhile: Callable[[], None]) -> list[int]:
        """Free balances a storage subscription reports: the current one, then, after `meanwhile`
        has run on another connection, the next."""

    @abstractmethod
    def block_calls(self, block_hash: str) -> list[str]:
        """`Pallet.function` of each extrinsic of the block, in order."""

    def another(self) -> "Adapter":
        """A second connection to the same node."""
        return type(self)()


class Checks:
    """The checks, in the order they run; each public method is one."""

    def __init__(self, adapter: Adapter, url: str) -> None:
        self.client = adapter
        self.url = url
        self._recipients = 0

    # Helpers --------------------------------------------------------------------------------

    def _recipient(self) -> str:
        """An address nobody used before."""
        self._recipients += 1
        address: str = self.client.key(f"//{self.client.name}//{self._recipients}").ss58_address
        return address

    def _transfer(self, to: str, amount: int) -> Any:
        return self.client.call("Balances", "transfer_keep_alive", dest=to, value=amount)

    def _sender(self) -> Any:
        return self.client.key(SENDER)

    def _refused(self, reason: str, call: Any, signer: Any, **how: Any) -> None:
        """Require that submitting is refused with exactly this client's text for `reason`."""
        try:
            outcome = self.client.submit(call, signer, **how)
        except Refused as refusal:
            expect(str(refusal), self.client.refusal(reason))
        else:
            raise AssertionError(f"not refused: {outcome}")

    # Reading --------------------------------------------------------------------------------

    def connect(self) -> None:
        self.client.connect(self.url)
        assert self.client.best() >= 1, "no block yet"

    def metadata(self) -> None:
        found = self.client.runtime()
        expect(found["spec"], 425)
        expect({name: found["pallets"].get(name) for name in PALLETS}, PALLETS)
        expect(list(found["extensions"]), EXTENSIONS)

    def balance(self) -> None:
        expect(self.client.free(self.client.key(UNTOUCHED).ss58_address), UNTOUCHED_BALANCE)
        expect(self.client.free(self._recipient()), 0)

    def constants(self) -> None:
        expect(self.client.constant("Balances", "ExistentialDeposit"), EXISTENTIAL_DEPOSIT)
        expect(self.client.constant("System", "SS58Prefix"), 42)
        expect(self.client.constant("System", "BlockHashCount"), 2400)
        expect(self.client.constant("Aura", "SlotDuration"), 250)

    def map_paging(self) -> None:
        paged = self.client.accounts(page_size=2)
        assert len(paged) >= GENESIS_ACCOUNTS, paged
        expect(len(set(paged)), len(paged))
        expect(paged, self.client.accounts(page_size=100))
        for uri in (SENDER, ROOT, UNTOUCHED):
            assert self.client.key(uri).ss58_address in paged, uri

    # Writing --------------------------------------------------------------------------------

    def transfer(self) -> None:
        sender, to, amount = self._sender(), self._recipient(), 3 * TAO + 7
        before = self.client.free(sender.ss58_address)
        outcome = self.client.submit(self._transfer(to, amount), sender)
        assert outcome.ok, outcome
        expect(
            outcome.find("Balances", "Transfer"),
            [{"from": sender.ss58_address, "to": to, "amount": amount}],
        )
        expect(len(outcome.find("System", "ExtrinsicSuccess")), 1)
        expect(self.client.free(to, outcome.block_hash), amount)
        after = self.client.free(sender.ss58_address, outcome.block_hash)
        expect(before - after, amount + outcome.fee)

    def fee(self) -> None:
        sender = self._sender()
        call = self._transfer(self._recipient(), TAO)
        estimate = self.client.estimate(call, sender)
        outcome = self.client.submit(call, sender)
        assert estimate > 0, estimate
        expect(outcome.fee, estimate)
        paid = outcome.find("TransactionPayment", "TransactionFeePaid")
        expect(paid, [{"who": sender.ss58_address, "actual_fee": estimate, "tip": 0}])

    def block(self) -> None:
        call = self.client.call("System", "remark", remark="0x" + "ab" * 40)
        outcome = self.client.submit(call, self._sender())
        calls = self.client.block_calls(outcome.block_hash)
        expect(calls[0], "Timestamp.set")
        assert "System.remark" in calls[1:], calls

    def batch(self) -> None:
        self._batch("batch", third=0)

    def force_batch(self) -> None:
        self._batch("force_batch", third=TAO)

    def _batch(self, function: str, third: int) -> None:
        """A batch whose second item fails: does the third still happen?"""
        sender, targets = self._sender(), [self._recipient() for _ in range(3)]
        amounts = [TAO, 10**18, TAO]
        calls = [self._transfer(to, n) for to, n in zip(targets, amounts, strict=True)]
        outcome = self.client.submit(self.client.call("Utility", function, calls=calls), sender)
        names = [e.name for e in outcome.events if e.pallet == "Utility"]
        if function == "batch":
            expect(names, ["ItemCompleted", "BatchInterrupted"])
            expect(outcome.find("Utility", "BatchInterrupted")[0]["index"], 1)
        else:
            expect(
                names,
                ["ItemCompleted", "ItemFailed", "ItemCompleted", "BatchCompletedWithErrors"],
            )
        found = [self.client.free(to, outcome.block_hash) for to in targets]
        expect(found, [TAO, 0, third])

    def sudo(self) -> None:
        to, amount = self._recipient(), 5 * TAO
        inner = self.client.call("Balances", "force_set_balance", who=to, new_free=amount)
        outcome = self.client.submit(
            self.client.call("Sudo", "sudo", call=inner), self.client.key(ROOT)
        )
        assert outcome.ok, outcome
        expect(len(outcome.find("Sudo", "Sudid")), 1)
        assert "Ok" in str(outcome.find("Sudo", "Sudid")[0]["sudo_result"]), outcome
        expect(self.client.free(to, outcome.block_hash), amount)

    # Failing --------------------------------------------------------------------------------

    def dispatch_error(self) -> None:
        call = self.client.call("Preimage", "unnote_preimage", hash="0x" + "00" * 32)
        outcome = self.client.submit(call, self._sender())
        assert not outcome.ok, outcome
        expect(outcome.error, "NotNoted")
        assert outcome.fee > 0, outcome

    def wrong_nonce(self) -> None:
        sender = self._sender()
        assert self.client.nonce(sender.ss58_address) > 0
        self._refused(OUTDATED, self._transfer(self._recipient(), TAO), sender, nonce=0)

    def low_balance(self) -> None:
        """One account with nothing, one that cannot pay the fee."""
        poor = self.client.key(f"//{self.client.name}//poor")
        call = self._transfer(self._recipient(), EXISTENTIAL_DEPOSIT)
        self._refused(NO_FEE, call, poor)
        self.client.submit(
            self._transfer(poor.ss58_address, 2 * EXISTENTIAL_DEPOSIT), self._sender()
        )
        self._refused(NO_FEE, call, poor)

    def bad_signature(self) -> None:
        call = self._transfer(self._recipient(), TAO)
        self._refused(BAD_SIGNATURE, call, self._sender(), signature=b"\x01" * 64)

    def stale_era(self) -> None:
        """An era that ended: the node takes the birth block of the current one for its own."""
        start = self.client.finalized()
        until(lambda: self.client.best() >= start + 8)
        call = self._transfer(self._recipient(), TAO)
        self._refused(BAD_SIGNATURE, call, self._sender(), era={"period": 4, "current": start})

    def unborn_era(self) -> None:
        """An era whose birth block the chain does not know."""
        call = self._transfer(self._recipient(), TAO)
        era = {"period": 65536, "phase": 60000}
        self._refused(ANCIENT, call, self._sender(), era=era, signature=b"\x01" * 64)

    def not_sudo(self) -> None:
        inner = self.client.call("System", "remark", remark="0x00")
        self._refused(BAD_SIGNER, self.client.call("Sudo", "sudo", call=inner), self._sender())

    # Watching -------------------------------------------------------------------------------

    def new_heads(self) -> None:
        self._heads(finalized=False)

    def finalized_heads(self) -> None:
        self._heads(finalized=True)

    def _heads(self, *, finalized: bool) -> None:
        numbers = self.client.heads(4, finalized=finalized)
        expect(numbers, list(range(numbers[0], numbers[0] + 4)))
        assert self.client.best() >= numbers[-1]

    def storage_watch(self) -> None:
        to, amount = self._recipient(), 2 * TAO
        # Some clients cannot decode the null that an absent account is reported as.
        self.client.submit(self._transfer(to, TAO), self._sender())
        other = self.client.another()
        other.connect(self.url)
        pay = other.call("Balances", "transfer_keep_alive", dest=to, value=amount)

        def meanwhile() -> None:
            other.submit(pay, other.key(SENDER))

        try:
            expect(self.client.watch_free(to, meanwhile), [TAO, TAO + amount])
        finally:
            other.close()


T = TypeVar("T")


def pause() -> None:
    """Some time between two looks."""
    time.sleep(0.1)


def until(look: Callable[[], T], between: Callable[[], None] = pause) -> T:
    """Look again and again until what is seen is true, and give it."""
    end = time.monotonic() + LIMIT_S
    while not (seen := look()):
        if time.monotonic() > end:
            raise AssertionError(f"it did not come to that within {LIMIT_S} s")
        between()
    return seen


def next_block(url: str) -> None:
    """Have the node make a block; where it makes none when asked, some time passes instead."""
    request = {"jsonrpc": "2.0", "id": 1, "method": "dev_newBlock", "params": []}
    post = urllib.request.Request(  # noqa: S310 (the node of the test)
        "http" + url.removeprefix("ws"),
        json.dumps(request).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(post, timeout=LIMIT_S) as reply:  # noqa: S310
        if "error" in json.load(reply):
            pause()


def expect(found: Any, wanted: Any) -> None:
    """Equality with both sides in the message."""
    if found != wanted:
        raise AssertionError(f"\n  found  {found!r}\n  wanted {wanted!r}")


def run(checks: Checks, names: Sequence[str]) -> None:
    """Run the named checks, print a line for each; without a connection the rest is not tried."""
    for name in names:
        started = time.monotonic()
        error = None
        try:
            getattr(checks, name)()
        except BaseException:
            error = traceback.format_exc()
        line = {"check": name, "ok": error is None, "error": error}
        print(json.dumps(line | {"seconds": round(time.monotonic() - started, 3)}), flush=True)
        if error and name == "connect":
            return


def main(adapter: Adapter, checks: type[Checks] = Checks) -> None:
    """Entry of a driver: `python driver.py URL CHECK...`."""
    url, *names = sys.argv[1:]
    run(checks(adapter, url), names)
    adapter.close()
