"""Settings of subnets and of the chain that were changed."""

from __future__ import annotations

from pysubtensor.frame.event import Event
from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.primitives import I16, U8, U16, U32, U64, BlockNumber, NetUid, Tao
from pysubtensor.frame.result import DispatchResult


class MaxAllowedUidsSet(Event, index=9, unnamed=True):
    """How many neurons a subnet may have."""

    netuid: NetUid
    value: U16


class MaxWeightLimitSet(Event, index=10, unnamed=True):
    """Never emitted: the largest weight is fixed."""

    netuid: NetUid
    value: U16


class DifficultySet(Event, index=11, unnamed=True):
    """The difficulty of registrations by work."""

    netuid: NetUid
    value: U64


class AdjustmentIntervalSet(Event, index=12, unnamed=True):
    """Blocks between two adjustments of the price of registrations."""

    netuid: NetUid
    value: U16


class RegistrationPerIntervalSet(Event, index=13, unnamed=True):
    """Registrations that are aimed at in an interval."""

    netuid: NetUid
    value: U16


class MaxRegistrationsPerBlockSet(Event, index=14, unnamed=True):
    """Registrations that a block may hold."""

    netuid: NetUid
    value: U16


class ActivityCutoffSet(Event, index=15, unnamed=True):
    """Blocks without new weights after which a validator does not count."""

    netuid: NetUid
    value: U16


class RhoSet(Event, index=16, unnamed=True):
    """Rho."""

    netuid: NetUid
    value: U16


class AlphaSigmoidSteepnessSet(Event, index=17, unnamed=True):
    """The steepness of the curve between the two alphas of the bonds."""

    netuid: NetUid
    value: I16


class KappaSet(Event, index=18, unnamed=True):
    """The share of the stake that makes consensus."""

    netuid: NetUid
    value: U16


class MinAllowedWeightSet(Event, index=19, unnamed=True):
    """Least neurons that a row of weights must name."""

    netuid: NetUid
    value: U16


class ValidatorPruneLenSet(Event, index=20, unnamed=True):
    """A setting without use."""

    netuid: NetUid
    value: U64


class ScalingLawPowerSet(Event, index=21, unnamed=True):
    """A setting without use."""

    netuid: NetUid
    value: U16


class WeightsSetRateLimitSet(Event, index=22, unnamed=True):
    """Blocks between two settings of weights."""

    netuid: NetUid
    value: U64


class ImmunityPeriodSet(Event, index=23, unnamed=True):
    """Blocks for which a new neuron cannot be pruned."""

    netuid: NetUid
    value: U16


class BondsMovingAverageSet(Event, index=24, unnamed=True):
    """How slowly bonds follow the weights, in millionths."""

    netuid: NetUid
    value: U64


class BondsPenaltySet(Event, index=25, unnamed=True):
    """How much weights above the consensus lower the bonds."""

    netuid: NetUid
    value: U16


class BondsResetOnSet(Event, index=26, unnamed=True):
    """Whether neurons may have the bonds on them cleared."""

    netuid: NetUid
    value: bool


class MaxAllowedValidatorsSet(Event, index=27, unnamed=True):
    """How many validators a subnet may have."""

    netuid: NetUid
    value: U16


class DefaultTakeSet(Event, index=31, unnamed=True):
    """Never emitted."""

    value: U16


class WeightsVersionKeySet(Event, index=32, unnamed=True):
    """The version that weights must be made for."""

    netuid: NetUid
    value: U64


class MinDifficultySet(Event, index=33, unnamed=True):
    """The least difficulty."""

    netuid: NetUid
    value: U64


class MaxDifficultySet(Event, index=34, unnamed=True):
    """The largest difficulty."""

    netuid: NetUid
    value: U64


class ServingRateLimitSet(Event, index=35, unnamed=True):
    """Blocks between two publications of an address."""

    netuid: NetUid
    value: U64


class BurnSet(Event, index=36, unnamed=True):
    """The price of a registration."""

    netuid: NetUid
    value: Tao


class MaxBurnSet(Event, index=37, unnamed=True):
    """The largest price of a registration."""

    netuid: NetUid
    value: Tao


class MinBurnSet(Event, index=38, unnamed=True):
    """The least price of a registration."""

    netuid: NetUid
    value: Tao


