"""dev_exportBlocks."""

from pathlib import Path

import pytest

from tests.unit.rpc.live import Live


async def test_blocks_as_parquet(live: Live, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    await live.call("author_submitExtrinsic", live.transfer())
    live.node.mine(2)
    path = str(tmp_path / "blocks.parquet")
    assert await live.call("dev_exportBlocks", path) == {"path": path, "blocks": 4}
    rows = parquet.read_table(path).to_pylist()
    assert [row["number"] for row in rows] == [0, 1, 2, 3]
    assert ["0x" + row["hash"].hex() for row in rows] == [live.hash_at(n) for n in range(4)]
    body = (await live.call("chain_getBlock", live.hash_at(2)))["block"]["extrinsics"]
    assert ["0x" + each.hex() for each in rows[2]["extrinsics"]] == body
    assert await live.call("dev_exportBlocks", path, 1, 99) == {"path": path, "blocks": 3}
    assert (await live.error("dev_exportBlocks", path, 9))[0] == 6000
    assert (await live.error("dev_exportBlocks", str(tmp_path / "no" / "where")))[0] == 6000


async def test_parquet_needs_its_library(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    code, message, _ = await live.error("dev_exportBlocks", "x")
    assert code == 6000
    assert "pysubtensor[parquet]" in message
