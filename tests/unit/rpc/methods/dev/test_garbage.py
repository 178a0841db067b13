"""dev_*: values that no type holds and paths that no system has are the client's mistakes."""

import pytest

from tests.unit.rpc.live import Live


@pytest.mark.parametrize("value", ["0x" + "f" * 10_000, "9" * 4_000, "9" * 5_000])
async def test_enormous_integers(live: Live, value: str) -> None:
    code, _, data = await live.error("dev_setStorage", {"Timestamp": {"Now": value}})
    assert code == -32602
    assert "is no" in str(data)


@pytest.mark.parametrize("method", ["dev_dumpState", "dev_loadState", "dev_exportBlocks"])
async def test_paths_with_a_zero(live: Live, method: str) -> None:
    code, message, _ = await live.error(method, "a\0b")
    assert code == 6000
    assert message.startswith(method)
