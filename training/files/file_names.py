"""Names of files in the stores of members."""

from __future__ import annotations

CONFIG = "config.json"
INITIAL = "initial.parameters"
CORPUS = "corpus"


def of_run(run: int) -> str:
    """The folder of a run, in which each round has one by its number."""
    return str(run)


def of_round(run: int, number: int) -> str:
    """The folder of a round."""
    return f"{of_run(run)}/{number}"


def payload(run: int, number: int, who: bytes) -> str:
    """The payload of a worker."""
    return f"{of_round(run, number)}/{who.hex()}.slp"


def trace(run: int, number: int, who: bytes) -> str:
    """The leaves of a worker's trace, SCALE, one behind the other."""
    return f"{of_round(run, number)}/{who.hex()}.trace"


def snapshot(run: int, number: int, who: bytes, leaf: int) -> str:
    """Model and optimiser of a worker at a leaf of its trace."""
    return f"{of_round(run, number)}/{who.hex()}-{leaf}.state"


def update(run: int, number: int, who: bytes) -> str:
    """The update of a worker, as chunks, int32, deflated."""
    return f"{of_round(run, number)}/{who.hex()}.update"


def buffer(run: int, number: int, who: bytes) -> str:
    """The error buffer of a worker before a round, as chunks, int32, deflated."""
    return f"{of_round(run, number)}/{who.hex()}.buffer"


def aggregate(run: int, number: int) -> str:
    """The aggregate of a round, int32, deflated."""
    return f"{of_round(run, number)}/aggregate"


def parameters(run: int, number: int) -> str:
    """The parameters after a round, int32."""
    return f"{of_round(run, number)}/parameters"


def statement(run: int, number: int, topic: str, who: bytes) -> str:
    """The statement of a member about a topic."""
    return f"{of_round(run, number)}/{topic}-{who.hex()}.json"
