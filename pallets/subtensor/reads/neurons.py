"""The neurons of a subnet, one by one, by its main mechanism."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from pysubtensor.frame.primitives import U8, U16, U16_MAX, U32, U64, U128, AccountId, Uid
from pysubtensor.pallets.subtensor.reads.neuron_types import CompactRow, NeuronInfo, NeuronInfoLite
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.types import PrometheusInfo, WeightRow

V = TypeVar("V")

NO_METRICS: Final = PrometheusInfo(U64(0), U32(0), U128(0), U16(0), U8(0))


def neuron(subnet: Subnet, uid: Uid) -> NeuronInfo | None:
    """A neuron; None when there is none of that uid."""
    key = subnet.netuid, uid
    if key not in subnet.sub.keys:
        return None
    index = subnet.index, uid
    rows: dict[str, Any] = {
        "weights": _positive(subnet.sub.weights[index]),
        "bonds": _positive(subnet.sub.bonds[index]),
    }
    return NeuronInfo(**_common(subnet, uid, subnet.sub.keys[key]), **rows)


def neuron_lite(subnet: Subnet, uid: Uid) -> NeuronInfoLite | None:
    """The same without weights and bonds."""
    key = subnet.netuid, uid
    if key not in subnet.sub.keys:
        return None
    return NeuronInfoLite(**_common(subnet, uid, subnet.sub.keys[key]))


def neurons(subnet: Subnet) -> tuple[NeuronInfo, ...]:
    """All neurons, up to the first uid without one."""
    found = (neuron(subnet, uid) for uid in subnet.uids)
    return tuple(_until_none(found))


def neurons_lite(subnet: Subnet) -> tuple[NeuronInfoLite, ...]:
    """The same without weights and bonds."""
    found = (neuron_lite(subnet, uid) for uid in subnet.uids)
    return tuple(_until_none(found))


def _until_none(found: Any) -> list[Any]:
    return list(iter(lambda: next(found, None), None))


def _common(subnet: Subnet, uid: Uid, hotkey: AccountId) -> dict[str, Any]:
    """The fields of both kinds."""
    sub, netuid = subnet.sub, subnet.netuid
    coldkey = sub.owner[hotkey]
    return {
        "hotkey": hotkey,
        "coldkey": coldkey,
        "uid": uid,
        "netuid": netuid,
        "active": _at(sub.active[netuid], uid, False),
        "axon_info": subnet.axon(hotkey),
        "prometheus_info": sub.prometheus[netuid, hotkey] or NO_METRICS,
        "stake": ((coldkey, sub.total_hotkey_alpha[hotkey, netuid]),),
        "rank": 0,
        "emission": _at(sub.emission[netuid], uid, 0),
        "incentive": _at(sub.incentive[subnet.index], uid, 0),
        "consensus": _at(sub.consensus[netuid], uid, 0),
        "trust": 0,
        "validator_trust": _at(sub.validator_trust[netuid], uid, 0),
        "dividends": _at(sub.dividends[netuid], uid, 0),
        "last_update": _at(sub.last_update[subnet.index], uid, 0),
        "validator_permit": _at(sub.validator_permit[netuid], uid, False),
        "pruning_score": U16_MAX,
    }


def _at(values: Sequence[V], uid: Uid, otherwise: V) -> V:
    return values[uid] if uid < len(values) else otherwise


def _positive(row: WeightRow) -> CompactRow:
    return tuple((uid, part) for uid, part in row if part)
