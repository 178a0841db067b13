"""Where neurons can be reached: which addresses are taken, and how often.

Addresses are numbers, of IPv4 or IPv6 as `ip_type` (4 or 6) says.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U8, AccountId, NetUid
from pysubtensor.pallets.subtensor import hotkeys
from pysubtensor.pallets.subtensor.errors import (
    HotKeyNotRegisteredInNetwork,
    InvalidIpAddress,
    InvalidIpType,
    InvalidPort,
    ServingRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.events.keys import AxonServed, PrometheusServed
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import AxonInfo, NeuronCertificate, PrometheusInfo

IPV4: Final = 4
IPV6: Final = 6
LOOPBACK: Final = {IPV4: 0x7F00_0001, IPV6: 1}
_HIGHEST: Final = {IPV4: (1 << 32) - 1, IPV6: (1 << 128) - 1}
_KEY_BYTES: Final = 64


def check_address(ip_type: int, ip: int, *, allow_zero: bool) -> None:
    """Errors: InvalidIpType; InvalidIpAddress for the loopback, the highest one and beyond."""
    if ip_type not in _HIGHEST:
        raise InvalidIpType
    if ip == 0 and not allow_zero:
        raise InvalidIpAddress
    if ip >= _HIGHEST[ip_type] or ip == LOOPBACK[ip_type]:
        raise InvalidIpAddress


def check_axon(sub: Storage, hotkey: AccountId, netuid: NetUid, axon: AxonInfo) -> None:
    """Errors: HotKeyNotRegisteredInNetwork, those of `check_address`, ServingRateLimitExceeded,
    InvalidPort.
    """
    if not hotkeys.is_neuron(sub, netuid, hotkey):
        raise HotKeyNotRegisteredInNetwork
    check_address(axon.ip_type, axon.ip, allow_zero=True)
    _check_pause(sub, netuid, sub.axons[netuid, hotkey])
    _check_port(axon.port)


def check_prometheus(sub: Storage, hotkey: AccountId, netuid: NetUid, info: PrometheusInfo) -> None:
    """Errors: those of `check_axon`, the address first."""
    check_address(info.ip_type, info.ip, allow_zero=False)
    if not hotkeys.is_neuron(sub, netuid, hotkey):
        raise HotKeyNotRegisteredInNetwork
    _check_pause(sub, netuid, sub.prometheus[netuid, hotkey])
    _check_port(info.port)


def _check_pause(sub: Storage, netuid: NetUid, before: AxonInfo | PrometheusInfo | None) -> None:
    if before is None or before.block == 0:
        return
    if saturating_sub(now(sub), before.block) < sub.serving_rate_limit[netuid]:
        raise ServingRateLimitExceeded


def _check_port(port: int) -> None:
    if port == 0:
        raise InvalidPort


def certificate_of(data: bytes) -> NeuronCertificate | None:
    """Algorithm and key of at most 64 bytes; None for what is neither."""
    if not 1 <= len(data) <= 1 + _KEY_BYTES:
        return None
    return NeuronCertificate(public_key=data[1:], algorithm=U8(data[0]))


def serve_axon(
    sub: Storage, hotkey: AccountId, netuid: NetUid, axon: AxonInfo, certificate: bytes = b""
) -> None:
    """Publish where a neuron serves; a certificate that is none changes nothing (`do_serve_axon`).

    Errors: those of `check_axon`.
    """
    check_axon(sub, hotkey, netuid, axon)
    found = certificate_of(certificate)
    if found is not None:
        sub.neuron_certificates[netuid, hotkey] = found
    sub.axons[netuid, hotkey] = axon
    sub.emit(AxonServed(netuid, hotkey))


def serve_prometheus(sub: Storage, hotkey: AccountId, netuid: NetUid, info: PrometheusInfo) -> None:
    """Publish where a neuron shows its metrics.  Errors: those of `check_prometheus`.

    In subtensor: `do_serve_prometheus`.
    """
    check_prometheus(sub, hotkey, netuid, info)
    sub.prometheus[netuid, hotkey] = info
    sub.emit(PrometheusServed(netuid, hotkey))
