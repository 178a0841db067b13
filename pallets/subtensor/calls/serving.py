"""Calls by which neurons publish where they can be reached."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U8, U16, U32, U128, NetUid
from pysubtensor.frame.weights import Pays, weight
from pysubtensor.pallets.subtensor import guards, serving
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import AxonInfo, PrometheusInfo


class ServingCalls(Storage):
    """Addresses of neurons."""

    @call(
        4,
        weight=weight(31_278_000, 4_178, reads=3, writes=1),
        pays_fee=Pays.NO,
        guard=guards.serve_axon,
        guard_weight=guards.SERVING,
    )
    def serve_axon(  # noqa: PLR0913, PLR0917
        self,
        origin: Origin,
        netuid: NetUid,
        version: U32,
        ip: U128,
        port: U16,
        ip_type: U8,
        protocol: U8,
        placeholder1: U8,
        placeholder2: U8,
    ) -> None:
        """Publish where a neuron can be reached.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `version`: version of its software, any number.
        - `ip`: IP address as a number.
        - `port`: port, not 0.
        - `ip_type`: 4 for IPv4, 6 for IPv6.
        - `protocol`: protocol, any number.
        - `placeholder1`: any number.
        - `placeholder2`: any number.

        Errors: HotKeyNotRegisteredInNetwork, InvalidIpType, InvalidIpAddress, InvalidPort,
        ServingRateLimitExceeded.
        """
        hotkey = ensure_signed(origin)
        axon = AxonInfo(now(self), version, ip, port, ip_type, protocol, placeholder1, placeholder2)
        serving.serve_axon(self, hotkey, netuid, axon)

    @call(
        40,
        weight=weight(30_617_000, 4_149, reads=3, writes=1),
        pays_fee=Pays.NO,
        guard=guards.serve_axon,
        guard_weight=guards.SERVING,
    )
    def serve_axon_tls(  # noqa: PLR0913, PLR0917
        self,
        origin: Origin,
        netuid: NetUid,
        version: U32,
        ip: U128,
        port: U16,
        ip_type: U8,
        protocol: U8,
        placeholder1: U8,
        placeholder2: U8,
        certificate: bytes,
    ) -> None:
        """Publish where a neuron can be reached, with the key of its TLS certificate.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `version`: version of its software, any number.
        - `ip`: IP address as a number.
        - `port`: port, not 0.
        - `ip_type`: 4 for IPv4, 6 for IPv6.
        - `protocol`: protocol, any number.
        - `placeholder1`: any number.
        - `placeholder2`: any number.
        - `certificate`: a byte for the algorithm and the public key, at most 64 bytes; others are
          ignored.

        Errors: none of its own; those of `serve_axon`.
        """
        hotkey = ensure_signed(origin)
        axon = AxonInfo(now(self), version, ip, port, ip_type, protocol, placeholder1, placeholder2)
        serving.serve_axon(self, hotkey, netuid, axon, certificate)

    @call(
        5,
        weight=weight(29_294_000, 4_277, reads=3, writes=1),
        pays_fee=Pays.NO,
        guard=guards.serve_prometheus,
        guard_weight=guards.SERVING,
    )
    def serve_prometheus(
        self, origin: Origin, netuid: NetUid, version: U32, ip: U128, port: U16, ip_type: U8
    ) -> None:
        """Publish where a neuron shows its metrics.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `version`: version of its software, any number.
        - `ip`: IP address as a number; not 0.
        - `port`: port, not 0.
        - `ip_type`: 4 for IPv4, 6 for IPv6.

        Errors: none of its own; those of `serve_axon`.
        """
        hotkey = ensure_signed(origin)
        info = PrometheusInfo(now(self), version, ip, port, ip_type)
        serving.serve_prometheus(self, hotkey, netuid, info)
