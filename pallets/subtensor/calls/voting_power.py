"""Calls about voting power, a moving average of validators' stake that a subnet may keep."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U64, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor import voting_power
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners


class VotingPowerCalls(Storage):
    """Voting power of validators."""

    @call(129, weight=weight(10_000, reads=2, writes=2))
    def enable_voting_power_tracking(self, origin: Origin, netuid: NetUid) -> None:
        """Begin to keep the voting power of a subnet's validators.

        It is the moving average of their stake.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.

        Errors: none of its own.
        """
        owners.ensure_owner_or_root(self, origin, netuid)
        voting_power.track(self, netuid)

    @call(130, weight=weight(10_000, reads=2, writes=1))
    def disable_voting_power_tracking(self, origin: Origin, netuid: NetUid) -> None:
        """Stop keeping the voting power of a subnet's validators, in 100,800 blocks.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.

        Errors: VotingPowerTrackingNotEnabled.
        """
        owners.ensure_owner_or_root(self, origin, netuid)
        voting_power.untrack(self, netuid)

    @call(131, weight=weight(6_000, reads=1, writes=1))
    def sudo_set_voting_power_ema_alpha(self, origin: Origin, netuid: NetUid, alpha: U64) -> None:
        """Set the weight of the latest stake in the voting power of a subnet's validators.

        Origin: root.
        - `netuid`: the subnet.
        - `alpha`: weight, with 10**18 for the whole.

        Errors: InvalidVotingPowerEmaAlpha.
        """
        ensure_root(origin)
        voting_power.set_smoothing(self, netuid, alpha)
