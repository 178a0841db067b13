"""What clients ask most of subnets, on a chain with 128 subnets of 256 neurons.

    python -m benches.subnet_reads --json

Each question is asked of the best block, right after it was made, through the runtime API: from
SCALE arguments to SCALE bytes.  Then of a block in the past.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from benches.report import OURS, Bound, Row, main, row
from pysubtensor import Devnet
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like

QUESTIONS = {
    "dynamic info of all subnets": ("SubnetInfoRuntimeApi_get_all_dynamic_info", b"", 30),
    "metagraph": ("SubnetInfoRuntimeApi_get_metagraph", (1).to_bytes(2, "little"), 20),
    "neurons, lite": ("NeuronInfoRuntimeApi_get_neurons_lite", (1).to_bytes(2, "little"), None),
}
"""By what is measured: the method, its arguments, bound in milliseconds."""


def asked(devnet: Devnet, block: bytes | None, method: str, data: bytes) -> float:
    """Milliseconds until the answer is there."""
    start = time.perf_counter()
    devnet.node.chain.call_api(block, method, data)
    return (time.perf_counter() - start) * 1e3


async def measure(options: argparse.Namespace) -> list[Row]:
    """A row for each question, of the best block and of one in the past."""
    size = Size(subnets=options.subnets, neurons=options.neurons)
    with Devnet(mainnet_like(size)) as devnet:
        return list(_rows(devnet, options.rounds))


def _rows(devnet: Devnet, rounds: int) -> Iterator[Row]:
    past = devnet.hash
    for what, (method, data, limit) in QUESTIONS.items():
        now = []
        for _ in range(rounds):
            devnet.mine()
            now.append(asked(devnet, None, method, data))
        bounds = () if limit is None else (Bound.at_most(limit),)
        yield row(what, "ms", {OURS: now}, bounds)
        first, *later = [asked(devnet, past, method, data) for _ in range(rounds + 1)]
        yield row(f"{what}, a past block, first", "ms", {OURS: [first]})
        yield row(f"{what}, a past block", "ms", {OURS: later})


if __name__ == "__main__":
    main(__doc__, "subnet_reads", measure, subnets=128, neurons=256, rounds=9)