class MaxEpochsPerBlockSet(Event, index=39, unnamed=True):
    """Epochs that one block may run."""

    value: U8


class TxRateLimitSet(Event, index=40, unnamed=True):
    """Blocks between two swaps of hotkeys."""

    value: U64


class TxDelegateTakeRateLimitSet(Event, index=41, unnamed=True):
    """Blocks between two raises of a take."""

    value: U64


class TxChildKeyTakeRateLimitSet(Event, index=42, unnamed=True):
    """Blocks between two raises of a childkey take."""

    value: U64


class AdminFreezeWindowSet(Event, index=43, unnamed=True):
    """Blocks before an epoch in which the owner may change nothing."""

    value: U16


class OwnerHyperparamRateLimitSet(Event, index=44, unnamed=True):
    """Epochs between two changes of one setting by the owner."""

    value: U16


class MinChildKeyTakeSet(Event, index=45, unnamed=True):
    """The least childkey take."""

    value: U16


class MinChildKeyTakePerSubnetSet(Event, index=46, unnamed=True):
    """The least childkey take on one subnet."""

    netuid: NetUid
    value: U16


class MaxChildKeyTakeSet(Event, index=47, unnamed=True):
    """The highest childkey take."""

    value: U16


class Sudid(Event, index=49, unnamed=True):
    """Never emitted."""

    result: DispatchResult


class RegistrationAllowed(Event, index=50, unnamed=True):
    """Whether neurons may register."""

    netuid: NetUid
    value: bool


class PowRegistrationAllowed(Event, index=51, unnamed=True):
    """Whether neurons may register by work."""

    netuid: NetUid
    value: bool


class TempoSet(Event, index=52, unnamed=True):
    """Blocks from one epoch to the next."""

    netuid: NetUid
    value: U16


class RAORecycledForRegistrationSet(Event, index=53, unnamed=True):
    """Rao that registrations have recycled."""

    netuid: NetUid
    value: Tao


class StakeThresholdSet(Event, index=54, unnamed=True):
    """The least stake whose weights count."""

    value: U64


class AdjustmentAlphaSet(Event, index=55, unnamed=True):
    """How slowly the price of registrations is adjusted."""

    netuid: NetUid
    value: U64


class SubnetOwnerCutSet(Event, index=57, unnamed=True):
    """The owner's share of a subnet's emission."""

    value: U16


class MaxDelegateTakeSet(Event, index=67, unnamed=True):
    """The highest take."""

    value: U16


class MinDelegateTakeSet(Event, index=68, unnamed=True):
    """The least take."""

    value: U16


class ColdkeySwapAnnouncementDelaySet(Event, index=81, unnamed=True):
    """Blocks from the announcement of a swap to the swap."""

    blocks: BlockNumber


class ColdkeySwapReannouncementDelaySet(Event, index=82, unnamed=True):
    """Blocks after those until another may be announced."""

    blocks: BlockNumber


class TransferToggle(Event, index=93, unnamed=True):
    """Whether a subnet's alpha may change hands."""

    netuid: NetUid
    value: bool


class CommitRevealPeriodsSet(Event, index=100, unnamed=True):
    """Epochs from the commitment of weights to their reveal."""

    netuid: NetUid
    epochs: U64


class CommitRevealEnabled(Event, index=101, unnamed=True):
    """Whether weights must be committed before they count."""

    netuid: NetUid
    value: bool


class CommitRevealVersionSet(Event, index=106, unnamed=True):
    """The version that encrypted weights must be made for."""

    version: U16


class MinAllowedUidsSet(Event, index=111, unnamed=True):
    """The least size that a subnet may be trimmed to."""

    netuid: NetUid
    value: U16


class MinNonImmuneUidsSet(Event, index=113, unnamed=True):
    """Neurons that must not be immune."""

    netuid: NetUid
    value: U16


class BurnHalfLifeSet(Event, index=124):
    """Blocks in which the price of a registration halves."""

    netuid: NetUid
    burn_half_life: U16


class BurnIncreaseMultSet(Event, index=125):
    """What each registration multiplies the price by."""

    netuid: NetUid
    burn_increase_mult: RawU64F64


class ActivityCutoffFactorMilliSet(Event, index=130):
    """The activity cutoff, in thousandths of a tempo."""

    netuid: NetUid
    factor_milli: U32
