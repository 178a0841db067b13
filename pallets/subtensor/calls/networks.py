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
        """Register a new subnet and pay its price; in a full chain the weakest one is dissolved.

        Origin: signed by the coldkey that pays, and will own it.
        - `hotkey`: its first neuron, which receives the owner cut.

        Errors: NonAssociatedColdKey, CannotUseSystemAccount, SubNetRegistrationDisabled,
        NetworkTxRateLimitExceeded, SubnetLimitReached, CannotAffordLockCost.
        """
        registration.register(self, ensure_signed(origin), hotkey)

    @call(79, weight=weight(275_041_000, 9_883, reads=39, writes=47))
    def register_network_with_identity(
        self, origin: Origin, hotkey: AccountId, identity: SubnetIdentity | None
    ) -> None:
        """Register a new subnet as `register_network` does, and say what it is.

        Origin: signed by the coldkey that pays, and will own it.
        - `hotkey`: its first neuron, which receives the owner cut.
        - `identity`: texts as in `set_subnet_identity`; None: none.

        Errors: InvalidIdentity; those of `register_network`.
        """
        registration.register(self, ensure_signed(origin), hotkey, identity)

    @call(61, weight=weight(119_000_000, reads=6, writes=31))
    def dissolve_network(self, origin: Origin, coldkey: AccountId, netuid: NetUid) -> None:
        """Dissolve a subnet: it ends, and its stakers get their share of the TAO in its pool.

        Origin: root.
        - `coldkey`: ignored.
        - `netuid`: the subnet; not root.

        Errors: SubnetNotExists.
        """
        ensure_root(origin)
        dissolution.dissolve(self, netuid)

    @call(120, weight=weight(119_000_000, reads=6, writes=31))
    def root_dissolve_network(self, origin: Origin, netuid: NetUid) -> None:
        """Dissolve a subnet: it ends, and its stakers get their share of the TAO in its pool.

        Origin: root.
        - `netuid`: the subnet; not root.

        Errors: SubnetNotExists.
        """
        ensure_root(origin)
        dissolution.dissolve(self, netuid)

    @call(92, weight=weight(39_454_000, 4_583, reads=5, writes=2))
    def start_call(self, origin: Origin, netuid: NetUid) -> None:
        """Start a subnet, so that it gets emission and its alpha is traded.

        Origin: signed by the subnet's owner.
        - `netuid`: the subnet.

        Errors: SubnetNotExists, FirstEmissionBlockNumberAlreadySet,
        NeedWaitingMoreBlocksToStarCall.
        """
        registration.start(self, origin, netuid)

    @call(112, weight=weight(28_313_000, 9_074, reads=4, writes=1))
    def update_symbol(self, origin: Origin, netuid: NetUid, symbol: bytes) -> None:
        """Choose the symbol of a subnet's alpha.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `symbol`: one letter in UTF-8, from the chain's list.

        Errors: SymbolDoesNotExist, SymbolAlreadyInUse.
        """
        owners.ensure_owner_or_root(self, origin, netuid)
        symbols.update(self, netuid, symbol)
