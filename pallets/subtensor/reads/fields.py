"""The fields of the answers about a subnet: under its wire name, where each is read.

A record is filled field by field; the few that mean something else in one record are given with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.fixed_point import I32F32, I64F64
from pysubtensor.frame.primitives import U16_MAX
from pysubtensor.pallets.subtensor.pools.stake_weight import stake_weight, tao_weight
from pysubtensor.pallets.subtensor.reads.names import name_of
from pysubtensor.pallets.subtensor.reads.subnet import Subnet

Field = Callable[[Subnet], Any]
R = TypeVar("R", bound=Struct)


def filled(record: type[R], subnet: Subnet, **own: Any) -> R:
    """A record of the subnet, with the fields of its `own` as they are given."""
    values = {
        name: own[name] if name in own else FIELDS[name](subnet)
        for name in record.__struct_fields__
    }
    return record(**values)


def _stored(item: str) -> Field:
    return lambda subnet: getattr(subnet.sub, item)[subnet.netuid]


def _stored_by_mechanism(item: str) -> Field:
    return lambda subnet: getattr(subnet.sub, item)[subnet.index]


def _always(value: Any) -> Field:
    return lambda _: value


def _whole(rao: int) -> int:
    """As it comes back from the I64F64 in which the chain computes stakes."""
    return I64F64.to_uint(I64F64.from_int(rao))


def _total_stakes(subnet: Subnet) -> tuple[int, ...]:
    weight = tao_weight(subnet.sub)
    return tuple([I64F64.to_uint(stake_weight(each, weight)) for each in subnet.stakes])


def _pending(subnet: Subnet) -> int:
    sub, netuid = subnet.sub, subnet.netuid
    return saturating_add(
        sub.pending_validator_emission[netuid], sub.pending_server_emission[netuid]
    )


def _registered(subnet: Subnet) -> tuple[int, ...]:
    sub = subnet.sub
    return tuple([sub.block_at_registration[subnet.netuid, uid] for uid in subnet.uids])


def _alpha_dividends(subnet: Subnet) -> tuple[Any, ...]:
    earned = subnet.sub.alpha_dividends_per_subnet
    return tuple([(hotkey, earned[subnet.netuid, hotkey]) for hotkey in subnet.hotkeys])


def _emission_history(subnet: Subnet) -> tuple[tuple[int, ...], ...]:
    last = subnet.sub.last_hotkey_emission_on_netuid
    return tuple(
        tuple([last[hotkey, netuid] for hotkey in subnet.hotkeys])
        for netuid in subnet.sub.networks_added.keys()  # noqa: SIM118 (a map is not iterable)
    )


SETTINGS: Final[dict[str, Field]] = {
    "rho": _stored("rho"),
    "kappa": _stored("kappa"),
    "immunity_period": _stored("immunity_period"),
    "min_allowed_weights": _stored("min_allowed_weights"),
    "max_weights_limit": _always(U16_MAX),
    "tempo": _stored("tempo"),
    "difficulty": _stored("difficulty"),
    "min_difficulty": _stored("min_difficulty"),
    "max_difficulty": _stored("max_difficulty"),
    "weights_version": _stored("weights_version_key"),
    "weights_rate_limit": _stored("weights_set_rate_limit"),
    "adjustment_interval": _stored("adjustment_interval"),
    "adjustment_alpha": _stored("adjustment_alpha"),
    "activity_cutoff": lambda subnet: subnet.activity_cutoff,
    "activity_cutoff_factor": _stored("activity_cutoff_factor_milli"),
    "registration_allowed": _stored("network_registration_allowed"),
    "pow_registration_allowed": _stored("network_pow_registration_allowed"),
    "target_regs_per_interval": _stored("target_registrations_per_interval"),
    "burn": _stored("burn"),
    "min_burn": _stored("min_burn"),
    "max_burn": _stored("max_burn"),
    "burn_half_life": _stored("burn_half_life"),
    "burn_increase_mult": _stored("burn_increase_mult"),
    "bonds_moving_avg": _stored("bonds_moving_average"),
    "max_regs_per_block": _stored("max_registrations_per_block"),
    "serving_rate_limit": _stored("serving_rate_limit"),
    "scaling_law_power": _stored("scaling_law_power"),
    "max_allowed_validators": _stored("max_allowed_validators"),
    "max_validators": _stored("max_allowed_validators"),
    "max_allowed_uids": _stored("max_allowed_uids"),
    "max_uids": _stored("max_allowed_uids"),
    "commit_reveal_period": _stored("reveal_period_epochs"),
    "commit_reveal_weights_enabled": _stored("commit_reveal_weights_enabled"),
    "alpha_low": lambda subnet: subnet.sub.alpha_values[subnet.netuid][0],
    "alpha_high": lambda subnet: subnet.sub.alpha_values[subnet.netuid][1],
    "liquid_alpha_enabled": _stored("liquid_alpha_on"),
    "alpha_sigmoid_steepness": lambda subnet: I32F32.from_int(
        subnet.sub.alpha_sigmoid_steepness[subnet.netuid]
    ),
    "yuma_version": lambda subnet: 3 if subnet.sub.yuma3_on[subnet.netuid] else 2,
    "subnet_is_active": _stored("subtoken_enabled"),
    "transfers_enabled": _stored("transfer_toggle"),
    "bonds_reset_enabled": _stored("bonds_reset_on"),
    "user_liquidity_enabled": _always(False),
    "owner_cut_enabled": _stored("owner_cut_enabled"),
    "owner_cut_auto_lock_enabled": _stored("owner_cut_auto_lock_enabled"),
    "min_childkey_take": lambda subnet: max(
        subnet.sub.min_childkey_take.get(), subnet.sub.min_childkey_take_per_subnet[subnet.netuid]
    ),
}
"""What can be set."""

SUBNET: Final[dict[str, Field]] = {
    "netuid": lambda subnet: subnet.index,
    "name": lambda subnet: tuple(name_of(subnet.sub, subnet.netuid)),
    "subnet_name": lambda subnet: tuple(name_of(subnet.sub, subnet.netuid)),
    "symbol": lambda subnet: tuple(subnet.sub.token_symbol[subnet.netuid]),
    "token_symbol": lambda subnet: tuple(subnet.sub.token_symbol[subnet.netuid]),
    "identity": _stored("subnet_identities_v3"),
    "subnet_identity": _stored("subnet_identities_v3"),
    "network_registered_at": _stored("network_registered_at"),
    "owner": _stored("subnet_owner"),
    "owner_coldkey": _stored("subnet_owner"),
    "owner_hotkey": _stored("subnet_owner_hotkey"),
    "subnetwork_n": _stored("subnetwork_n"),
    "num_uids": _stored("subnetwork_n"),
    "network_modality": _always(0),
    "network_connect": _always(()),
    "emission_values": _always(0),
    "emission_value": _always(0),
    "block": lambda subnet: subnet.now,
    "last_step": _stored("last_mechanism_step_block"),
    "blocks_since_last_step": lambda subnet: subnet.blocks_since_last_step,
    "subnet_emission": _always(0),
    "alpha_in": _stored("subnet_alpha_in"),
    "alpha_out": _stored("subnet_alpha_out"),
    "tao_in": _stored("subnet_tao"),
    "alpha_out_emission": _stored("subnet_alpha_out_emission"),
    "alpha_in_emission": _stored("subnet_alpha_in_emission"),
    "tao_in_emission": _stored("subnet_tao_in_emission"),
    "pending_alpha_emission": _pending,
    "pending_root_emission": _always(0),
    "subnet_volume": _stored("subnet_volume"),
    "moving_price": _stored("subnet_moving_price"),
}
"""What the subnet and its pool are."""

NEURONS: Final[dict[str, Field]] = {
    "hotkeys": lambda subnet: subnet.hotkeys,
    "coldkeys": lambda subnet: subnet.coldkeys,
    "identities": lambda subnet: tuple([subnet.sub.identities_v2[key] for key in subnet.coldkeys]),
    "axons": lambda subnet: tuple([subnet.axon(hotkey) for hotkey in subnet.hotkeys]),
    "active": _stored("active"),
    "validator_permit": _stored("validator_permit"),
    "pruning_score": _always(()),
    "last_update": _stored_by_mechanism("last_update"),
    "emission": _stored("emission"),
    "dividends": _stored("dividends"),
    "incentives": _stored_by_mechanism("incentive"),
    "consensus": _stored("consensus"),
    "trust": _always(()),
    "rank": _always(()),
    "block_at_registration": _registered,
    "alpha_stake": lambda subnet: tuple([_whole(each.alpha) for each in subnet.stakes]),
    "tao_stake": lambda subnet: tuple([_whole(each.root) for each in subnet.stakes]),
    "total_stake": _total_stakes,
    "emission_history": _emission_history,
    "tao_dividends_per_hotkey": lambda subnet: tuple([(key, 0) for key in subnet.hotkeys]),
    "alpha_dividends_per_hotkey": _alpha_dividends,
}
"""One value per uid."""

FIELDS: Final[dict[str, Field]] = SETTINGS | SUBNET | NEURONS
