"""Settings of each subnet's consensus: how weights become bonds and emission.

Proportions are u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.primitives import I16, U16, U32, U64, NetUid
from pysubtensor.frame.storage import FromConfig, Map, Value


class HyperparameterItems:
    """Settings of consensus."""

    min_activity_cutoff = Value[U16](default=U16(360))
    """Least `activity_cutoff` an owner could set, in blocks.  Unused."""
    activity_cutoff_factor_milli = Map[NetUid, U32](identity, default=U32(13_889))
    """Thousandths of a tempo for which a neuron counts as active after its last weights."""
    serving_rate_limit = Map[NetUid, U64](
        identity, default=FromConfig("initial_serving_rate_limit")
    )
    """Blocks between two announcements of the same neuron's endpoint."""
    rho = Map[NetUid, U16](identity, default=FromConfig("initial_rho"))
    """Steepness of trust around `kappa`, in the first consensus.  Unused."""
    alpha_sigmoid_steepness = Map[NetUid, I16](
        identity, default=FromConfig("initial_alpha_sigmoid_steepness")
    )
    """Steepness of the curve that liquid alpha follows, in thousandths."""
    kappa = Map[NetUid, U16](identity, default=FromConfig("initial_kappa"))
    """Proportion of the stake that must back a weight for it to count in full."""
    activity_cutoff = Map[NetUid, U16](identity, default=FromConfig("initial_activity_cutoff"))
    """Blocks for which a neuron counts as active.  Replaced by `activity_cutoff_factor_milli`."""
    max_weights_limit = Map[NetUid, U16](identity, default=U16(65_535))
    """Largest weight, as a proportion.  Unused: every weight is allowed."""
    weights_version_key = Map[NetUid, U64](
        identity, default=FromConfig("initial_weights_version_key")
    )
    """Least version key that comes with weights."""
    min_allowed_weights = Map[NetUid, U16](
        identity, default=FromConfig("initial_min_allowed_weights")
    )
    """Least neurons that a row of weights must name."""
    max_allowed_validators = Map[NetUid, U16](
        identity, default=FromConfig("initial_max_allowed_validators")
    )
    """Most neurons with a validator permit."""
    bonds_moving_average = Map[NetUid, U64](
        identity, default=FromConfig("initial_bonds_moving_average")
    )
    """Part of the old bonds in the new ones, in millionths."""
    bonds_penalty = Map[NetUid, U16](identity, default=FromConfig("initial_bonds_penalty"))
    """How much of a weight above consensus is kept from the bonds, as a proportion."""
    bonds_reset_on = Map[NetUid, bool](identity, default=FromConfig("initial_bonds_reset_on"))
    """Whether a commitment that asks for it resets the hotkey's bonds."""
    weights_set_rate_limit = Map[NetUid, U64](identity, default=U64(100))
    """Blocks between two rows of weights of one neuron."""
    validator_prune_len = Map[NetUid, U64](
        identity, default=FromConfig("initial_validator_prune_len")
    )
    """Unused."""
    scaling_law_power = Map[NetUid, U16](identity, default=FromConfig("initial_scaling_law_power"))
    """Unused."""
    commit_reveal_weights_enabled = Map[NetUid, bool](identity, default=True)
    """Whether weights must be committed before they are revealed."""
    liquid_alpha_on = Map[NetUid, bool](blake2_128_concat, default=False)
    """Whether each bond moves at a speed of its own."""
    yuma3_on = Map[NetUid, bool](blake2_128_concat, default=False)
    """Whether bonds are kept as in the third version of Yuma."""
    alpha_values = Map[NetUid, tuple[U16, U16]](identity, default=(U16(45_875), U16(58_982)))
    """Slowest and fastest speed of bonds under liquid alpha, as proportions."""
    reveal_period_epochs = Map[NetUid, U64](twox_64_concat, default=U64(1))
    """Epochs from the commit of weights to their reveal."""
    commit_reveal_weights_version = Value[U16](default=U16(4))
    """Version of the form that committed weights have."""
