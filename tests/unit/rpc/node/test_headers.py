"""The JSON form of headers."""

from pysubtensor.frame.header import Digest, Header, PreRuntime
from pysubtensor.frame.primitives import BlockNumber, Hash
from pysubtensor.rpc.node.headers import header_json


def test_a_header() -> None:
    digest = Digest((PreRuntime(b"aura", b"\x05"),))
    header = Header(Hash(b"\x01"), BlockNumber(0), Hash(b"\x02"), Hash(b"\x03"), digest)
    assert header_json(header) == {
        "parentHash": "0x01",
        "number": "0x0",
        "stateRoot": "0x02",
        "extrinsicsRoot": "0x03",
        "digest": {"logs": ["0x06" + b"aura".hex() + "0405"]},
    }
