"""Time to stage and commit a block, by keys changed and by size of the state, and to take it back.

    python -m benches.state_root --json
    python -m benches.state_root --sizes 1000 10000 --blocks 50

Keys look like those of maps: the hashes of a pallet and an item, then a hash with its key.  A block
changes random keys out of a thousand that are busy (`busy`) or out of all (`all`).  Times are
medians in microseconds without waiting for the disk; the trie is stored now and then, which shows
in `worst`.
"""

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Sequence

from pysubtensor.frame.hashing import blake2_128_concat, twox_128
from pysubtensor.runtime.store.store import Store, StoredBlock

SIZES = (1_000, 10_000, 100_000, 1_000_000)
CHANGED = (1, 20, 100, 10_000)
BUSY = 1_000

Result = dict[str, int | str]


def state_keys(size: int) -> list[bytes]:
    """`size` keys of forty maps in twelve pallets."""
    maps = [twox_128(b"Pallet%d" % (n % 12)) + twox_128(b"Item%d" % n) for n in range(40)]
    return [maps[n % 40] + blake2_128_concat(n.to_bytes(32, "little")) for n in range(size)]


def add_block(store: Store, changes: dict[bytes, bytes | None]) -> tuple[float, float]:
    """Seconds to stage and to commit one block."""
    number = 0 if store.head is None else store.head.number + 1
    block = StoredBlock(number, b"%032d" % number, b"h" * 150, (b"x" * 140,) * 3)
    start = time.perf_counter()
    staged = store.stage(changes)
    between = time.perf_counter()
    store.commit(staged, block)
    return between - start, time.perf_counter() - between


def micros(seconds: Sequence[float]) -> int:
    """The median in microseconds."""
    return round(statistics.median(seconds) * 1e6)


def measure(store: Store, pool: list[bytes], changed: int, blocks: int) -> Result:
    """Commit `blocks` blocks that each change `changed` keys of `pool`."""
    times = []
    for number in range(blocks):
        keys = random.sample(pool, min(changed, len(pool)))
        value = b"%08d%08d" % (changed, number)
        times.append(add_block(store, dict.fromkeys(keys, value)))
    return {
        "stage": micros([stage for stage, _ in times]),
        "commit": micros([commit for _, commit in times]),
        "total": micros([stage + commit for stage, commit in times]),
        "worst": round(max(stage + commit for stage, commit in times) * 1e6),
    }


def measure_rewind(store: Store, pool: list[bytes], depth: int, rounds: int) -> Result:
    """Take back `depth` blocks of twenty changed keys."""
    times = []
    for _ in range(rounds):
        measure(store, pool, 20, depth)
        head = store.head
        assert head is not None
        start = time.perf_counter()
        store.rewind(head.number - depth)
        times.append(time.perf_counter() - start)
    return {"blocks": depth, "total": micros(times), "worst": round(max(times) * 1e6)}


def run(sizes: Sequence[int], blocks: int) -> list[Result]:
    """All measurements, those of one state after the other."""
    results: list[Result] = []
    for size in sizes:
        keys = state_keys(size)
        with Store.open(None) as store:
            stage, commit = add_block(store, dict.fromkeys(keys, b"0" * 16))
            results.append({"what": "first", "keys": size, "total": round((stage + commit) * 1e6)})
            gc.collect()
            gc.freeze()
            for name, pool in (("busy", random.sample(keys, min(BUSY, size))), ("all", keys)):
                measure(store, pool, 20, blocks)
                for changed in CHANGED:
                    if changed <= len(pool):
                        rounds = max(3, min(blocks, 50_000 // changed))
                        row = measure(store, pool, changed, rounds)
                        head: Result = {"what": name, "keys": size, "changed": changed}
                        results.append({**head, **row})
            for depth in (1, 10):
                row = measure_rewind(store, keys[:BUSY], depth, 20)
                results.append({"what": "rewind", "keys": size, **row})
        gc.unfreeze()
    return results


def main() -> None:
    """Print the results as lines, or as one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="keys in the state")
    parser.add_argument("--blocks", type=int, default=300, help="blocks per measurement")
    options = parser.parse_args()
    random.seed(1)
    results = run(options.sizes, options.blocks)
    if options.json:
        print(json.dumps({"bench": "state_root", "unit": "us", "results": results}))
        return
    for row in results:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
