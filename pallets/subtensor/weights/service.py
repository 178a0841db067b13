"""Rows of weights for a pallet that scores neurons otherwise, set by the subnet's own rules."""

from __future__ import annotations

from collections.abc import Sequence

from pysubtensor.frame.origin import Origin, Signed
from pysubtensor.frame.primitives import U16, AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor.neurons import lists
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms, registry
from pysubtensor.pallets.subtensor.weights import checks
from pysubtensor.pallets.subtensor.weights.rows import Row, set_row


class WeightService:
    """Subnets as that pallet sees them."""

    def __init__(self, sub: Storage) -> None:
        self.sub = sub

    def exists(self, netuid: NetUid) -> bool:
        """Whether there is such a subnet."""
        return registry.exists(self.sub, netuid)

    def is_owner(self, netuid: NetUid, who: AccountId) -> bool:
        """Whether the subnet belongs to that coldkey."""
        return self.sub.subnet_owner[netuid] == who

    def uid(self, netuid: NetUid, hotkey: AccountId) -> Uid | None:
        """The neuron of a hotkey."""
        return self.sub.uids[netuid, hotkey]

    def may_validate(self, netuid: NetUid, hotkey: AccountId) -> bool:
        """Whether the hotkey's neuron may set weights."""
        uid = self.sub.uids[netuid, hotkey]
        return uid is not None and checks.may_validate(self.sub, netuid, uid, ())

    def set_weights(
        self, netuid: NetUid, hotkey: AccountId, uids: Sequence[Uid], values: Sequence[U16]
    ) -> None:
        """Set the row of a hotkey on the main mechanism.

        What was sealed and revealed in the other pallet need not be committed here once more; so
        this counts as the neuron's last weights.  Errors: those of `rows.set_row`.
        """
        named = tuple(U16(uid) for uid in uids)
        row = Row(named, tuple(values), self.sub.weights_version_key[netuid])
        set_row(self.sub, Origin(Signed(hotkey)), netuid, mechanisms.MAIN, row)
        uid = checks.ensure_uid(self.sub, netuid, hotkey)
        lists.touch(self.sub, mechanisms.storage_index(netuid, mechanisms.MAIN), uid)
