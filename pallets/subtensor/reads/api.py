"""SubtensorModule's runtime APIs.  Every netuid and every account has an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.primitives import U8, U16, U64, AccountId, NetUid, Tao, Uid
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.pallets.subtensor.locks import conviction_leader, locks
from pysubtensor.pallets.subtensor.networks import pruning, registration
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.reads import (
    delegates,
    hyperparameters,
    metagraph,
    neurons,
    stakes,
    subnets,
)
from pysubtensor.pallets.subtensor.reads.dynamic import dynamic_info
from pysubtensor.pallets.subtensor.reads.metagraph_types import Metagraph, SelectiveMetagraph
from pysubtensor.pallets.subtensor.reads.neuron_types import (
    DelegateInfo,
    NeuronInfo,
    NeuronInfoLite,
    StakeAvailability,
    StakeInfo,
)
from pysubtensor.pallets.subtensor.reads.state import subnet_state
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.reads.types import (
    CompactAlpha,
    DynamicInfo,
    HyperparamEntry,
    SubnetHyperparams,
    SubnetHyperparamsV2,
    SubnetInfo,
    SubnetInfoV2,
    SubnetState,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT, CompactNetUid, LockState, MechId

V = TypeVar("V")
Place = tuple[AccountId, NetUid]
"""(hotkey, subnet)."""


def no_commitments(_: NetUid) -> tuple[tuple[AccountId, bytes], ...]:
    """Of a chain without the Commitments pallet."""
    return ()


class _OnStorage:
    def __init__(self, sub: Storage) -> None:
        self.sub = sub

    def _of(self, netuid: NetUid, read: Callable[[Subnet], V]) -> V | None:
        """What is read of a subnet; None when it does not exist."""
        return read(Subnet(self.sub, netuid)) if self.sub.networks_added[netuid] else None

    def _of_all(self, read: Callable[[Subnet], V]) -> tuple[V | None, ...]:
        """The same of every subnet, in the order of their keys."""
        return tuple(self._of(netuid, read) for netuid in registry.netuids(self.sub))


class DelegateInfoRuntimeApi(_OnStorage, RuntimeApi, version=1):
    """Delegates and their nominators."""

    @view
    def get_delegates(self) -> tuple[DelegateInfo, ...]:
        """All of them."""
        return tuple(delegates.delegate(self.sub, each) for each in self.sub.delegates.keys())  # noqa: SIM118

    @view
    def get_delegate(self, delegate_account: AccountId) -> DelegateInfo | None:
        """One; None when the hotkey is not a delegate."""
        if delegate_account not in self.sub.delegates:
            return None
        return delegates.delegate(self.sub, delegate_account)

    @view
    def get_delegated(
        self, delegatee_account: AccountId
    ) -> tuple[tuple[DelegateInfo, tuple[CompactNetUid, CompactAlpha]], ...]:
        """What a coldkey has staked with delegates."""
        return delegates.delegated(self.sub, delegatee_account)


class NeuronInfoRuntimeApi(_OnStorage, RuntimeApi, version=1):
    """Neurons."""

    @view
    def get_neurons(self, netuid: NetUid) -> tuple[NeuronInfo, ...]:
        """All of a subnet."""
        return self._of(netuid, neurons.neurons) or ()

    @view
    def get_neuron(self, netuid: NetUid, uid: U16) -> NeuronInfo | None:
        """One of a subnet."""
        return self._of(netuid, lambda subnet: neurons.neuron(subnet, Uid(uid)))

    @view
    def get_neurons_lite(self, netuid: NetUid) -> tuple[NeuronInfoLite, ...]:
        """All of a subnet, without weights and bonds."""
        return self._of(netuid, neurons.neurons_lite) or ()

    @view
    def get_neuron_lite(self, netuid: NetUid, uid: U16) -> NeuronInfoLite | None:
        """One of a subnet, without weights and bonds."""
        return self._of(netuid, lambda subnet: neurons.neuron_lite(subnet, Uid(uid)))


class SubnetInfoRuntimeApi(_OnStorage, RuntimeApi, version=2):
    """Subnets."""

    def __init__(self, sub: Storage, commitments: metagraph.Commitments = no_commitments) -> None:
        super().__init__(sub)
        self._commitments = commitments

    @view
    def get_subnet_info(self, netuid: NetUid) -> SubnetInfo | None:
        """A subnet."""
        return self._of(netuid, subnets.subnet_info)

    @view
    def get_subnets_info(self) -> tuple[SubnetInfo | None, ...]:
        """All subnets, ascending."""
        return tuple(self.get_subnet_info(netuid) for netuid in subnets.added(self.sub))

    @view
    def get_subnet_info_v2(self, netuid: NetUid) -> SubnetInfoV2 | None:
        """A subnet with its identity."""
        return self._of(netuid, subnets.subnet_info_v2)

    @view
    def get_subnets_info_v2(self) -> tuple[SubnetInfoV2 | None, ...]:
        """All subnets with their identities, ascending."""
        return tuple(self.get_subnet_info_v2(netuid) for netuid in subnets.added(self.sub))

    @view
    def get_subnet_hyperparams(self, netuid: NetUid) -> SubnetHyperparams | None:
        """A subnet's settings, first version."""
        return self._of(netuid, hyperparameters.hyperparameters)

    @view
    def get_subnet_hyperparams_v2(self, netuid: NetUid) -> SubnetHyperparamsV2 | None:
        """A subnet's settings, second version."""
        return self._of(netuid, hyperparameters.hyperparameters_v2)

    @view
    def get_subnet_hyperparams_v3(self, netuid: NetUid) -> tuple[HyperparamEntry, ...] | None:
        """A subnet's settings by name."""
        return self._of(netuid, hyperparameters.hyperparameters_v3)

    @view
    def get_all_dynamic_info(self) -> tuple[DynamicInfo | None, ...]:
        """All subnets with their pools."""
        return self._of_all(dynamic_info)

    @view
    def get_all_metagraphs(self) -> tuple[Metagraph | None, ...]:
        """The metagraphs of all subnets."""
        return self._of_all(metagraph.metagraph)

    @view
    def get_metagraph(self, netuid: NetUid) -> Metagraph | None:
        """All of a subnet."""
        return self._of(netuid, metagraph.metagraph)

    @view
    def get_all_mechagraphs(self) -> tuple[Metagraph | None, ...]:
        """The metagraphs of all mechanisms of all subnets."""
        return tuple(
            self.get_mechagraph(netuid, MechId(U8(mechanism)))
            for netuid in registry.netuids(self.sub)
            for mechanism in range(self.sub.mechanism_count_current[netuid])
        )

    @view
    def get_mechagraph(self, netuid: NetUid, mecid: MechId) -> Metagraph | None:
        """All of a subnet, seen from a mechanism; None when there is no such mechanism."""
        if mecid >= self.sub.mechanism_count_current[netuid]:
            return None
        return self._of(netuid, lambda _: metagraph.metagraph(Subnet(self.sub, netuid, mecid)))

    @view
    def get_dynamic_info(self, netuid: NetUid) -> DynamicInfo | None:
        """A subnet with its pool."""
        return self._of(netuid, dynamic_info)

    @view
    def get_subnet_state(self, netuid: NetUid) -> SubnetState | None:
        """The neurons of a subnet, column by column."""
        return self._of(netuid, subnet_state)

    @view
    def get_selective_metagraph(
        self, netuid: NetUid, metagraph_indexes: tuple[U16, ...]
    ) -> SelectiveMetagraph | None:
        """Chosen fields of a metagraph; the netuid is 0 unless it is among them."""
        shown = netuid if 0 in metagraph_indexes else ROOT
        return self._of(
            netuid,
            lambda subnet: metagraph.selected(subnet, metagraph_indexes, shown, self._commitments),
        )

    @view
    def get_coldkey_auto_stake_hotkey(self, coldkey: AccountId, netuid: NetUid) -> AccountId | None:
        """The hotkey that a coldkey's earnings as a miner are staked with."""
        return self.sub.auto_stake_destination[coldkey, netuid]

    @view
    def get_selective_mechagraph(
        self, netuid: NetUid, subid: MechId, metagraph_indexes: tuple[U16, ...]
    ) -> SelectiveMetagraph | None:
        """Chosen fields, seen from a mechanism, which need not exist; always with the netuid."""
        return self._of(
            netuid,
            lambda _: metagraph.selected(
                Subnet(self.sub, netuid, subid), metagraph_indexes, netuid, self._commitments
            ),
        )

    @view
    def get_subnet_to_prune(self) -> NetUid | None:
        """The subnet that would make room for a new one."""
        return pruning.to_prune(self.sub)

    @view
    def get_subnet_account_id(self, netuid: NetUid) -> AccountId | None:
        """The account of a subnet."""
        return registry.account_of_subnet(self.sub, netuid)

    @view
    def get_next_epoch_start_block(self, netuid: NetUid) -> U64 | None:
        """Block of the next epoch; of unknown subnets too, by the tempo they would have."""
        return subnets.next_epoch_start(self.sub, netuid)


