"""Chain specifications that say nothing sensible are refused by name."""

from typing import Any

import orjson
import pytest

from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.genesis import BadChainSpec, ChainSpec, preset, write_genesis
from pysubtensor.runtime.store.store import Store

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
LONG = ss58_encode(bytes(33))


def dev(**patch: Any) -> bytes:
    document = orjson.loads(preset("dev").to_json())
    document["genesis"]["runtimeGenesis"]["patch"] |= patch
    return orjson.dumps(document)


def test_properties_are_an_object() -> None:
    document = orjson.loads(dev())
    document["properties"] = 1
    with pytest.raises(BadChainSpec, match="`properties` must be an object"):
        ChainSpec.from_json(orjson.dumps(document))
    document["properties"] = None
    assert ChainSpec.from_json(orjson.dumps(document)).properties == {}


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        ({"grandpa": {"authorities": [[ALICE, "1"]]}}, "'1' is not a weight"),
        ({"grandpa": {"authorities": [[ALICE, 1e300]]}}, "1e.300 is not a weight"),
        ({"grandpa": {"authorities": [[ALICE, -1]]}}, "-1 is not a weight"),
        ({"balances": {"balances": [[LONG, 500]]}}, "is not the address of an account"),
        ({"aura": {"authorities": [LONG]}}, "is not the address of an account"),
    ],
)
def test_parts_that_cannot_be_read(patch: dict[str, Any], text: str) -> None:
    with pytest.raises(BadChainSpec, match=text):
        ChainSpec.from_json(dev(**patch))


@pytest.mark.parametrize(
    ("patch", "text"),
    [
        ({"balances": {"balances": [[ALICE, 1]]}}, "at least 500 rao"),
        ({"balances": {"balances": [[ALICE, 2**64 - 1], [BOB, 500]]}}, "does not fit u64"),
        ({"aura": {"authorities": [ALICE] * 33}}, "does not fit"),
        ({"grandpa": {"authorities": [[ALICE, 1]] * 33}}, "more than 32 voters"),
    ],
)
def test_genesis_that_cannot_be_built(patch: dict[str, Any], text: str) -> None:
    spec = ChainSpec.from_json(dev(**patch))
    with Store.open(None) as store:
        with pytest.raises(BadChainSpec, match=f"the genesis cannot be built: .*{text}"):
            write_genesis(store, spec)
        assert store.head is None
