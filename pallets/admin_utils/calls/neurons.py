"""How many neurons, validators and mechanisms a subnet has, and which stay."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.error import ensure
from pysubtensor.frame.interfaces.subnets import MechId
from pysubtensor.frame.origin import Origin, ensure_root
from pysubtensor.frame.primitives import U16, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.admin_utils.base import Base
from pysubtensor.pallets.admin_utils.errors import (
    MaxAllowedUidsGreaterThanDefaultMaxAllowedUids,
    MaxAllowedUIdsLessThanCurrentUIds,
    MaxAllowedUidsLessThanMinAllowedUids,
    MaxValidatorsLargerThanMaxUIds,
    MinAllowedUidsGreaterThanCurrentUids,
    MinAllowedUidsGreaterThanMaxAllowedUids,
)

Split = Annotated[tuple[U16, ...] | None, Named("Option<Vec<u16>>")]


class NeuronCalls(Base):
    """How many neurons, validators and mechanisms a subnet has, and which stay."""

    @call(15, weight=weight(43_381_000, 4_433, reads=8, writes=1))
    def sudo_set_max_allowed_uids(
        self, origin: Origin, netuid: NetUid, max_allowed_uids: U16
    ) -> None:
        """Set how many neurons a subnet may have.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `max_allowed_uids`: number of neurons; no less than there are.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        MaxAllowedUidsLessThanMinAllowedUids, MaxAllowedUIdsLessThanCurrentUIds,
        MaxAllowedUidsGreaterThanDefaultMaxAllowedUids, TooManyUIDsPerMechanism.
        """
        hyperparameters = self.config.hyperparameters
        owner = self.allow(origin, netuid, self.items.max_allowed_uids)
        least = self.items.min_allowed_uids[netuid]
        ensure(max_allowed_uids >= least, MaxAllowedUidsLessThanMinAllowedUids)
        present = self.items.subnetwork_n[netuid]
        ensure(max_allowed_uids >= present, MaxAllowedUIdsLessThanCurrentUIds)
        most = hyperparameters.constants.initial_max_allowed_uids
        ensure(max_allowed_uids <= most, MaxAllowedUidsGreaterThanDefaultMaxAllowedUids)
        hyperparameters.put_for(netuid, self.items.max_allowed_uids, max_allowed_uids, owner)

    @call(25, weight=weight(35_896_000, 4_383, reads=6, writes=1))
    def sudo_set_max_allowed_validators(
        self, origin: Origin, netuid: NetUid, max_allowed_validators: U16
    ) -> None:
        """Set how many neurons of a subnet may be validators.

        Origin: root.
        - `netuid`: the subnet.
        - `max_allowed_validators`: number of neurons.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        MaxValidatorsLargerThanMaxUIds.
        """
        hyperparameters = self.config.hyperparameters
        self.ensure_root_now(origin, netuid)
        most = self.items.max_allowed_uids[netuid]
        ensure(max_allowed_validators <= most, MaxValidatorsLargerThanMaxUIds)
        hyperparameters.put_for(netuid, self.items.max_allowed_validators, max_allowed_validators)

    @call(72, weight=weight(25_107_000, 4_280, reads=4, writes=1))
    def sudo_set_owner_immune_neuron_limit(
        self, origin: Origin, netuid: NetUid, immune_neurons: U16
    ) -> None:
        """Set how many of the owner's neurons are never replaced.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `immune_neurons`: number of neurons, 1 to 10.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, InvalidValue.
        """
        self.by_owner_anywhere(origin, netuid, self.items.immune_owner_uids_limit, immune_neurons)

    @call(76, weight=weight(15_000_000, reads=1, writes=1))
    def sudo_set_mechanism_count(
        self, origin: Origin, netuid: NetUid, mechanism_count: MechId
    ) -> None:
        """Set how many mechanisms a subnet has; those above lose their weights and bonds.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `mechanism_count`: number of mechanisms.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow,
        MechanismDoesNotExist, InvalidValue, TooManyUIDsPerMechanism.
        """
        self.by_owner_anywhere(origin, netuid, self.items.mechanism_count_current, mechanism_count)

    @call(77, weight=weight(15_000_000, reads=1, writes=1))
    def sudo_set_mechanism_emission_split(
        self, origin: Origin, netuid: NetUid, maybe_split: Split
    ) -> None:
        """Set how a subnet's emission is divided among its mechanisms.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `maybe_split`: part of each mechanism, 65,535 in all; None: even parts.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow,
        MechanismDoesNotExist, InvalidValue.
        """
        self.by_owner_anywhere(origin, netuid, self.items.mechanism_emission_split, maybe_split)

    @call(78, weight=weight(38_302_000, 4_398, reads=8, writes=1))
    def sudo_trim_to_max_allowed_uids(self, origin: Origin, netuid: NetUid, max_n: U16) -> None:
        """Remove the neurons with the least emission until few enough are left.

        Immune neurons stay, and the others get new uids from 0 on. The subnet takes no more neurons
        than that from now on.

        Origin: signed by the subnet's owner, or root.
        - `netuid`: the subnet.
        - `max_n`: number of neurons that the subnet may keep.

        Errors: TxRateLimitExceeded, AdminActionProhibitedDuringWeightsWindow, SubnetNotExists,
        InvalidValue, TrimmingWouldExceedMaxImmunePercentage.
        """
        self.by_owner_anywhere(origin, netuid, self.items.subnetwork_n, max_n)

    @call(79, weight=weight(37_890_000, 4_383, reads=7, writes=1))
    def sudo_set_min_allowed_uids(
        self, origin: Origin, netuid: NetUid, min_allowed_uids: U16
    ) -> None:
        """Set the least number of neurons to which an owner may limit a subnet.

        Origin: root.
        - `netuid`: the subnet.
        - `min_allowed_uids`: number of neurons; less than the subnet has.

        Errors: AdminActionProhibitedDuringWeightsWindow, SubnetDoesNotExist,
        MinAllowedUidsGreaterThanMaxAllowedUids, MinAllowedUidsGreaterThanCurrentUids.
        """
        hyperparameters = self.config.hyperparameters
        self.ensure_root_now(origin, netuid)
        most = self.items.max_allowed_uids[netuid]
        ensure(min_allowed_uids < most, MinAllowedUidsGreaterThanMaxAllowedUids)
        present = self.items.subnetwork_n[netuid]
        ensure(min_allowed_uids < present, MinAllowedUidsGreaterThanCurrentUids)
        hyperparameters.put_for(netuid, self.items.min_allowed_uids, min_allowed_uids)

    @call(84, weight=weight(6_783_000, writes=1))
    def sudo_set_min_non_immune_uids(self, origin: Origin, netuid: NetUid, min: U16) -> None:
        """Set when immune neurons are replaced too.

        Origin: root.
        - `netuid`: the subnet.
        - `min`: number of neurons past immunity; with no more than these, an immune one is
          replaced.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.config.hyperparameters.put_for(netuid, self.items.min_non_immune_uids, min)

    @call(88, weight=weight(15_000_000, reads=1, writes=1))
    def sudo_set_max_mechanism_count(self, origin: Origin, max_mechanism_count: MechId) -> None:
        """Set how many mechanisms a subnet may have.

        Origin: root.
        - `max_mechanism_count`: number of mechanisms, 1 to 16.

        Errors: InvalidValue.
        """
        self.by_root(origin, self.items.max_mechanism_count, max_mechanism_count)
