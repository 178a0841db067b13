"""What is refused of a signer's weights call before it runs, and so before its own checks.

Source: guards/check_weights, guards/check_rate_limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from pysubtensor.frame.call import Call
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
    """Errors: NotEnoughStakeToSetWeights; SettingWeightsTooFast."""
    _ensure_stake(sub, who, (netuid,))
    if not sub.commit_reveal_weights_enabled[netuid]:
        _ensure_rate(sub, who, netuid, mechanism, SettingWeightsTooFast)


def committing(sub: Storage, who: AccountId, netuid: NetUid, mechanism: MechId) -> None:
    """Errors: NotEnoughStakeToSetWeights; CommittingWeightsTooFast."""
    _ensure_stake(sub, who, (netuid,))
    _ensure_rate(sub, who, netuid, mechanism, CommittingWeightsTooFast)


def batch(
    sub: Storage, who: AccountId, netuids: Sequence[NetUid], *others: Sequence[object]
) -> None:
    """Errors: InputLengthsUnequal for lists of several lengths; NotEnoughStakeToSetWeights."""
    ensure_lengths(netuids, *others)
    _ensure_stake(sub, who, netuids)


def revealing(
    sub: Storage,
    who: AccountId,
    netuid: NetUid,
    mechanism: MechId,
    revealed: Iterable[Reveal],
) -> None:
    """Errors: NotEnoughStakeToSetWeights; NoWeightsCommitFound; RevealTooEarly, or too late."""
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


def check(sub: Storage, who: AccountId, call: Call) -> None:
    """Errors: whatever a guard refuses a call of this pallet with; others pass."""
    guard = _BY_NAME.get(call.name) if call.pallet == sub.name else None
    if guard is not None:
        guard(sub, who, *call.args)


def _reveal_one(
    sub: Storage, who: AccountId, netuid: NetUid, mechanism: MechId, *revealed: Any
) -> None:
    revealing(sub, who, netuid, mechanism, reveals(*((each,) for each in revealed)))


def _reveal_several(sub: Storage, who: AccountId, netuid: NetUid, *lists: Any) -> None:
    ensure_lengths(*lists)
    revealing(sub, who, netuid, MAIN, reveals(*lists))


_BY_NAME: Final[Mapping[str, Callable[..., None]]] = {
    "set_weights": lambda sub, who, netuid, *_: setting(sub, who, netuid, MAIN),
    "set_mechanism_weights": lambda sub, who, netuid, mecid, *_: setting(sub, who, netuid, mecid),
    "batch_set_weights": batch,
    "commit_weights": lambda sub, who, netuid, _: committing(sub, who, netuid, MAIN),
    "commit_mechanism_weights": lambda sub, who, netuid, mecid, _: committing(
        sub, who, netuid, mecid
    ),
    "batch_commit_weights": batch,
    "reveal_weights": lambda sub, who, netuid, *args: _reveal_one(sub, who, netuid, MAIN, *args),
    "reveal_mechanism_weights": _reveal_one,
    "batch_reveal_weights": _reveal_several,
}
"""The guard of each call, with the call's own arguments."""
