"""Importing blocks made by others: verify the header, execute, compare every root, commit."""

from __future__ import annotations

from pysubtensor.consensus.authoring.aura import BadSeal, check_seal
from pysubtensor.consensus.chain import Chain, Imported
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.error import DispatchFailure, Panic
from pysubtensor.frame.header import Block
from pysubtensor.frame.inherents import InherentData, InherentError
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.aura import Aura
from pysubtensor.runtime.executive import InvalidBlock, final_checks
from pysubtensor.runtime.store.store import Staged


class UnknownParent(InvalidBlock):
    """A block that does not stand on the best one."""


def import_block(chain: Chain, block: Block, data: InherentData | None = None) -> Imported:
    """Verify and execute `block` on the best block, and make it the best.

    `data` is what this node knows to check inherents against; None leaves the clock out of it.
    Errors: InvalidBlock (UnknownParent, a bad seal, a differing root, ...); nothing changed then.
    """
    header = block.header
    best = chain.best
    if header.parent_hash != best.hash or header.number != best.number + 1:
        raise UnknownParent(
            f"block {header.number} stands on 0x{header.parent_hash.hex()}, "
            f"the best block is {best.number} (0x{best.hash.hex()})"
        )
    try:
        bare = check_seal(header, chain.runtime.get(Aura).authorities.get())
    except BadSeal as error:
        raise InvalidBlock(f"block {header.number}: {error}") from error
    if data is not None:
        _check_inherents(chain, block, data)
    staged = _execute(chain, Block(bare, block.extrinsics))
    return chain.commit(header, block.extrinsics, staged)


def _execute(chain: Chain, block: Block) -> Staged:
    state, executive = chain.runtime.state, chain.executive
    mark = state.mark()
    try:
        extrinsics = executive.execute(block)
        staged = chain.store.stage(state.changes())
        final_checks(block.header, executive.header(extrinsics, Hash(staged.root)))
    except BaseException as error:
        state.rollback(mark)
        state.events.clear()
        if isinstance(error, DispatchFailure | CodecError | Panic):
            raise InvalidBlock(f"block {block.header.number}: {error}") from error
        raise
    return staged


def _check_inherents(chain: Chain, block: Block, data: InherentData) -> None:
    for index, raw in enumerate(block.extrinsics):
        try:
            extrinsic = chain.executive.decode(raw)
        except CodecError as error:
            raise InvalidBlock(f"extrinsic {index} does not decode: {error}") from error
        if extrinsic.is_bare:
            try:
                chain.executive.inherents.check(extrinsic.call, data)
            except InherentError as error:
                raise InvalidBlock(f"inherent {index}: {error}") from error
