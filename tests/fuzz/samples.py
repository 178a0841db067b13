"""Real things to break: a chain of a few blocks, its extrinsics, calls, headers and logs."""

from functools import cache
from typing import Any

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.frame.call import MAX_DEPTH, Call
from pysubtensor.frame.header import Block, Header
from pysubtensor.frame.origin import ROOT_CALLER, Id
from pysubtensor.frame.primitives import Hash
from pysubtensor.runtime import devlog

BLOCKS = 6
"""Number of the best block."""


def _grown() -> Devnet:
    """A chain whose blocks hold transfers, batches, refusals and interventions."""
    made = Devnet()
    made.transfer("//Alice", "//Bob", TAO)
    both = _remark(made), _transfer(made)
    made.submit(made.call("Utility", "force_batch", calls=both), "//Bob")
    made.node.impersonated.add(account("//Charlie"))
    made.node.set_storage({b"fuzz": b"value"})
    made.node.impersonated.clear()
    made.dispatch(made.call("System", "set_storage", items=((b"other", b"value"),)))
    made.mine(BLOCKS - made.number)
    return made


def _remark(d: Devnet) -> Call:
    return d.call("System", "remark_with_event", remark=b"words")


def _transfer(d: Devnet) -> Call:
    return d.call("Balances", "transfer_all", dest=Id(account("//Dave")), keep_alive=True)


DEVNET = _grown()
CHAIN = DEVNET.node.chain


def block(number: int) -> Block:
    stored = CHAIN.store.block(number)
    assert stored is not None
    return Block(Header.decode(stored.header), stored.body)


def nested(depth: int, inner: Call) -> Call:
    """`inner` within `depth` batches."""
    for _ in range(depth):
        inner = DEVNET.call("Utility", "batch", calls=(inner,))
    return inner


@cache
def some_calls() -> tuple[Call, ...]:
    d, bob = DEVNET, Id(account("//Bob"))
    small = _remark(d)
    return (
        small,
        _transfer(d),
        nested(3, small),
        nested(MAX_DEPTH - 1, small),
        d.call("Utility", "batch_all", calls=(small,) * 20),
        d.call("Utility", "dispatch_as", as_origin=ROOT_CALLER, call=small),
        d.call("Utility", "if_else", main=small, fallback=_transfer(d)),
        d.call("Sudo", "sudo", call=d.call("System", "kill_prefix", prefix=b"f", subkeys=1)),
        d.call("System", "set_storage", items=((b"fuzz", b"value"),)),
        d.call("Balances", "force_transfer", source=bob, dest=bob, value=1),
        d.call("Multisig", "as_multi_threshold_1", other_signatories=(), call=small),
        d.call("Scheduler", "schedule", when=9, maybe_periodic=(2, 3), priority=1, call=small),
        d.call("Preimage", "note_preimage", bytes=b"words"),
        d.call("SafeMode", "force_exit"),
    )


def calls() -> list[bytes]:
    """Encoded calls of every shape."""
    return [CHAIN.runtime.encode_call(each) for each in some_calls()]


def extrinsics() -> list[bytes]:
    """Inherents, and signed extrinsics around every call."""
    inherents = [data for number in range(1, BLOCKS + 1) for data in block(number).extrinsics]
    return inherents + [DEVNET.sign(each, "//Alice", tip=3) for each in some_calls()]


def interventions() -> list[bytes]:
    """Logs of a development chain, encoded."""
    items: list[tuple[Any, ...]] = [
        (devlog.SetStorage(b"fuzz", b"value"), devlog.SetStorage(b"fuzz", None)),
        (devlog.Impersonate(account("//Bob")),),
        tuple(devlog.DispatchAs(ROOT_CALLER, each) for each in some_calls()[:3]),
    ]
    return [devlog.encode(CHAIN.runtime, each).data for each in items]


def state_text() -> tuple[object, ...]:
    """What must be the same after a refusal, and what must not be there."""
    state = CHAIN.runtime.state
    return CHAIN.best, CHAIN.store.root(), len(state.journal), len(state.events), state.changes()


def memory_is_true() -> None:
    """Every value in memory is what the store holds."""
    state, store = CHAIN.runtime.state, CHAIN.store
    for item in (*state.items.values(), state.unhashed):
        for key in tuple(item.hot):
            full = item.prefix + item.keys.encode(key)
            assert item.encoded(key) == store.get(full), (item.name, key)


PARENT = Hash(CHAIN.best.hash)
