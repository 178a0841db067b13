"""Neurons publish where they can be reached."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U8, U64
from pysubtensor.pallets.subtensor import errors, serving
from pysubtensor.pallets.subtensor.events.keys import AxonServed, PrometheusServed
from pysubtensor.pallets.subtensor.types import AxonInfo, NeuronCertificate, PrometheusInfo
from tests.subtensor_chain import ONE
from tests.support import ALICE, BOB

IP = 1_676_056_785
AXON = {
    "netuid": ONE,
    "version": 2,
    "ip": IP,
    "port": 128,
    "ip_type": 4,
    "protocol": 0,
    "placeholder1": 0,
    "placeholder2": 0,
}
METRICS = {name: AXON[name] for name in ("netuid", "version", "ip", "port", "ip_type")}
CALLS = {"serve_axon": AXON, "serve_prometheus": METRICS}


def test_an_axon_is_kept_as_it_was_told(chain):
    assert chain.call(ALICE, "serve_axon", **AXON) == [AxonServed(ONE, ALICE)]
    assert chain.sub.axons[ONE, ALICE] == AxonInfo(1, 2, IP, 128, 4, 0, 0, 0)
    later = {
        **AXON,
        "version": 3,
        "ip": IP + 1,
        "port": 129,
        "ip_type": 6,
        "protocol": 1,
        "placeholder1": 1,
        "placeholder2": 1,
    }
    chain.at(51)
    chain.call(ALICE, "serve_axon", **later)
    assert chain.sub.axons[ONE, ALICE] == AxonInfo(51, 3, IP + 1, 129, 6, 1, 1, 1)
    assert chain.sub.neuron_certificates[ONE, ALICE] is None


def test_metrics_are_kept_as_they_were_told(chain):
    assert chain.call(ALICE, "serve_prometheus", **METRICS) == [PrometheusServed(ONE, ALICE)]
    kept = chain.sub.prometheus[ONE, ALICE]
    assert (kept.block, kept.version, kept.ip, kept.port, kept.ip_type) == (1, 2, IP, 128, 4)
    later = {**METRICS, "version": 3, "ip": IP + 1, "port": 129, "ip_type": 6}
    chain.at(51)
    chain.call(ALICE, "serve_prometheus", **later)
    assert chain.sub.prometheus[ONE, ALICE] == PrometheusInfo(51, 3, IP + 1, 129, 6)


def test_a_certificate_is_an_algorithm_and_a_key(chain):
    chain.call(ALICE, "serve_axon_tls", **AXON, certificate=b"CERT")
    key = chain.sub.neuron_certificates[ONE, ALICE]
    assert key == NeuronCertificate(b"ERT", U8(ord("C")))
    chain.sub.serving_rate_limit[ONE] = U64(0)
    chain.call(ALICE, "serve_axon_tls", **AXON, certificate=b"UPDATED_CERT")
    assert chain.sub.neuron_certificates[ONE, ALICE].public_key == b"PDATED_CERT"


@pytest.mark.parametrize(("data", "key"), [(b"\1", b""), (b"\1" + b"k" * 64, b"k" * 64)])
def test_keys_of_64_bytes_at_most(data, key):
    assert serving.certificate_of(data) == NeuronCertificate(key, U8(1))


@pytest.mark.parametrize("data", [b"", b"\1" + b"k" * 65])
def test_what_is_no_certificate_leaves_the_old_one(chain, data):
    chain.sub.serving_rate_limit[ONE] = U64(0)
    chain.call(ALICE, "serve_axon_tls", **AXON, certificate=b"CERT")
    assert chain.call(ALICE, "serve_axon_tls", **AXON, certificate=data) == [AxonServed(ONE, ALICE)]
    assert chain.sub.neuron_certificates[ONE, ALICE].public_key == b"ERT"


@pytest.mark.parametrize("name", CALLS)
def test_again_when_as_many_blocks_have_passed(chain, name):
    chain.call(ALICE, name, **CALLS[name])
    chain.sub.serving_rate_limit[ONE] = U64(2)
    chain.at(2)
    chain.refused("ServingRateLimitExceeded", ALICE, name, **CALLS[name])
    chain.at(3)
    chain.call(ALICE, name, **CALLS[name])


@pytest.mark.parametrize(
    ("name", "served", "item"),
    [("serve_axon", AxonServed, "axons"), ("serve_prometheus", PrometheusServed, "prometheus")],
)
def test_without_a_limit_as_often_as_one_likes(chain, name, served, item):
    chain.sub.serving_rate_limit[ONE] = U64(0)
    for port in range(1, 5):
        found = chain.call(ALICE, name, **{**CALLS[name], "port": port})
        assert found == [served(ONE, ALICE)]
        assert getattr(chain.sub, item)[ONE, ALICE].port == port


@pytest.mark.parametrize("name", CALLS)
def test_nobody_but_neurons(chain, name):
    chain.refused("HotKeyNotRegisteredInNetwork", BOB, name, **CALLS[name])
    with pytest.raises(BadOrigin):
        chain.call(ROOT, name, **CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_no_port_zero_but_after_everything_else(chain, name):
    portless = {**CALLS[name], "port": 0}
    chain.refused("InvalidPort", ALICE, name, **portless)
    chain.refused("InvalidIpType", ALICE, name, **{**portless, "ip_type": 10})
    chain.call(ALICE, name, **CALLS[name])
    chain.refused("ServingRateLimitExceeded", ALICE, name, **portless)


def test_metrics_are_checked_for_their_address_before_their_neuron(chain):
    chain.refused("InvalidIpAddress", BOB, "serve_prometheus", **{**METRICS, "ip": 0})
    chain.refused("HotKeyNotRegisteredInNetwork", BOB, "serve_axon", **{**AXON, "ip_type": 5})


@pytest.mark.parametrize("name", CALLS)
def test_no_neuron_serves_from_the_loopback(chain, name):
    chain.refused("InvalidIpAddress", ALICE, name, **{**CALLS[name], "ip": 0x7F000001})


def test_only_axons_may_be_at_zero(chain):
    chain.call(ALICE, "serve_axon", **{**AXON, "ip": 0})
    chain.refused("InvalidIpAddress", ALICE, "serve_prometheus", **{**METRICS, "ip": 0})


HIGHEST = {4: 2**32 - 1, 6: 2**128 - 1}


@pytest.mark.parametrize(
    ("ip_type", "ip"),
    [
        (4, 0x08080808),
        (4, HIGHEST[4] - 1),
        (4, 1),
        (6, 0x0001_0002_0003_0004_0005_0006_0007_0008),
        (6, 0x7F000001),
        (6, HIGHEST[6] - 1),
    ],
)
def test_addresses(ip_type, ip):
    serving.check_address(ip_type, ip, allow_zero=False)


@pytest.mark.parametrize("allow_zero", [False, True])
@pytest.mark.parametrize(
    ("ip_type", "ip"),
    [
        (4, HIGHEST[4]),
        (4, 0x7F000001),
        (4, 0xFFFF_0002_0003_0004_0005_0006_0007_0008),
        (4, HIGHEST[6]),
        (6, 1),
        (6, HIGHEST[6]),
    ],
)
def test_no_addresses(ip_type, ip, allow_zero):
    with pytest.raises(errors.InvalidIpAddress):
        serving.check_address(ip_type, ip, allow_zero=allow_zero)


@pytest.mark.parametrize("ip_type", [4, 6])
def test_zero_where_it_is_allowed(ip_type):
    serving.check_address(ip_type, 0, allow_zero=True)
    with pytest.raises(errors.InvalidIpAddress):
        serving.check_address(ip_type, 0, allow_zero=False)
