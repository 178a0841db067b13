"""Options of the server: where it listens, what it serves to whom, and its limits."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from pysubtensor.rpc.server.unsafe_methods import Policy, is_loopback, serves_unsafe

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Listener:
    """One port.  `port` 0 takes a free one; see `Server.ports`."""

    host: str = "127.0.0.1"
    port: int = 9944
    policy: Policy = Policy.AUTO

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        return is_loopback(self.host)

    @property
    def serves_unsafe(self) -> bool:
        """Whether unsafe methods may be called here."""
        return serves_unsafe(self.policy, self.host)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits and permissions; the defaults are the real node's.

    Sizes are in bytes, times in seconds.
    """

    max_request: int = 15 * MEGABYTE
    max_response: int = 15 * MEGABYTE
    max_connections: int = 10_000
    """HTTP requests being served and WebSocket sessions, of all listeners together."""
    max_subscriptions: int = 10_000
    """Most subscriptions of one connection."""
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
    """Longest wait for requests being served when the server stops."""
    registry: CollectorRegistry | None = field(default=None, compare=False)
    """Where the metrics go; None for a registry of the server's own."""
