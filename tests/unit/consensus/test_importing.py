"""Blocks made elsewhere: what is wrong with one is named, and leaves nothing behind."""

import msgspec
import pytest

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.consensus.authoring import aura
from pysubtensor.consensus.authoring.aura import BadSeal, check_seal, pre_digest, seal
from pysubtensor.consensus.importing import UnknownParent
from pysubtensor.frame.header import AURA, Block, Digest, Header, OtherLog, PreRuntime, Seal
from pysubtensor.frame.inherents import InherentData
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import U64, Hash, Moment
from pysubtensor.genesis import development_keys
from pysubtensor.runtime.executive import InvalidBlock
from pysubtensor.runtime.trie.trie import ordered_root

KEYS = development_keys()
ONE = next(iter(KEYS))
MINUTE = 60_000


def block_of(d: Devnet, number: int) -> Block:
    stored = d.node.chain.store.block(number)
    return Block(Header.decode(stored.header), stored.body)


def resealed(block: Block, **changes) -> Block:
    """The block with another header, signed again as its author would."""
    bare, _ = block.header.without_seal()
    return Block(
        seal(msgspec.structs.replace(bare, **changes), ONE, KEYS, repeatable=True), block.extrinsics
    )


def with_extrinsics(block: Block, *extrinsics: bytes) -> Block:
    changed = resealed(block, extrinsics_root=Hash(ordered_root(list(extrinsics))))
    return Block(changed.header, extrinsics)


def with_logs(block: Block, *logs) -> Block:
    return resealed(block, digest=Digest(logs))


@pytest.fixture
def source(d):
    """A devnet whose block 2 holds a transfer."""
    d.transfer("//Alice", "//Bob", TAO)
    return d


@pytest.fixture
def block(source):
    return block_of(source, 2)


@pytest.fixture
def other(source):
    """The same chain at block 1, for the import."""
    with Devnet() as made:
        assert made.hash == source.node.chain.store.hash_at(1)
        yield made


def state_of(d: Devnet):
    store, state = d.node.chain.store, d.node.chain.runtime.state
    return d.number, d.hash, store.root(), len(state.journal), len(state.events), state.changes()


def refused(d: Devnet, block: Block, text: str, kind=InvalidBlock, data=None) -> None:
    before = state_of(d)
    with pytest.raises(kind, match=text):
        d.node.import_block(block, data)
    assert state_of(d) == before
    d.node.chain.store.verify()


def test_a_good_block(source, other, block):
    imported = other.node.import_block(block)
    assert imported.hash == other.hash == source.hash
    assert imported.extrinsics == block.extrinsics
    assert other.free("//Bob") == source.free("//Bob")
    assert other.node.chain.finalized == other.node.chain.best
    other.node.chain.store.verify()


def test_a_refused_block_does_not_keep_the_good_one_out(other, block):
    refused(other, resealed(block, state_root=Hash(bytes(32))), "state root 0x0000")
    refused(other, resealed(block, extrinsics_root=Hash(bytes(32))), "the extrinsics root differs")
    other.node.import_block(block)


def test_a_wrong_parent(other, block):
    refused(other, resealed(block, parent_hash=Hash(bytes(32))), "stands on 0x0000", UnknownParent)
    refused(
        other, resealed(block, number=block.header.number + 1), "best block is 1", UnknownParent
    )
    other.node.import_block(block)
    refused(other, block, "best block is 2", UnknownParent)


def test_a_wrong_seal(other, block):
    bare, good = block.header.without_seal()
    flipped = Seal(AURA, good.data[:-1] + bytes([good.data[-1] ^ 1]))
    for header in (
        bare,
        bare.sealed(flipped),
        bare.sealed(Seal(AURA, b"")),
        bare.sealed(Seal(b"BABE", good.data)),
    ):
        refused(other, Block(header, block.extrinsics), "seal")
    stranger = {ONE: type(KEYS[ONE]).from_uri("//Alice")}
    refused(other, Block(seal(bare, ONE, stranger), block.extrinsics), "not the slot author's")


