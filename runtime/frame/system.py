"""What pallets may ask of the pallet that keeps the open block and its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from runtime.primitives import BlockNumber, Hash

if TYPE_CHECKING:
    from runtime.block.types import DigestItem, PreRuntime


class SystemServices(Protocol):
    """The System pallet, as far as pallets outside of the kernel need it."""

    def block_number(self) -> BlockNumber:
        """Number of the open block."""

    def parent_block_hash(self) -> Hash:
        """Hash of the block before it."""

    def extrinsic_index(self) -> int:
        """Index of the extrinsic under way; 0 outside of extrinsics."""

    def deposit_log(self, item: DigestItem) -> None:
        """Add a log to the header of the open block."""

    def pre_runtime_logs(self) -> Sequence[PreRuntime]:
        """What the author wrote into the header before execution."""
