"""What a swap costs: reads and writes of storage, for its fee depends on what there was to move."""

from __future__ import annotations

from pysubtensor.frame.weights import Weight, weight


class Accesses:
    """Counts as the chain counts them, which is not always what is read and written."""

    def __init__(self) -> None:
        self.reads = self.writes = 0

    def count(self, reads: int = 0, writes: int = 0) -> None:
        """So many more."""
        self.reads += reads
        self.writes += writes

    @property
    def weight(self) -> Weight:
        """All of them so far."""
        return weight(0, reads=self.reads, writes=self.writes)
