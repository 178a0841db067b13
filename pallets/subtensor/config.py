"""What the runtime supplies to SubtensorModule, and its constants.

The values here are those of the main network; `fast` gives those of a local chain.  Proportions
are u16 with 65535 for 1.0, amounts rao, times blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pysubtensor.frame.fixed_point import Percent
from pysubtensor.frame.interfaces.currency import Fungible
from pysubtensor.frame.interfaces.exchange import AlphaIssuance, Exchange
from pysubtensor.frame.interfaces.system import SystemServices
from pysubtensor.frame.pallet import constant
from pysubtensor.frame.pallet_id import PalletId
from pysubtensor.frame.primitives import I16, U8, U16, U32, U64, AccountId, BlockNumber, NetUid, Tao

_DAY: Final = U64(7_200)
_MONTH: Final = U64(216_000)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Services, settings that metadata does not show, and constants in the order of metadata."""

    system: SystemServices
    currency: Fungible
    exchange: Callable[[], Exchange]
    """Where TAO and alpha are swapped; a function, since that pallet in turn asks this one."""
    alpha_issuance: Callable[[], AlphaIssuance]
    """Who counts alpha."""
    author: Callable[[], AccountId | None] = lambda: None
    """Who earns the fees of swaps in the open block; None: they are burned."""
    forget_commitments: Callable[[NetUid], None] = lambda _: None
    """Drops what the neurons of a subnet published; nothing where no pallet keeps that."""

    pow_faucet: bool = False
    """Whether the build has a faucet; then subnets may also be registered without pause."""
    pending_childkey_cooldown: U64 = _DAY
    """Blocks from the choice of children until they count."""
    evm_key_associate_rate_limit: U64 = _DAY
    """Blocks between two proofs of a neuron's EVM address."""
    max_uids_trimming_rate_limit: U64 = _MONTH
    """Blocks between two reductions of a subnet's size by its owner."""
    mechanism_count_rate_limit: U64 = _DAY
    """Blocks between two changes of a subnet's number of mechanisms."""
    mechanism_emission_rate_limit: U64 = _DAY
    """Blocks between two changes of how mechanisms share the emission."""

    initial_issuance: Tao = constant(
        Tao(U64(0)), "Rao there are before the genesis writes balances."
    )
    initial_min_allowed_weights: U16 = constant(
        U16(1024), "Least neurons that a row of weights must name."
    )
    initial_emission_value: U16 = constant(U16(0), "Unused.")
    initial_tempo: U16 = constant(U16(360), "Blocks from one epoch to the next.")
    initial_difficulty: U64 = constant(
        U64(10_000_000), "Hashes for a registration by work.  Unused."
    )
    initial_max_difficulty: U64 = constant(U64((1 << 62) - 1), "Largest difficulty.  Unused.")
    initial_min_difficulty: U64 = constant(U64(10_000_000), "Least difficulty.  Unused.")
    initial_rao_recycled_for_registration: Tao = constant(
        Tao(U64(0)),
        "Rao that registrations have recycled.",
        name="InitialRAORecycledForRegistration",
    )
    initial_burn: Tao = constant(Tao(U64(100_000_000)), "Rao for a neuron's registration.")
    initial_max_burn: Tao = constant(Tao(U64(100_000_000_000)), "Largest price of a registration.")
    initial_min_burn: Tao = constant(Tao(U64(500_000)), "Least price of a registration.")
    initial_min_stake: Tao = constant(Tao(U64(2_000_000)), "Least rao to stake.")
    min_burn_upper_bound: Tao = constant(
        Tao(U64(1_000_000_000)), "Largest value that an owner may choose for the least price."
    )
    max_burn_lower_bound: Tao = constant(
        Tao(U64(100_000_000)), "Least value that an owner may choose for the largest price."
    )
    min_tempo: U16 = constant(
        U16(360), "Least tempo that an owner may choose, and blocks between two choices."
    )
    max_tempo: U16 = constant(U16(50_400), "Largest tempo that an owner may choose.")
    min_activity_cutoff_factor_milli: U32 = constant(
        U32(1000), "Least activity cutoff, in thousandths of a tempo."
    )
    max_activity_cutoff_factor_milli: U32 = constant(
        U32(50_000), "Largest activity cutoff, in thousandths of a tempo."
    )
    initial_adjustment_interval: U16 = constant(U16(100), "Blocks of an interval of registrations.")
    initial_bonds_moving_average: U64 = constant(
        U64(900_000), "Part of the old bonds in the new ones, in millionths."
    )
    initial_bonds_penalty: U16 = constant(
        U16(65_535), "How much of a weight above consensus is kept from the bonds; 65535 is all."
    )
    initial_bonds_reset_on: bool = constant(
        False, "Whether a commitment that asks for it resets the hotkey's bonds."
    )
    initial_target_registrations_per_interval: U16 = constant(
        U16(2), "Registrations aimed at in an interval."
    )
    initial_rho: U16 = constant(U16(10), "Steepness of trust in the first consensus.")
    initial_alpha_sigmoid_steepness: I16 = constant(
        I16(1000), "Steepness of the curve of liquid alpha, in thousandths."
    )
    initial_kappa: U16 = constant(U16(32_767), "Proportion of the stake that must back a weight.")
    initial_min_allowed_uids: U16 = constant(
        U16(64), "Least size of a subnet that an owner may choose."
    )
    initial_max_allowed_uids: U16 = constant(U16(256), "Most neurons of a subnet.")
    initial_validator_prune_len: U64 = constant(U64(1), "Unused.")
    initial_scaling_law_power: U16 = constant(U16(50), "Unused.")
    initial_immunity_period: U16 = constant(
        U16(4096), "Blocks in which a new neuron is not replaced before others."
    )
    initial_activity_cutoff: U16 = constant(
        U16(5000), "Blocks for which a neuron counts as active.  Replaced by the factor."
    )
    initial_max_registrations_per_block: U16 = constant(
        U16(1), "Most neurons that may register in a block."
    )
    initial_pruning_score: U16 = constant(U16(65_535), "Unused.")
    initial_max_allowed_validators: U16 = constant(
        U16(128), "Most neurons of a subnet that may validate."
    )
    initial_default_delegate_take: U16 = constant(
        U16(11_796), "Take of a hotkey, and the largest there may be; 18 %."
    )
    initial_min_delegate_take: U16 = constant(U16(0), "Least take of a hotkey.")
    initial_default_child_key_take: U16 = constant(U16(0), "Take of a childkey.")
    initial_min_child_key_take: U16 = constant(U16(0), "Least take of a childkey.")
    initial_max_child_key_take: U16 = constant(U16(11_796), "Largest take of a childkey; 18 %.")
    initial_weights_version_key: U64 = constant(
        U64(0), "Least version key that comes with weights."
    )
    initial_serving_rate_limit: U64 = constant(
        U64(50), "Blocks between two announcements of a neuron's endpoint."
    )
    initial_tx_rate_limit: U64 = constant(
        U64(1000), "Blocks between two swaps of hotkeys by one coldkey."
    )
    initial_tx_delegate_take_rate_limit: U64 = constant(
        U64(216_000), "Blocks between two raises of a delegate take."
    )
    initial_tx_child_key_take_rate_limit: U64 = constant(
        U64(216_000), "Blocks between two changes of a childkey take."
    )
    initial_adjustment_alpha: U64 = constant(
        U64(0), "Part of the old price in the new one.  Unused."
    )
    initial_network_immunity_period: U64 = constant(
        U64(1_296_000), "Blocks in which a new subnet is not removed."
    )
    initial_network_min_lock_cost: Tao = constant(
        Tao(U64(1_000_000_000_000)), "Least rao for a new subnet."
    )
    initial_subnet_owner_cut: U16 = constant(
        U16(11_796), "Owner's part of a subnet's emission; 18 %."
    )
    initial_network_lock_reduction_interval: U64 = constant(
        U64(100_800), "Blocks in which a subnet's price falls by what the last one paid."
    )
    initial_network_rate_limit: U64 = constant(
        U64(7200), "Blocks between two registrations of subnets."
    )
    key_swap_cost: Tao = constant(
        Tao(U64(100_000_000)), "Rao for swapping a hotkey on all subnets."
    )
    alpha_high: U16 = constant(U16(58_982), "Fastest speed of bonds under liquid alpha.")
    alpha_low: U16 = constant(U16(45_875), "Slowest speed of bonds under liquid alpha.")
    liquid_alpha_on: bool = constant(False, "Whether each bond moves at a speed of its own.")
    yuma3_on: bool = constant(False, "Whether bonds are kept as in the third version of Yuma.")
    initial_coldkey_swap_announcement_delay: BlockNumber = constant(
        BlockNumber(U32(36_000)), "Blocks from an announced swap of a coldkey until it may be done."
    )
    initial_coldkey_swap_reannouncement_delay: BlockNumber = constant(
        BlockNumber(U32(7200)), "Further blocks until another swap may be announced."
    )
    initial_dissolve_network_schedule_duration: BlockNumber = constant(
        BlockNumber(U32(36_000)), "Blocks from a subnet's announced end to its end."
    )
    initial_tao_weight: U64 = constant(
        U64(971_718_665_099_567_868),
        "What a TAO on root counts beside an alpha, with 2**64 - 1 for 1.0; 5.27 %.",
    )
    initial_ema_price_halving_period: U64 = constant(
        U64(201_600), "Age in blocks at which a block weighs half in the average price."
    )
    initial_start_call_delay: U64 = constant(
        U64(0), "Blocks between a subnet's registration and its start."
    )
    key_swap_on_subnet_cost: Tao = constant(
        Tao(U64(1_000_000)), "Rao for swapping a hotkey on one subnet."
    )
    hotkey_swap_on_subnet_interval: U64 = constant(
        U64(7200), "Blocks between two swaps on one subnet by one coldkey."
    )
    lease_dividends_distribution_interval: BlockNumber = constant(
        BlockNumber(U32(100)), "Blocks between two payments to the contributors of a lease."
    )
    max_immune_uids_percentage: Percent = constant(
        U8(80), "Most neurons of a subnet that may be immune."
    )
    subtensor_pallet_id: PalletId = constant(
        b"subtensr", "What the accounts of subnets and leases are made from."
    )
    burn_account_id: PalletId = constant(
        b"burntnsr", "What the account of burned TAO is made from."
    )
    initial_max_epochs_per_block: U8 = constant(U8(2), "Most epochs to run in a block.")

    @property
    def network_rate_limit(self) -> U64:
        """Blocks between two registrations of subnets, until root sets it."""
        return U64(0) if self.pow_faucet else self.initial_network_rate_limit


def fast(config: Config) -> Config:
    """The same for a chain with blocks of 250 ms."""
    return replace(
        config,
        pending_childkey_cooldown=U64(15),
        evm_key_associate_rate_limit=U64(1),
        max_uids_trimming_rate_limit=U64(1),
        mechanism_count_rate_limit=U64(1),
        mechanism_emission_rate_limit=U64(1),
        initial_tempo=U16(10),
        initial_tx_child_key_take_rate_limit=U64(5),
        initial_coldkey_swap_announcement_delay=BlockNumber(U32(50)),
        initial_coldkey_swap_reannouncement_delay=BlockNumber(U32(10)),
        hotkey_swap_on_subnet_interval=U64(1),
        initial_max_epochs_per_block=U8(32),
    )
