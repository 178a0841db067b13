"""The same actions give the same blocks: in other processes, for other hash seeds, replayed."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pysubtensor import TAO, Devnet
from pysubtensor.runtime.executive import InvalidBlock
from tests.determinism.repeat import hashes, record, recorded
from tests.determinism.traffic import Traffic, outcomes

BLOCKS = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source():
    with Devnet() as d:
        Traffic(d).run(BLOCKS)
        yield d


def test_the_traffic_is_mixed(source):
    seen = Counter(outcomes(source))
    for event in (
        "Transfer", "ExtrinsicFailed", "BatchInterrupted", "BatchCompletedWithErrors", "ItemFailed",
        "Sudid", "SudoAsDone", "NewMultisig", "MultisigExecuted", "Scheduled", "Dispatched",
        "Noted", "Requested", "Remarked", "BalanceSet", "NewAccount", "TransactionFeePaid",
    ):  # fmt: skip
        assert seen[event], event


@pytest.mark.parametrize("seed", ["1", "4294967295"])
def test_another_process_with_another_hash_seed(source, seed, tmp_path):
    file = tmp_path / "blocks.json"
    file.write_text(record(source))
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.repeat", str(file), str(BLOCKS)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    replayed, acted = json.loads(done.stdout)
    assert replayed == hashes(source)
    assert acted == hashes(source)


def test_the_folder_and_pruning_do_not_matter(source, tmp_path):
    with Devnet(base_path=tmp_path / "chain", prune=3) as d:
        Traffic(d).run(BLOCKS // 2)
    with Devnet(base_path=tmp_path / "chain") as d:
        for block in recorded(record(source)):
            if block.header.number > d.number:
                d.node.import_block(block)
        assert hashes(d) == hashes(source)


def test_a_replay_with_one_change_is_another_chain(source):
    blocks = recorded(record(source))
    with Devnet() as d:
        d.transfer("//Alice", "//Bob", TAO)
        with pytest.raises(InvalidBlock):
            d.node.import_block(blocks[1])
