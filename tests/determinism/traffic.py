"""Mixed traffic for a devnet: the same numbers give the same calls, some of which must fail."""

from collections.abc import Callable, Iterator

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.frame.call import Call
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import Id, Signed
from pysubtensor.frame.weights import Weight
from pysubtensor.pallets.multisig import Timepoint

NAMES = ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie")
ENOUGH = Weight(10**10, 10**6)


def who(number: int) -> str:
    return f"//{NAMES[number % len(NAMES)]}"


def members(signer: str) -> tuple[bytes, ...]:
    """The other two of the three that share an account."""
    return tuple(sorted(account(f"//{name}") for name in NAMES[:3] if f"//{name}" != signer))


class Traffic:
    """Fills blocks of one devnet."""

    def __init__(self, d: Devnet) -> None:
        self.d = d
        self._kinds: tuple[Callable[[int], None], ...] = (
            self.transfers,
            self.batches,
            self.sudo,
            self.multisig,
            self.schedule,
            self.preimages,
            self.remarks,
            self.failures,
            self.interventions,
            self.nothing,
        )

    def run(self, blocks: int) -> None:
        """Make blocks until the chain has `blocks` more."""
        end = self.d.number + blocks
        step = 0
        while self.d.number < end:
            self._kinds[step % len(self._kinds)](step)
            self.d.mine()
            step += 1

    # -- each kind ------------------------------------------------------------------------------

    def send(self, signer: str, pallet: str, name: str, /, tip: int = 0, **args: object) -> None:
        self.d.node.pool.submit(self.d.sign(self.d.call(pallet, name, **args), signer, tip=tip))

    def transfer(self, step: int, value: int = TAO) -> Call:
        return self.d.call(
            "Balances", "transfer_allow_death", dest=Id(account(who(step + 1))), value=value + step
        )

    def transfers(self, step: int) -> None:
        for number in range(step // 10 % 5 + 1):
            args = {"dest": Id(account(f"//New{step}/{number}")), "value": TAO // 100 + number}
            self.send(who(number), "Balances", "transfer_keep_alive", tip=number, **args)
        self.send(
            who(step), "Balances", "transfer_all", dest=Id(account(who(step))), keep_alive=True
        )

    def batches(self, step: int) -> None:
        name = ("batch", "batch_all", "force_batch")[step // 10 % 3]
        calls = (self.transfer(step), self.transfer(step, 10**18), self.transfer(step + 1))
        self.send(who(step), "Utility", name, calls=calls)

    def sudo(self, step: int) -> None:
        set_storage = self.d.call("System", "set_storage", items=((b"step", bytes([step % 256])),))
        self.send("//Alice", "Sudo", "sudo", call=set_storage)
        balance = self.d.call(
            "Balances", "force_set_balance", who=Id(account("//Ferdie")), new_free=TAO * (step + 9)
        )
        self.send("//Alice", "Sudo", "sudo_as", who=Id(account("//Eve")), call=self.transfer(step))
        self.send("//Alice", "Sudo", "sudo", call=balance)

    def multisig(self, step: int) -> None:
        call = self.d.call("System", "remark_with_event", remark=f"{step}".encode())
        data = self.d.node.chain.runtime.encode_call(call)
        shared = {"threshold": 2, "max_weight": ENOUGH}
        self.send(
            "//Alice",
            "Multisig",
            "approve_as_multi",
            call_hash=blake2_256(data),
            maybe_timepoint=None,
            other_signatories=members("//Alice"),
            **shared,
        )
        begun = Timepoint(self.d.mine()[0].header.number, 1)
        self.send(
            "//Bob",
            "Multisig",
            "as_multi",
            call=call,
            maybe_timepoint=begun,
            other_signatories=members("//Bob"),
            **shared,
        )
        self.send(
            "//Charlie",
            "Multisig",
            "as_multi_threshold_1",
            call=call,
            other_signatories=members("//Charlie"),
        )

    def schedule(self, step: int) -> None:
        remark = self.d.call("System", "remark_with_event", remark=b"later")
        name = blake2_256(f"{step}".encode())
        plans = (
            ("schedule_after", {"after": 3, "maybe_periodic": None}),
            ("schedule_named_after", {"id": name, "after": 2, "maybe_periodic": (4, 3)}),
        )
        for function, args in plans:
            call = self.d.call(
                "Scheduler", function, priority=63, call=self.as_alice(remark), **args
            )
            self.send("//Alice", "Sudo", "sudo", call=call)
        cancel = self.d.call("Scheduler", "cancel_named", id=blake2_256(f"{step - 10}".encode()))
        self.send("//Alice", "Sudo", "sudo", call=cancel)

    def as_alice(self, call: Call) -> Call:
        """A call that root may make, which runs `call` as //Alice."""
        signed = Signed(account("//Alice"))
        return self.d.call("Utility", "dispatch_as", as_origin=signed, call=call)

    def preimages(self, step: int) -> None:
        data = f"preimage {step}".encode() * (step % 7 + 1)
        self.send("//Bob", "Preimage", "note_preimage", bytes=data)
        request = self.d.call("Preimage", "request_preimage", hash=blake2_256(data))
        self.send("//Alice", "Sudo", "sudo", call=request)
        if step % 3:
            self.send("//Bob", "Preimage", "unnote_preimage", hash=blake2_256(data))

    def remarks(self, step: int) -> None:
        for number in range(10):
            self.send(who(number), "System", "remark_with_event", remark=bytes([number]) * step)

    def failures(self, step: int) -> None:
        self.send(
            who(step), "Balances", "transfer_allow_death", dest=Id(account("//Bob")), value=10**17
        )
        self.send(who(step), "System", "set_storage", items=((b"no", b"no"),))
        self.send("//Bob", "Balances", "force_unreserve", who=Id(account("//Eve")), amount=1)
        self.send("//Dave", "Preimage", "unnote_preimage", hash=bytes(32))

    def interventions(self, step: int) -> None:
        d = self.d
        d.set_balance(f"//Given{step}", step * TAO)
        d.node.set_storage({f"raw{step}".encode(): b"1", f"raw{step - 10}".encode(): None})
        d.dispatch(self.transfer(step), "//Eve")
        d.set_time(d.timestamp.now.get() + 60_000)
        who_else = account("//Eve")
        d.node.impersonated.add(who_else)
        good = d.sign(d.call("System", "remark", remark=b"not signed"), "//Eve")
        signature = d.node.chain.executive.decode(good).signature.signature.data
        d.submit_extrinsic(good.replace(signature, bytes(64)))
        d.node.impersonated.discard(who_else)

    def nothing(self, step: int) -> None:
        self.d.mine(step % 3)


def outcomes(d: Devnet) -> Iterator[str]:
    """Names of all events since block 1, so that a test can see what the traffic did."""
    for number in range(1, d.number + 1):
        past = d.node.chain.at(d.node.chain.store.hash_at(number))
        for record in past.pallets["System"].events.get():
            yield type(record.event).__name__
