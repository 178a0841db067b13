"""Calls about the dividends that stake on root earns on the subnets, in their alpha."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.primitives import U64, NetUid
from pysubtensor.frame.weights import PostInfo, weight
from pysubtensor.pallets.subtensor.root_claims import claiming, coldkeys
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import RootClaimType


class RootClaimCalls(Storage):
    """Dividends on root."""

    @call(121, weight=weight(138_999_000, 7_875, reads=16, writes=4))
    def claim_root(self, origin: Origin, subnets: frozenset[NetUid]) -> PostInfo:
        """Claim what stake on root has earned on some subnets.

        Origin: signed by the coldkey that holds the stake.
        - `subnets`: one to five subnets.

        Errors: InvalidSubnetNumber, ReservesTooLow, InsufficientBalance.
        """
        coldkey = ensure_signed(origin)
        claiming.ensure_few(subnets)
        coldkeys.index_coldkey(self, coldkey)
        return PostInfo(claiming.claim(self, coldkey, subnets))

    @call(122, weight=weight(18_283_000, 3_941, reads=2, writes=4))
    def set_root_claim_type(self, origin: Origin, new_root_claim_type: RootClaimType) -> None:
        """Choose what becomes of what a coldkey's stake on root earns on subnets.

        Origin: signed by the coldkey that holds the stake.
        - `new_root_claim_type`: swap it for TAO on root, keep the alpha, or keep it on some subnets
          only.

        Errors: InvalidSubnetNumber.
        """
        claiming.set_claim_type(self, ensure_signed(origin), new_root_claim_type)

    @call(123, weight=weight(2_735_000, writes=1))
    def sudo_set_num_root_claims(self, origin: Origin, new_value: U64) -> None:
        """Set how many coldkeys each block claims for by itself.

        Origin: root.
        - `new_value`: number of coldkeys, at most 50.

        Errors: InvalidNumRootClaim.
        """
        ensure_root(origin)
        claiming.set_draws(self, new_value)

    @call(124, weight=weight(5_681_000, writes=1))
    def sudo_set_root_claim_threshold(self, origin: Origin, netuid: NetUid, new_value: U64) -> None:
        """Set the least claim on a subnet of what stake on root has earned.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `new_value`: alpha in rao, at most 10,000,000.

        Errors: InvalidRootClaimThreshold.
        """
        owners.ensure_owner_or_root(self, origin, netuid)
        claiming.set_threshold(self, netuid, new_value)