class StakeInfoRuntimeApi(_OnStorage, RuntimeApi, version=1):
    """Stakes and locks."""

    def __init__(self, sub: Storage, fee: Callable[[NetUid, int], int]) -> None:
        super().__init__(sub)
        self._fee = fee

    @view
    def get_stake_info_for_coldkey(self, coldkey_account: AccountId) -> tuple[StakeInfo, ...]:
        """All stakes of a coldkey."""
        return stakes.stakes_of(self.sub, coldkey_account)

    @view
    def get_stake_info_for_coldkeys(
        self, coldkey_accounts: tuple[AccountId, ...]
    ) -> tuple[tuple[AccountId, tuple[StakeInfo, ...]], ...]:
        """The same of several."""
        return tuple((each, stakes.stakes_of(self.sub, each)) for each in coldkey_accounts)

    @view
    def get_stake_info_for_hotkey_coldkey_netuid(
        self, hotkey_account: AccountId, coldkey_account: AccountId, netuid: NetUid
    ) -> StakeInfo | None:
        """One stake, also of 0."""
        stake = ledger.of(self.sub, hotkey_account, coldkey_account, netuid)
        return stakes.stake_info(self.sub, hotkey_account, coldkey_account, netuid, stake)

    @view
    def get_stake_availability_for_coldkeys(
        self, coldkey_accounts: tuple[AccountId, ...], netuids: tuple[NetUid, ...] | None
    ) -> dict[AccountId, dict[NetUid, StakeAvailability]]:
        """What coldkeys may unstake; on all subnets, or on those given."""
        wanted = stakes.asked_netuids(self.sub, netuids)
        return {each: stakes.availability(self.sub, each, wanted) for each in coldkey_accounts}

    @view
    def get_stake_fee(
        self,
        origin: Place | None,
        origin_coldkey_account: AccountId,
        destination: Place | None,
        destination_coldkey_account: AccountId,
        amount: U64,
    ) -> U64:
        """Fee of the swap that a move of stake needs; that of the destination's subnet."""
        place = destination or origin
        if destination == origin or place is None:
            return U64(0)
        return U64(self._fee(place[1], amount))

    @view
    def get_coldkey_lock(self, coldkey: AccountId, netuid: NetUid) -> LockState | None:
        """What a coldkey has locked on a subnet, as it is now."""
        return locks.coldkey_lock(self.sub, coldkey, netuid)

    @view
    def get_hotkey_conviction(self, hotkey: AccountId, netuid: NetUid) -> RawU64F64:
        """Conviction of the locks with a hotkey, as it is now."""
        return conviction_leader.hotkey_conviction(self.sub, hotkey, netuid)

    @view
    def get_most_convicted_hotkey_on_subnet(self, netuid: NetUid) -> AccountId | None:
        """The hotkey with the most conviction."""
        return conviction_leader.conviction_leader(self.sub, netuid)


class SubnetRegistrationRuntimeApi(_OnStorage, RuntimeApi, version=1):
    """What a new subnet costs."""

    @view
    def get_network_registration_cost(self) -> Tao:
        """Rao to lock for it now."""
        return registration.lock_cost_now(self.sub)
