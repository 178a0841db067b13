"""Blocks for import: refused by name without a trace, or the very block that follows.

The first byte says what the rest is: a block as it is, or a part of one that is otherwise right
and sealed by the slot's author, so that the garbage is executed.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from tests.fuzz.atheris_run import instrumented, run

with instrumented(
    "pysubtensor.frame",
    "pysubtensor.runtime",
    "pysubtensor.consensus",
    "pysubtensor.pallets",
):
    from pysubtensor.consensus.authoring.aura import seal
    from pysubtensor.consensus.importing import import_block
    from pysubtensor.consensus.pool import PoolError
    from pysubtensor.frame.codec.errors import CodecError
    from pysubtensor.frame.crypto import Keypair
    from pysubtensor.frame.header import Block, Digest, Header, PreRuntime
    from pysubtensor.frame.origin import ROOT_CALLER, OriginCaller
    from pysubtensor.frame.primitives import Hash
    from pysubtensor.runtime import devlog
    from pysubtensor.runtime.executive import InvalidBlock
    from pysubtensor.runtime.trie.trie import ordered_root

from pysubtensor.client.signing import sign
from pysubtensor.genesis import development_keys
from tests.fuzz.samples import (
    CHAIN,
    DEVNET,
    calls,
    extrinsics,
    interventions,
    memory_is_true,
    some_calls,
    state_text,
)

RUNTIME = CHAIN.runtime
BLOCK = RUNTIME.codecs(Block)
KEYS = development_keys()
ONE = next(iter(KEYS))
ALICE = Keypair.from_uri("//Alice")
LOOK_EVERY = 50
"""Inputs between two comparisons of all values in memory with the store."""


def following() -> Block:
    """A block on the best one; the chain goes back to that."""
    mark = DEVNET.snapshot()
    for each in some_calls():
        with suppress(PoolError):  # nested too deep
            DEVNET.node.pool.submit(DEVNET.sign(each, "//Alice"))
    made = DEVNET.mine()[0]
    DEVNET.revert(mark)
    return Block(made.header, made.extrinsics)


WANTED = following()
BARE, _ = WANTED.header.without_seal()
INHERENT = WANTED.extrinsics[0]
BEFORE = state_text()
tried = 0


def sealed(header: Header, *added: bytes) -> Block:
    """A block of the inherent and `added` under a good seal."""
    body = (INHERENT, *added)
    changed = msgspec.structs.replace(header, extrinsics_root=Hash(ordered_root(list(body))))
    return Block(seal(changed, ONE, KEYS), body)


def with_log(data: bytes) -> Block:
    log = PreRuntime(devlog.DEV_ENGINE, data)
    return sealed(msgspec.structs.replace(BARE, digest=Digest((*BARE.digest.logs, log))))


def whole(data: bytes) -> Block:
    found: Block = BLOCK.from_bytes(data)
    return found


def resealed(data: bytes) -> Block:
    """Any header and body on the best block, under a good seal."""
    found = whole(data)
    bare, _ = found.header.without_seal()
    bare = msgspec.structs.replace(bare, parent_hash=BARE.parent_hash, number=BARE.number)
    return Block(seal(bare, ONE, KEYS), found.extrinsics)


def with_extrinsic(data: bytes) -> Block:
    return sealed(BARE, data)


def with_signed(data: bytes) -> Block:
    call = RUNTIME.decode_call(data)
    return sealed(BARE, sign(CHAIN, call, ALICE, nonce=DEVNET.node.next_index(ALICE.account_id)))


def with_root_call(data: bytes) -> Block:
    return with_call_of(ROOT_CALLER, data)


def with_call_of_any(data: bytes) -> Block:
    origin, start = RUNTIME.codecs(OriginCaller).decode(data, 0)
    return with_call_of(origin, data[start:])


def with_call_of(origin: Any, data: bytes) -> Block:
    item = devlog.DispatchAs(origin, RUNTIME.decode_call(data))
    return with_log(devlog.encode(RUNTIME, (item,)).data)


KINDS: list[Callable[[bytes], Block]] = [
    whole, resealed, with_log, with_extrinsic, with_signed, with_root_call, with_call_of_any,
]  # fmt: skip


def target(data: bytes) -> None:
    global tried  # noqa: PLW0603 (a count of the process)
    if not data:
        return
    try:
        block = KINDS[data[0] % len(KINDS)](data[1:])
    except CodecError:
        return
    try:
        import_block(CHAIN, block)
    except InvalidBlock:
        pass
    else:
        assert block.header.without_seal()[0] == BARE
        assert block.extrinsics == WANTED.extrinsics
        CHAIN.rewind(CHAIN.best.number - 1)
    assert state_text() == BEFORE
    tried += 1
    if tried % LOOK_EVERY == 0:
        memory_is_true()


def seeds() -> list[bytes]:
    good = BLOCK.encode(WANTED)
    origin = RUNTIME.codecs(OriginCaller).to_bytes(ROOT_CALLER)
    found = [b"\0" + good, b"\1" + good]
    found += [b"\2" + each for each in interventions()]
    found += [b"\3" + each for each in extrinsics()]
    for each in calls():
        found += [b"\4" + each, b"\5" + each, b"\6" + origin + each]
    return found


if __name__ == "__main__":
    run(target, seeds())
