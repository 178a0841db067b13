"""Calls by which subnets come, start and go."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.networks import dissolution, registration, symbols
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import SubnetIdentity


class NetworkCalls(Storage):
    """Subnets: registered, started and dissolved."""

    @call(
        59,
        weight=weight(277_125_000, 9_947, reads=40, writes=48),
        guard=guards.register_network,
        guard_weight=guards.RATE_LIMITS,
    )
    def register_network(self, origin: Origin, hotkey: AccountId) -> None:
        """Pay for a new subnet; `hotkey` is its first neuron and stands for the owner.

        Errors: NonAssociatedColdKey; CannotUseSystemAccount; SubNetRegistrationDisabled;
        NetworkTxRateLimitExceeded; SubnetLimitReached; CannotAffordLockCost.
        """
        registration.register(self, ensure_signed(origin), hotkey)

    @call(79, weight=weight(275_041_000, 9_883, reads=39, writes=47))
    def register_network_with_identity(
        self, origin: Origin, hotkey: AccountId, identity: SubnetIdentity | None
    ) -> None:
        """The same, and say what it is.

        Errors: those of `register_network`; InvalidIdentity.
        """
        registration.register(self, ensure_signed(origin), hotkey, identity)

    @call(61, weight=weight(119_000_000, reads=6, writes=31))
    def dissolve_network(self, origin: Origin, coldkey: AccountId, netuid: NetUid) -> None:
        """End a subnet; `coldkey` is ignored.  Root.  Errors: SubnetNotExists."""
        ensure_root(origin)
        dissolution.dissolve(self, netuid)

    @call(120, weight=weight(119_000_000, reads=6, writes=31))
    def root_dissolve_network(self, origin: Origin, netuid: NetUid) -> None:
        """End a subnet.  Root.  Errors: SubnetNotExists."""
        ensure_root(origin)
        dissolution.dissolve(self, netuid)

    @call(92, weight=weight(39_454_000, 4_583, reads=5, writes=2))
    def start_call(self, origin: Origin, netuid: NetUid) -> None:
        """Let a subnet have emission, some time after its registration.  Its owner.

        Errors: SubnetNotExists; FirstEmissionBlockNumberAlreadySet;
        NeedWaitingMoreBlocksToStarCall.
        """
        registration.start(self, origin, netuid)

    @call(112, weight=weight(28_313_000, 9_074, reads=4, writes=1))
    def update_symbol(self, origin: Origin, netuid: NetUid, symbol: bytes) -> None:
        """Choose the symbol of a subnet's alpha.  Its owner, or root.

        Errors: SymbolDoesNotExist; SymbolAlreadyInUse.
        """
        owners.ensure_owner_or_root(self, origin, netuid)
        symbols.update(self, netuid, symbol)
