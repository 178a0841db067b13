"""What is refused of a signer's weights call before it runs, and so before its own checks.

Source: guards/check_weights, guards/check_rate_limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pysubtensor.frame.error import DispatchFailure, ensure
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import (
    CommittingWeightsTooFast,
    InputLengthsUnequal,
    NotEnoughStakeToSetWeights,
    NoWeightsCommitFound,
    RevealTooEarly,
    SettingWeightsTooFast,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import mechanisms
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN
from pysubtensor.pallets.subtensor.types import MechId
from pysubtensor.pallets.subtensor.weights import checks
from pysubtensor.pallets.subtensor.weights.commits import Reveal, commit_hash_of, is_time, reveals


def setting(sub: Storage, who: AccountId, netuid: NetUid, mechanism: MechId) -> None:
    """Refuse weights of too little stake, or set too soon after the last.

    Errors: NotEnoughStakeToSetWeights; SettingWeightsTooFast.
    """
    _ensure_stake(sub, who, (netuid,))
    if not sub.commit_reveal_weights_enabled[netuid]:
        _ensure_rate(sub, who, netuid, mechanism, SettingWeightsTooFast)


def committing(sub: Storage, who: AccountId, netuid: NetUid, mechanism: MechId) -> None:
    """Refuse commitments of too little stake, or made too soon after the last.

    Errors: NotEnoughStakeToSetWeights; CommittingWeightsTooFast.
    """
    _ensure_stake(sub, who, (netuid,))
    _ensure_rate(sub, who, netuid, mechanism, CommittingWeightsTooFast)


def batch(
    sub: Storage, who: AccountId, netuids: Sequence[NetUid], *others: Sequence[object]
) -> None:
    """Refuse lists of several lengths, and subnets where the hotkey has too little stake.

    Errors: InputLengthsUnequal; NotEnoughStakeToSetWeights.
    """
    ensure_lengths(netuids, *others)
    _ensure_stake(sub, who, netuids)


def revealing(
    sub: Storage,
    who: AccountId,
    netuid: NetUid,
    mechanism: MechId,
    revealed: Iterable[Reveal],
) -> None:
    """Refuse reveals of too little stake, or that no commitment waits for now.

    Errors: NotEnoughStakeToSetWeights; NoWeightsCommitFound; RevealTooEarly, too late as well.
    """
    _ensure_stake(sub, who, (netuid,))
    index = mechanisms.storage_index(netuid, mechanism)
    commits = sub.weight_commits[index, who]
    if commits is None:
        raise NoWeightsCommitFound
    for each in revealed:
        wanted = commit_hash_of(sub, who, index, each)
        found = next((commit for commit in commits if commit[0] == wanted), None)
        if found is None:
            raise NoWeightsCommitFound
        ensure(is_time(sub, netuid, found), RevealTooEarly)


def ensure_lengths(first: Sequence[object], *others: Sequence[object]) -> None:
    """Errors: InputLengthsUnequal."""
    ensure(all(len(each) == len(first) for each in others), InputLengthsUnequal)


def _ensure_stake(sub: Storage, who: AccountId, netuids: Iterable[NetUid]) -> None:
    for netuid in netuids:
        ensure(checks.has_stake(sub, netuid, who), NotEnoughStakeToSetWeights)


def _ensure_rate(
    sub: Storage,
    who: AccountId,
    netuid: NetUid,
    mechanism: MechId,
    too_fast: type[DispatchFailure],
) -> None:
    """A hotkey without a uid passes: the call itself refuses it."""
    uid = sub.uids[netuid, who]
    if uid is not None:
        index = mechanisms.storage_index(netuid, mechanism)
        ensure(checks.within_rate_limit(sub, index, uid), too_fast)


# -- of one call each, given to `@call` -----------------------------------------------------------


def set_weights(sub: Storage, who: AccountId, netuid: NetUid, *_: object) -> None:
    """Errors: those of `setting`."""
    setting(sub, who, netuid, MAIN)


def set_mechanism_weights(
    sub: Storage, who: AccountId, netuid: NetUid, mecid: MechId, *_: object
) -> None:
    """Errors: those of `setting`."""
    setting(sub, who, netuid, mecid)


def commit_weights(sub: Storage, who: AccountId, netuid: NetUid, *_: object) -> None:
    """Errors: those of `committing`."""
    committing(sub, who, netuid, MAIN)


def commit_mechanism_weights(
    sub: Storage, who: AccountId, netuid: NetUid, mecid: MechId, *_: object
) -> None:
    """Errors: those of `committing`."""
    committing(sub, who, netuid, mecid)


def reveal_weights(sub: Storage, who: AccountId, netuid: NetUid, *revealed: Any) -> None:
    """Errors: those of `revealing`."""
    reveal_mechanism_weights(sub, who, netuid, MAIN, *revealed)


def reveal_mechanism_weights(
    sub: Storage, who: AccountId, netuid: NetUid, mecid: MechId, *revealed: Any
) -> None:
    """Errors: those of `revealing`."""
    revealing(sub, who, netuid, mecid, reveals(*((each,) for each in revealed)))


def batch_reveal_weights(sub: Storage, who: AccountId, netuid: NetUid, *lists: Any) -> None:
    """Errors: InputLengthsUnequal; those of `revealing`."""
    ensure_lengths(*lists)
    revealing(sub, who, netuid, MAIN, reveals(*lists))
