"""How the server is set up: where it listens, what it serves to whom, and its limits."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum

from prometheus_client import CollectorRegistry

MEGABYTE = 1 << 20


class Policy(StrEnum):
    """Which methods a listener serves."""

    AUTO = "auto"
    """Unsafe ones only where nobody but this machine can connect."""
    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Listener:
    """One port.  `port` 0 takes a free one; see `Server.ports`."""

    host: str = "127.0.0.1"
    port: int = 9944
    policy: Policy = Policy.AUTO

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def serves_unsafe(self) -> bool:
        """Whether unsafe methods may be called here."""
        if self.policy is Policy.AUTO:
            return self.loopback
        return self.policy is Policy.UNSAFE


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits and permissions; the defaults are the real node's.

    Sizes are in bytes, times in seconds.
    """

    max_request: int = 15 * MEGABYTE
    max_response: int = 15 * MEGABYTE
    max_connections: int = 10_000
    """HTTP requests under way and WebSocket sessions, all listeners together."""
    max_subscriptions: int = 10_000
    """Per connection."""
    max_batch: int | None = None
    """Requests in a batch; None for any number, 0 refuses batches."""
    max_backlog: int = 16 * MEGABYTE
    """Bytes that may wait for a client that does not read before its connection is cut."""
    cors: tuple[str, ...] | None = None
    """Origins browsers may call from; None for all."""
    hosts: tuple[str, ...] | None = None
    """Allowed Host headers ("name:port", "name:*"); None for loopback names if `cors` is a list,
    else any."""
    without: frozenset[str] = frozenset()
    """Namespaces that are not served."""
    ping_interval: float = 30.0
    """A WebSocket client that is silent for three of these is gone."""
    idle_timeout: float = 120.0
    """An HTTP connection without a request is closed after this long."""
    request_timeout: float = 30.0
    """Longest wait for the rest of a request."""
    stop_timeout: float = 5.0
    """Longest wait for requests under way when the server stops."""
    registry: CollectorRegistry | None = field(default=None, compare=False)
    """Where the metrics go; None for a registry of the server's own."""
