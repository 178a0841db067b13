"""Types of the SubtensorModule pallet.

Proportions are u16 with 65535 for 1.0 unless said otherwise; blocks are counted in u64 here, though
the chain's own block number is a u32.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Final, NewType

from pysubtensor.frame.codec.resolve import COMPACT, Bounded, Fixed, Named, Wire
from pysubtensor.frame.codec.struct import Struct, Variant, rust_enum
from pysubtensor.frame.fixed_point import Percent, RawU64F64
from pysubtensor.frame.interfaces import subnets
from pysubtensor.frame.primitives import (
    U8,
    U16,
    U32,
    U64,
    U128,
    AccountId,
    Alpha,
    BlockNumber,
    Hash,
    NetUid,
    Tao,
)

MechId = subnets.MechId
NetUidStorageIndex = NewType("NetUidStorageIndex", U16)
"""A mechanism of a subnet as one key: `mechanism * 4096 + netuid`."""
LeaseId = NewType("LeaseId", U32)
CompactNetUid = Annotated[NetUid, COMPACT]

ROOT: Final = NetUid(U16(0))
"""The network on which TAO itself is staked."""
DYNAMIC: Final = U16(1)
"""Mechanism of subnets whose alpha has a price; elsewhere it is worth one TAO."""
NO_TAO: Final = Tao(U64(0))
NO_ALPHA: Final = Alpha(U64(0))

EvmAddress = Annotated[bytes, Fixed(20), Wire("primitive_types::H160", type_name="H160")]
Ciphertext = Annotated[bytes, Bounded(5_000)]
"""Weights that a key to be published by drand will open."""
Unit = tuple[()]
"""The value of an entry that only has to be there: `()`."""

WeightRow = tuple[tuple[U16, U16], ...]
"""(uid, proportion) of one neuron's weights or bonds; who is left out has 0."""
Share = tuple[U64, AccountId]
"""(proportion with 2**64 - 1 for 1.0, hotkey)."""
HashedCommit = tuple[Hash, U64, U64, U64]
"""(hash, epoch of the commit, its block, always 0)."""
TimelockedCommit = tuple[AccountId, U64, Ciphertext, U64]
"""(hotkey, block of the commit, weights, drand round that opens them)."""
OldTimelockedCommit = tuple[AccountId, Ciphertext, U64]
"""The same without the block."""


# -- neurons --------------------------------------------------------------------------------------


class AxonInfo(Struct, path="pallet_subtensor::pallet::AxonInfo"):
    """Where a neuron can be reached."""

    block: U64
    """When it said so."""
    version: U32
    ip: U128
    port: U16
    ip_type: U8
    """4 or 6."""
    protocol: U8
    placeholder1: U8
    placeholder2: U8


class PrometheusInfo(Struct, path="pallet_subtensor::pallet::PrometheusInfo"):
    """Where a neuron shows its metrics."""

    block: U64
    version: U32
    ip: U128
    port: U16
    ip_type: U8


class NeuronCertificate(Struct, path="pallet_subtensor::pallet::NeuronCertificate"):
    """The TLS key of a neuron."""

    public_key: Annotated[bytes, Bounded(64), Named("BoundedVec<u8, ConstU32<64>>")]
    algorithm: U8


# -- identities -----------------------------------------------------------------------------------


class ChainIdentity(Struct, path="pallet_subtensor::pallet::ChainIdentityV2"):
    """What a coldkey says of itself; texts in UTF-8."""

    name: bytes
    url: bytes
    github_repo: bytes
    image: bytes
    discord: bytes
    description: bytes
    additional: bytes


class SubnetIdentity(Struct, path="pallet_subtensor::pallet::SubnetIdentityV3"):
    """What a subnet's owner says of it; texts in UTF-8."""

    subnet_name: bytes
    github_repo: bytes
    subnet_contact: bytes
    subnet_url: bytes
    discord: bytes
    description: bytes
    logo_url: bytes
    additional: bytes


# -- emission -------------------------------------------------------------------------------------


class RootClaimType(Variant, path="pallet_subtensor::pallet::RootClaimTypeEnum"):
    """What a coldkey wants its dividends on root to become."""


class SwapClaims(RootClaimType, index=0, rust_name="Swap"):
    """TAO on root."""


class KeepClaims(RootClaimType, index=1, rust_name="Keep"):
    """Alpha, as they come."""