def test_a_sealed_header_that_was_changed(other, block):
    changed = msgspec.structs.replace(block.header, state_root=Hash(bytes(32)))
    refused(other, Block(changed, block.extrinsics), "not the slot author's")


def test_logs_that_do_not_belong(other, block):
    slot, *_ = block.header.digest.logs
    refused(other, with_logs(block), "no Aura slot")
    refused(other, with_logs(block, PreRuntime(AURA, slot.data[:-1])), "no Aura slot")
    refused(other, with_logs(block, slot, OtherLog(b"?")), "digest")
    refused(other, with_logs(block, slot, PreRuntime(b"dvnt", b"\xff")), "block 2")


def test_a_slot_that_does_not_grow_or_fit(other, block):
    refused(other, with_logs(block, pre_digest(0)), "Slot must increase")
    ahead = aura.slot_of(block.header.digest) + 1
    refused(other, with_logs(block, pre_digest(ahead)), "slot must match")


def test_inherents_out_of_place(source, other, block):
    time, transfer = block.extrinsics
    refused(other, with_extrinsics(block, transfer, time), "inherent 1 stands behind")
    refused(other, with_extrinsics(block, transfer), "must be updated once")
    refused(other, with_extrinsics(block, time, time, transfer), "only once")
    refused(other, with_extrinsics(block), "must be updated once")


def test_extrinsics_that_have_no_place(source, other, block):
    time, transfer = block.extrinsics
    refused(
        other, with_extrinsics(block, time, transfer, transfer), "extrinsic 2 cannot be applied"
    )
    refused(other, with_extrinsics(block, time, b"\x08\x04"), "extrinsic 1 does not decode")
    refused(other, with_extrinsics(block, time, b""), "extrinsic 1 does not decode")
    unsigned = bytearray(transfer)
    unsigned[40] ^= 1
    refused(other, with_extrinsics(block, time, bytes(unsigned)), "extrinsic 1")
    refused(other, Block(block.header, (time,)), "extrinsics root")


def test_an_extrinsic_without_a_signer(source, other, block):
    time, _ = block.extrinsics
    call = source.call("Balances", "transfer_all", dest=Id(account("//Bob")), keep_alive=False)
    bare = source.node.chain.runtime.extrinsics.bare(call)
    refused(other, with_extrinsics(block, time, bare), "block 2|extrinsic 1")


def timed(d: Devnet, now: int) -> InherentData:
    return InherentData(Moment(U64(now)))


def test_time_against_this_nodes_clock(source, other, block):
    stamp = source.timestamp.now.get()
    refused(other, block, "inherent 0.*too far ahead", data=timed(other, stamp - MINUTE))
    other.node.import_block(block, timed(other, stamp))


def test_time_too_early_for_the_parent(other, block):
    earlier = other.timestamp.now.get() + 1
    call = other.call("Timestamp", "set", now=earlier)
    bare = other.node.chain.runtime.extrinsics.bare(call)
    changed = with_extrinsics(block, bare)
    refused(other, changed, "inherent 0.*too early", data=timed(other, earlier))
    refused(other, changed, "increment by at least|slot must match")


def test_bytes_that_do_not_decode_are_refused_before_anything_runs(other, block):
    time, _ = block.extrinsics
    broken = with_extrinsics(block, time, b"\x04\xff")
    refused(other, broken, "extrinsic 1 does not decode", data=timed(other, 2**50))


def test_a_chain_without_authorities_takes_no_block(other, block):
    other.node.set_storage({other.aura.authorities.prefix: b"\0"})
    bare, _ = block.header.without_seal()
    header = msgspec.structs.replace(bare, parent_hash=other.hash, number=other.number + 1)
    refused(other, Block(seal(header, ONE, KEYS), block.extrinsics), "no authorities")


def test_check_seal_gives_the_header_without_it(block):
    bare, _ = block.header.without_seal()
    assert check_seal(block.header, [ONE]) == bare
    with pytest.raises(BadSeal, match="no authorities"):
        check_seal(block.header, [])
