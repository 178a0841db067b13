"""The neurons of each subnet, and what its last epoch found of them.

Lists are in the order of the uids; proportions are u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.primitives import U16, U64, ZERO_ACCOUNT, AccountId, Alpha, NetUid, Uid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.types import (
    AxonInfo,
    EvmAddress,
    NetUidStorageIndex,
    NeuronCertificate,
    PrometheusInfo,
)


class NeuronItems:
    """Neurons."""

    subnetwork_n = Map[NetUid, U16](identity, default=U16(0))
    """How many neurons the subnet has."""
    is_network_member = Map[tuple[AccountId, NetUid], bool](
        blake2_128_concat, identity, default=False
    )
    """Whether the hotkey is a neuron of the subnet."""
    stake_weight = Map[NetUid, tuple[U16, ...]](identity, default=())
    """Each neuron's part of the stake that counts."""
    uids = Map[tuple[NetUid, AccountId], Uid | None](identity, blake2_128_concat)
    """Uid of a hotkey on a subnet."""
    keys = Map[tuple[NetUid, Uid], AccountId](identity, identity, default=ZERO_ACCOUNT)
    """Hotkey of a uid."""
    loaded_emission = Map[NetUid, tuple[tuple[AccountId, U64, U64], ...] | None](identity)
    """(hotkey, rao as miner, rao as validator).  Unused."""
    active = Map[NetUid, tuple[bool, ...]](identity, default=())
    """Whether the neuron set weights lately."""
    consensus = Map[NetUid, tuple[U16, ...]](identity, default=())
    """Largest weight that enough of the stake backs."""
    incentive = Map[NetUidStorageIndex, tuple[U16, ...]](identity, default=())
    """Each neuron's part of the miners' emission, by mechanism."""
    dividends = Map[NetUid, tuple[U16, ...]](identity, default=())
    """Each neuron's part of the validators' emission."""
    emission = Map[NetUid, tuple[Alpha, ...]](identity, default=())
    """Alpha earned in the last epoch."""
    last_update = Map[NetUidStorageIndex, tuple[U64, ...]](identity, default=())
    """Block of each neuron's last weights, by mechanism."""
    validator_trust = Map[NetUid, tuple[U16, ...]](identity, default=())
    """How much of a validator's weights was within consensus."""
    validator_permit = Map[NetUid, tuple[bool, ...]](identity, default=())
    """Whether the neuron may validate."""
    block_at_registration = Map[tuple[NetUid, Uid], U64](identity, identity, default=U64(0))
    """Block in which the neuron registered."""
    axons = Map[tuple[NetUid, AccountId], AxonInfo | None](identity, blake2_128_concat)
    """Where a hotkey can be reached."""
    neuron_certificates = Map[tuple[NetUid, AccountId], NeuronCertificate | None](
        identity, blake2_128_concat
    )
    """TLS key of a hotkey."""
    prometheus = Map[tuple[NetUid, AccountId], PrometheusInfo | None](identity, blake2_128_concat)
    """Where a hotkey shows its metrics."""
    associated_evm_address = Map[tuple[NetUid, Uid], tuple[EvmAddress, U64] | None](
        twox_64_concat, twox_64_concat
    )
    """EVM address of a neuron, and the block in which it was proven."""
