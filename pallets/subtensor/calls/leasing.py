"""Calls about subnets that a crowd pays for and one account, the beneficiary, runs."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.call import call
from pysubtensor.frame.fixed_point import Percent
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId, BlockNumber
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import LeaseId

MOST_CONTRIBUTORS: Final = 500
"""A crowd can be no larger, and is taken to be as large before it is counted."""


def register_leased_network_weight(contributors: int) -> Weight:
    """Cost of `register_leased_network` for a crowd."""
    each = weight(46_027_026, 2_579, reads=2, writes=2)
    return weight(309_598_986, 10_256, reads=49, writes=53) + each * contributors


def terminate_lease_weight(contributors: int) -> Weight:
    """Cost of `terminate_lease` for a crowd."""
    each = weight(1_566_532, 2_529, reads=1, writes=1)
    return weight(146_402_779, 6_148, reads=4, writes=7) + each * contributors


class LeasingCalls(Storage):
    """Leased subnets."""

    @call(110, weight=register_leased_network_weight(MOST_CONTRIBUTORS), implemented=False)
    def register_leased_network(
        self, origin: Origin, emissions_share: Percent, end_block: BlockNumber | None
    ) -> None:
        """Register a subnet with the TAO of a crowdloan; this version cannot do it.

        Origin: signed by the creator of the crowdloan that makes this call.
        - `emissions_share`: percent of the owner cut that the crowd gets.
        - `end_block`: number of the block in which the lease ends; None: it never ends.

        Errors: Unavailable.
        """

    @call(111, weight=terminate_lease_weight(MOST_CONTRIBUTORS), implemented=False)
    def terminate_lease(self, origin: Origin, lease_id: LeaseId, hotkey: AccountId) -> None:
        """Take a leased subnet over when its lease has ended; this version cannot do it.

        Origin: signed by the beneficiary of the lease.
        - `lease_id`: number of the lease.
        - `hotkey`: the beneficiary's hotkey, which receives the owner cut from then on.

        Errors: Unavailable.
        """
