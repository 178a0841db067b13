"""Metrics for Prometheus: calls by method and transport, their times, and sessions.

A call only adds to integers; samples are made when the page is requested.
"""

from bisect import bisect_left
from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
)

BUCKETS_US = (5, 25, 100, 500, 1_000, 2_500, 10_000, 25_000, 100_000, 1_000_000, 10_000_000)
"""Upper bounds of the call-time histogram, in microseconds."""

_BUCKETS_S = tuple(bound / 1e6 for bound in BUCKETS_US)


class CallStats:
    """Counters of one method over one transport."""

    __slots__ = ("buckets", "failed", "seconds", "started")

    def __init__(self) -> None:
        self.started = 0
        self.failed = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(BUCKETS_US) + 1)

    def finish(self, since: float, *, failed: bool) -> None:
        """Count a call that started at `since` (`perf_counter` seconds)."""
        took = perf_counter() - since
        self.seconds += took
        self.buckets[bisect_left(_BUCKETS_S, took)] += 1
        if failed:
            self.failed += 1

    @property
    def finished(self) -> int:
        """Calls that were answered."""
        return sum(self.buckets)


class Metrics:
    """Metrics of the server, as a collector of `registry`."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.calls: dict[tuple[str, str], CallStats] = {}
        self.sessions_opened = 0
        self.sessions_closed = 0
        self.dropped = 0
        self.unknown = 0
        self.registry.register(self)

    def stats(self, transport: str, method: str) -> CallStats:
        """The counters of `method` over `transport` ("ws" or "http"), made at first use."""
        return self.calls.setdefault((transport, method), CallStats())

    def close(self) -> None:
        """Leave the registry, so that another server can join it."""
        self.registry.unregister(self)

    def text(self) -> bytes:
        """Everything in the registry, in the exposition format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """All samples; methods that were never called are left out."""
        used = {key: stats for key, stats in sorted(self.calls.items()) if stats.started}
        yield from _call_families(used)
        yield CounterMetricFamily(
            "substrate_rpc_calls_unknown", "Calls of methods that do not exist", self.unknown
        )
        yield CounterMetricFamily(
            "substrate_rpc_sessions_opened", "WebSocket sessions opened", self.sessions_opened
        )
        yield CounterMetricFamily(
            "substrate_rpc_sessions_closed", "WebSocket sessions closed", self.sessions_closed
        )
        yield CounterMetricFamily(
            "substrate_rpc_sessions_dropped",
            "Sessions cut because their peer did not read",
            self.dropped,
        )


def _call_families(used: dict[tuple[str, str], CallStats]) -> Iterator[Metric]:
    labels = ("protocol", "method")
    started = CounterMetricFamily("substrate_rpc_calls_started", "Calls received", labels=labels)
    finished = CounterMetricFamily(
        "substrate_rpc_calls_finished", "Calls answered", labels=(*labels, "is_error")
    )
    times = HistogramMetricFamily(
        "substrate_rpc_calls_time", "Microseconds a call took", labels=labels
    )
    for key, stats in used.items():
        started.add_metric(key, stats.started)
        finished.add_metric((*key, "false"), stats.finished - stats.failed)
        finished.add_metric((*key, "true"), stats.failed)
        times.add_metric(key, _cumulative(stats), stats.seconds * 1e6)
    yield from (started, finished, times)


def _cumulative(stats: CallStats) -> list[tuple[str, float]]:
    """Histogram buckets as Prometheus wants them: each counts all below its bound."""
    rows: list[tuple[str, float]] = []
    total = 0
    for bound, count in zip((*map(str, BUCKETS_US), "+Inf"), stats.buckets, strict=True):
        total += count
        rows.append((bound, total))
    return rows
