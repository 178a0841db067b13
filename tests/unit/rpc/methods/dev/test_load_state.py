"""dev_dumpState, dev_loadState."""

import json
from pathlib import Path

from tests.unit.rpc.live import DAVE, Live


def number(live: Live) -> int:
    return live.node.chain.best.number


async def test_states_can_be_carried_over(live: Live, tmp_path: Path) -> None:
    await live.call("dev_setBalance", DAVE.ss58, 42_000_000)
    await live.call("dev_setStorage", [["0x1234", "0xff"]])
    dump = await live.call("dev_dumpState")
    assert dump["block"] == live.best
    assert dump["state"]["0x1234"] == "0xff"
    path = str(tmp_path / "state.json")
    assert (await live.call("dev_dumpState", path))["keys"] == len(dump["state"])
    with Path(path).open() as file:  # noqa: ASYNC230
        assert json.load(file) == dump
    for source in (dump, dump["state"], path):
        live.node.set_head(1)
        await live.call("dev_setStorage", [["0x9999", "0x01"]])
        assert await live.call("dev_loadState", source) == live.best
        assert live.free() == 42_000_000
        assert await live.call("state_getStorage", "0x1234") == "0xff"
        assert await live.call("state_getStorage", "0x9999") is None
        live.node.make_block()
        assert number(live) == 4
    for bad, code in (([], -32602), ({"state": 1}, -32602), (str(tmp_path / "no"), 6000),
                      ({"0xz": "0x"}, -32602)):  # fmt: skip
        assert (await live.error("dev_loadState", bad))[0] == code
