"""Calls about the dividends that stake on root earns on the subnets, in their alpha."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from pallets.subtensor.types import RootClaimType
from runtime.frame.call import call
from runtime.frame.origin import Origin
from runtime.frame.weights import weight
from runtime.primitives import U64, NetUid


class RootClaimCalls(Storage):
    """Dividends on root."""

    @call(121, weight=weight(138_999_000, 7_875, reads=16, writes=4), implemented=False)
    def claim_root(self, origin: Origin, subnets: frozenset[NetUid]) -> None:
        """Claim the caller's dividends on up to five subnets.  Errors: InvalidSubnetNumber."""

    @call(122, weight=weight(18_283_000, 3_941, reads=2, writes=4), implemented=False)
    def set_root_claim_type(self, origin: Origin, new_root_claim_type: RootClaimType) -> None:
        """Choose what the caller's dividends become.  Errors: InvalidSubnetNumber."""

    @call(123, weight=weight(2_735_000, writes=1), implemented=False)
    def sudo_set_num_root_claims(self, origin: Origin, new_value: U64) -> None:
        """Set how many coldkeys a block claims for by itself; 0: none.  Root.

        Errors: InvalidNumRootClaim.
        """

    @call(124, weight=weight(5_681_000, writes=1), implemented=False)
    def sudo_set_root_claim_threshold(self, origin: Origin, netuid: NetUid, new_value: U64) -> None:
        """Set the least dividends worth a claim on a subnet.  Its owner, or root.

        Errors: InvalidRootClaimThreshold.
        """
