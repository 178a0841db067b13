"""Run in a process of its own: repeat recorded blocks, then the traffic itself; print all hashes.

python -m tests.determinism.repeat RECORD BLOCKS
"""

import json
import sys
from pathlib import Path

from pysubtensor import Devnet
from pysubtensor.frame.header import Block, Header
from tests.determinism.traffic import Traffic


def record(d: Devnet) -> str:
    """Blocks 2 and later as JSON: header and extrinsics in hex."""
    blocks = [d.node.chain.store.block(number) for number in range(2, d.number + 1)]
    return json.dumps([[b.header.hex(), [raw.hex() for raw in b.body]] for b in blocks])


def recorded(text: str) -> list[Block]:
    return [
        Block(Header.decode(bytes.fromhex(header)), tuple(bytes.fromhex(raw) for raw in body))
        for header, body in json.loads(text)
    ]


def hashes(d: Devnet) -> list[str]:
    """Of all blocks, from the first."""
    return [d.node.chain.store.hash_at(number).hex() for number in range(d.number + 1)]


def main(path: str, blocks: str) -> None:
    with Devnet() as repeated:
        for block in recorded(Path(path).read_text()):
            repeated.node.import_block(block)
        first = hashes(repeated)
    with Devnet() as acted:
        Traffic(acted).run(int(blocks))
        second = hashes(acted)
    print(json.dumps([first, second]))  # noqa: T201 (what the test reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
