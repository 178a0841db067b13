"""What the chain as a whole runs on: who writes and votes, and the EVM."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Bounded, Named
from pysubtensor.frame.interfaces.authorities import AuraId, VoterList
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U64, BlockNumber, Tao
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import Deprecated
from pysubtensor.pallets.admin_utils.events import PrecompileUpdated
from pysubtensor.pallets.admin_utils.types import Precompile

Number = Annotated[BlockNumber, Named("BlockNumberFor<T>")]
Authors = Annotated[
    tuple[AuraId, ...],
    Bounded(32),
    Named("BoundedVec<<T as Config>::AuthorityId, T::MaxAuthorities>"),
]
Forced = Annotated[BlockNumber | None, Named("Option<BlockNumberFor<T>>")]


class ChainCalls(Base):
    """What the chain as a whole runs on: who writes and votes, and the EVM."""

    @call(
        0,
        weight=lambda pallet, new_authorities: weight(  # noqa: ARG005
            4_442_146 + 29_392 * len(new_authorities), writes=1
        ),
    )
    def swap_authorities(self, origin: Origin, new_authorities: Authors) -> None:
        """Let other authorities make the blocks, from the next one on.

        Origin: root.
        - `new_authorities`: sr25519 keys in the order of their turns, at most 32; an empty list is
          ignored.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.config.change_authors(new_authorities)

    @call(33, weight=weight(5_931_000))
    def sudo_set_total_issuance(self, origin: Origin, total_issuance: Tao) -> None:
        """Do nothing any more.

        Origin: any.
        - `total_issuance`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(58, weight=weight(27_199_000, reads=1, writes=1))
    def sudo_set_evm_chain_id(self, origin: Origin, chain_id: U64) -> None:
        """Set the chain id that Ethereum transactions name.

        Origin: root.
        - `chain_id`: number of the chain.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.config.set_evm_chain_id(chain_id)

    @call(
        59,
        weight=lambda pallet, next_authorities, in_blocks, forced: weight(  # noqa: ARG005
            7_972_506 + 15_444 * len(next_authorities), 2_779, reads=1, writes=1
        ),
    )
    def schedule_grandpa_change(
        self, origin: Origin, next_authorities: VoterList, in_blocks: Number, forced: Forced
    ) -> None:
        """Let other voters finalize blocks after some blocks.

        Origin: root.
        - `next_authorities`: ed25519 keys, each with the weight of its vote.
        - `in_blocks`: blocks from now until they take over.
        - `forced`: number of the last block known to be final, if the voters cannot agree any more.

        Errors: ChangePending, TooSoon.
        """
        ensure_root(origin)
        self.config.schedule_voters(next_authorities, in_blocks, forced)

    @call(62, weight=weight(6_162_000, 3_507, reads=1))
    def sudo_toggle_evm_precompile(
        self, origin: Origin, precompile_id: Precompile, enabled: bool
    ) -> None:
        """Switch a contract that the chain offers to the EVM on or off.

        Origin: root.
        - `precompile_id`: the contract.
        - `enabled`: true to switch it on.

        Errors: none of its own.
        """
        ensure_root(origin)
        if self.precompile_enable[precompile_id] != enabled:
            self.precompile_enable[precompile_id] = enabled
            self.emit(PrecompileUpdated(precompile_id, enabled))
