"""What is forgotten when a subnet ends: the storage items, by what their keys begin with.

Some settings stay for whoever gets the netuid next, as on the chain: what is not named here.
Source: coinbase/root (remove_network), staking/claim_root.
"""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U16, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.events.keys import SubnetIdentityRemoved
from pysubtensor.pallets.subtensor.hyperparameters import mechanisms
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN, storage_index
from pysubtensor.pallets.subtensor.types import ROOT, NetUidStorageIndex


def forget(sub: Storage, netuid: NetUid) -> None:
    """Let a subnet not exist any more; its stakes must have been paid out (`remove_network`)."""
    sub.total_networks.put(U16(saturating_sub(sub.total_networks.get(), 1)))
    for _, hotkey in sub.keys.items(netuid):
        del sub.is_network_member[hotkey, netuid]
    _stop_weighing(sub, netuid)
    _forget_mechanisms(sub, netuid)
    for item in (*_of_network(sub), *_of_epochs(sub), *_of_settings(sub), *_of_registration(sub)):
        del item[netuid]
    for item in (*_of_neurons(sub), *_of_pool(sub), *_of_emission(sub)):
        del item[netuid]
    for netuid_first in _by_netuid_and_key(sub):
        netuid_first.clear(netuid)
    for netuid_second in _by_key_and_netuid(sub):
        for key in netuid_second.keys():  # noqa: SIM118 (a map is not iterable)
            if key[1] == netuid:
                del netuid_second[key]
    _forget_identity(sub, netuid)
    _forget_lease(sub, netuid)


def forget_root_claims(sub: Storage, netuid: NetUid) -> None:
    """Drop what stakes on root have earned on a subnet and not claimed.

    In subtensor: `finalize_all_subnet_root_dividends`.
    """
    for hotkey, rates in sub.root_claimable.items():
        sub.root_claimable[hotkey] = {each: rates[each] for each in rates if each != netuid}
    sub.root_claimed.clear(netuid)


def _stop_weighing(sub: Storage, netuid: NetUid) -> None:
    """Let root's neurons give the subnet no weight."""
    root = storage_index(ROOT, MAIN)
    for key, row in sub.weights.items(root):
        sub.weights[key] = tuple((to, U16(0) if to == netuid else part) for to, part in row)


def _forget_mechanisms(sub: Storage, netuid: NetUid) -> None:
    for mechanism in range(sub.mechanism_count_current[netuid]):
        index = storage_index(netuid, mechanism)
        mechanisms.forget(sub, index)
        _forget_old_commits(sub, index)
    del sub.mechanism_count_current[netuid]
    del sub.mechanism_emission_split[netuid]


def _forget_old_commits(sub: Storage, index: NetUidStorageIndex) -> None:
    sub.crv3_weight_commits.clear(index)
    sub.crv3_weight_commits_v2.clear(index)


def _forget_identity(sub: Storage, netuid: NetUid) -> None:
    if netuid in sub.subnet_identities_v3:
        del sub.subnet_identities_v3[netuid]
        sub.emit(SubnetIdentityRemoved(netuid))


def _forget_lease(sub: Storage, netuid: NetUid) -> None:
    lease = sub.subnet_uid_to_lease_id.take(netuid)
    if lease is not None:
        del sub.subnet_leases[lease]
        sub.subnet_lease_shares.clear(lease)
        del sub.accumulated_lease_dividends[lease]


# -- items with a netuid for their key ------------------------------------------------------------


def _of_network(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.networks_added,
        sub.subnet_owner,
        sub.subnet_owner_hotkey,
        sub.network_registered_at,
        sub.token_symbol,
        sub.subnet_mechanism,
        sub.transfer_toggle,
        sub.subnet_locked,
        sub.largest_locked,
        sub.first_emission_block_number,
        sub.subtoken_enabled,
        sub.owner_cut_auto_lock_enabled,
    )


def _of_epochs(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.tempo,
        sub.last_epoch_block,
        sub.pending_epoch_at,
        sub.subnet_epoch_index,
        sub.blocks_since_last_step,
        sub.last_mechanism_step_block,
        sub.reveal_period_epochs,
    )


def _of_settings(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.kappa,
        sub.rho,
        sub.alpha_sigmoid_steepness,
        sub.activity_cutoff,
        sub.activity_cutoff_factor_milli,
        sub.min_allowed_weights,
        sub.max_allowed_validators,
        sub.bonds_moving_average,
        sub.bonds_penalty,
        sub.bonds_reset_on,
        sub.serving_rate_limit,
        sub.weights_set_rate_limit,
        sub.weights_version_key,
        sub.validator_prune_len,
        sub.scaling_law_power,
        sub.commit_reveal_weights_enabled,
        sub.liquid_alpha_on,
        sub.yuma3_on,
        sub.alpha_values,
    )


def _of_registration(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.network_registration_allowed,
        sub.network_pow_registration_allowed,
        sub.max_allowed_uids,
        sub.immunity_period,
        sub.immune_owner_uids_limit,
        sub.target_registrations_per_interval,
        sub.max_registrations_per_block,
        sub.registrations_this_block,
        sub.registrations_this_interval,
        sub.pow_registrations_this_interval,
        sub.burn_registrations_this_interval,
        sub.last_adjustment_block,
        sub.burn,
        sub.min_burn,
        sub.max_burn,
        sub.burn_half_life,
        sub.burn_increase_mult,
        sub.difficulty,
        sub.min_difficulty,
        sub.max_difficulty,
        sub.rao_recycled_for_registration,
    )


def _of_neurons(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.subnetwork_n,
        sub.active,
        sub.emission,
        sub.consensus,
        sub.dividends,
        sub.validator_permit,
        sub.validator_trust,
        sub.stake_weight,
        sub.loaded_emission,
    )


def _of_pool(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.subnet_alpha_in,
        sub.subnet_alpha_out,
        sub.subnet_protocol_alpha,
        sub.subnet_volume,
        sub.subnet_moving_price,
        sub.subnet_tao_flow,
        sub.subnet_ema_tao_flow,
        sub.subnet_protocol_flow,
        sub.subnet_ema_protocol_flow,
        sub.ema_price_halving_blocks,
    )


def _of_emission(sub: Storage) -> tuple[Map[NetUid, Any], ...]:
    return (
        sub.subnet_alpha_in_emission,
        sub.subnet_alpha_out_emission,
        sub.subnet_tao_in_emission,
        sub.subnet_excess_tao,
        sub.subnet_root_sell_tao,
        sub.pending_validator_emission,
        sub.pending_server_emission,
        sub.pending_root_alpha_divs,
        sub.pending_owner_cut,
        sub.miner_burned,
    )


# -- items with it in their key -------------------------------------------------------------------


def _by_netuid_and_key(sub: Storage) -> tuple[Map[Any, Any], ...]:
    return (
        sub.uids,
        sub.keys,
        sub.block_at_registration,
        sub.axons,
        sub.neuron_certificates,
        sub.prometheus,
        sub.alpha_dividends_per_subnet,
        sub.pending_child_keys,
        sub.associated_evm_address,
        sub.last_hotkey_swap_on_netuid,
    )


def _by_key_and_netuid(sub: Storage) -> tuple[Map[Any, Any], ...]:
    return (
        sub.childkey_take,
        sub.child_keys,
        sub.parent_keys,
        sub.last_hotkey_emission_on_netuid,
        sub.total_hotkey_alpha_last_epoch,
        sub.transaction_key_last_block,
    )
