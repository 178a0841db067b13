"""Unsafe methods: which listeners serve them, and the error where they are not served.

A method declared with `unsafe=True` changes the node or is expensive; by default only this machine
may call it.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum

from pysubtensor.rpc.errors import UnsafeCall


class Policy(StrEnum):
    """Whether a listener serves unsafe methods."""

    AUTO = "auto"
    """Only where no other machine can connect."""
    SAFE = "safe"
    """Never."""
    UNSAFE = "unsafe"
    """Always."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to a listener at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serves_unsafe(policy: Policy, host: str) -> bool:
    """Whether a listener at `host` with this policy serves unsafe methods."""
    return is_loopback(host) if policy is Policy.AUTO else policy is Policy.UNSAFE


def check_unsafe(*, served: bool) -> None:
    """Refuse the call of an unsafe method where they are not served.  Errors: UnsafeCall."""
    if not served:
        raise UnsafeCall