class KeepSubnets(RootClaimType, index=2):
    """Alpha on the listed subnets, TAO from all others."""

    subnets: Annotated[frozenset[NetUid], Named("BTreeSet<NetUid>")]


# -- stakes ---------------------------------------------------------------------------------------


class LockState(Struct, path="pallet_subtensor::staking::lock::LockState"):
    """Alpha that may not be unstaked yet, as it was at `last_update`."""

    locked_mass: Annotated[Alpha, Named("AlphaBalance")]
    """What is still locked; may decay with time."""
    conviction: RawU64F64
    """The score it has gathered."""
    last_update: U64
    """Block for which the two were computed."""


class SubnetLease(
    Struct,
    path="pallet_subtensor::subnets::leasing::SubnetLease",
    params={"AccountId": AccountId, "BlockNumber": BlockNumber, "Balance": Tao},
):
    """A subnet that a crowd paid for and one account runs."""

    beneficiary: Annotated[AccountId, Named("AccountId")]
    """Runs it, and owns it after the end."""
    coldkey: Annotated[AccountId, Named("AccountId")]
    hotkey: Annotated[AccountId, Named("AccountId")]
    emissions_share: Percent
    """What the crowd gets of the owner's cut."""
    end_block: Annotated[BlockNumber | None, Named("Option<BlockNumber>")]
    """None: never ends."""
    netuid: NetUid
    cost: Annotated[Tao, Named("Balance")]
    """Rao paid for the registration and the proxy."""


# -- limits ---------------------------------------------------------------------------------------


@rust_enum("pallet_subtensor::utils::rate_limiting::Hyperparameter")
class Hyperparameter(Enum):
    """Settings of a subnet that its owner may change only so often."""

    UNKNOWN = 0
    SERVING_RATE_LIMIT = 1
    MAX_DIFFICULTY = 2
    ADJUSTMENT_ALPHA = 3
    MAX_WEIGHT_LIMIT = 4
    IMMUNITY_PERIOD = 5
    MIN_ALLOWED_WEIGHTS = 6
    KAPPA = 7
    RHO = 8
    ACTIVITY_CUTOFF = 9
    POW_REGISTRATION_ALLOWED = 10
    MIN_BURN = 11
    MAX_BURN = 12
    BONDS_MOVING_AVERAGE = 13
    BONDS_PENALTY = 14
    COMMIT_REVEAL_ENABLED = 15
    LIQUID_ALPHA_ENABLED = 16
    ALPHA_VALUES = 17
    WEIGHT_COMMIT_INTERVAL = 18
    TRANSFER_ENABLED = 19
    ALPHA_SIGMOID_STEEPNESS = 20
    YUMA3_ENABLED = 21
    BONDS_RESET_ENABLED = 22
    IMMUNE_NEURON_LIMIT = 23
    RECYCLE_OR_BURN = 24
    MAX_ALLOWED_UIDS = 25
    BURN_HALF_LIFE = 26
    BURN_INCREASE_MULT = 27
    SUBNET_EMISSION_ENABLED = 28
    MIN_CHILDKEY_TAKE = 29
    ACTIVITY_CUTOFF_FACTOR_MILLI = 30
    TRIGGER_EPOCH = 31


class RateLimitKey(Variant, path="pallet_subtensor::RateLimitKey", params={"AccountId": AccountId}):
    """What the chain remembers the last time of."""


class SetOwnerHotkey(RateLimitKey, index=0, unnamed=True, rust_name="SetSNOwnerHotkey"):
    """A subnet's owner chose a hotkey."""

    netuid: NetUid


class OwnerHyperparamUpdate(RateLimitKey, index=1, unnamed=True):
    """A subnet's owner changed a setting."""

    netuid: NetUid
    hyperparameter: Hyperparameter


class NetworkLastRegistered(RateLimitKey, index=2):
    """Somebody registered a subnet."""


class LastTxBlock(RateLimitKey, index=3, unnamed=True):
    """A coldkey swapped a hotkey."""

    account: Annotated[AccountId, Named("AccountId")]


class LastTxBlockChildKeyTake(RateLimitKey, index=4, unnamed=True):
    """A hotkey changed its childkey take."""

    account: Annotated[AccountId, Named("AccountId")]


class LastTxBlockDelegateTake(RateLimitKey, index=5, unnamed=True):
    """A hotkey changed its delegate take."""

    account: Annotated[AccountId, Named("AccountId")]


class AddStakeBurn(RateLimitKey, index=6, unnamed=True):
    """A subnet's owner staked and burned."""

    netuid: NetUid
