"""delegateInfo_*, neuronInfo_*, subnetInfo_*, stakeInfo_* and swap_* on a real node."""

from __future__ import annotations

import pytest

from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.rpc.methods import delegate_info, neuron_info, stake_info, subnet_info, swap
from pysubtensor.rpc.server.namespace import Table
from tests.unit.rpc.live import UNKNOWN, Live

ALICE = ss58_encode(b"\1" * 32)
ACCOUNT = [1] * 32
FAR = 999
ASKED = {
    "delegateInfo_getDelegates": [],
    "delegateInfo_getDelegate": [ACCOUNT],
    "delegateInfo_getDelegated": [[*ACCOUNT, 7]],
    "neuronInfo_getNeurons": [FAR],
    "neuronInfo_getNeuron": [FAR, 0],
    "neuronInfo_getNeuronsLite": [FAR],
    "neuronInfo_getNeuronLite": [FAR, 0],
    "subnetInfo_getSubnetInfo": [FAR],
    "subnetInfo_getSubnetsInfo": [],
    "subnetInfo_getSubnetInfo_v2": [FAR],
    "subnetInfo_getSubnetsInfo_v2": [],
    "subnetInfo_getSubnetHyperparams": [FAR],
    "subnetInfo_getSubnetHyperparamsV2": [FAR],
    "subnetInfo_getAllDynamicInfo": [],
    "subnetInfo_getDynamicInfo": [FAR],
    "subnetInfo_getAllMetagraphs": [],
    "subnetInfo_getMetagraph": [FAR],
    "subnetInfo_getAllMechagraphs": [],
    "subnetInfo_getMechagraph": [FAR, 0],
    "subnetInfo_getSubnetState": [FAR],
    "subnetInfo_getSelectiveMetagraph": [FAR, [0, 7]],
    "subnetInfo_getSelectiveMechagraph": [FAR, 1, [0, 7]],
    "subnetInfo_getColdkeyAutoStakeHotkey": [ALICE, FAR],
    "subnetInfo_getLockCost": [],
    "subnetInfo_getSubnetToPrune": [],
    "subnetInfo_getSubnetAccountId": [FAR],
    "stakeInfo_getColdkeyLock": [ALICE, FAR],
    "swap_currentAlphaPrice": [FAR],
    "swap_currentAlphaPriceAll": [],
    "swap_simSwapTaoForAlpha": [FAR, 10],
    "swap_simSwapAlphaForTao": [FAR, 10],
}
NAMESPACES = [each.rpc for each in (delegate_info, neuron_info, subnet_info, stake_info, swap)]
NUMBERS = {"subnetInfo_getLockCost", "subnetInfo_getSubnetToPrune", "swap_currentAlphaPrice"}


def test_all_are_asked() -> None:
    assert set(Table(NAMESPACES)) - {"rpc_methods"} == set(ASKED)


@pytest.mark.parametrize("method", ASKED)
async def test_everybody_gets_an_answer(live: Live, method: str) -> None:
    found = await live.call(method, *ASKED[method])
    if method in NUMBERS:
        assert found is None or isinstance(found, int)
    elif method != "swap_currentAlphaPriceAll":
        assert all(0 <= each <= 255 for each in found)
        assert found


@pytest.mark.parametrize("method", ASKED)
async def test_of_a_block_that_is_not_there(live: Live, method: str) -> None:
    error = (await live.reply(method, *ASKED[method], UNKNOWN))["error"]
    assert error["code"] == 1
    texts = ("Unable to ", "Subnet does not exist")
    assert error["message"].startswith(texts)


async def test_answers_are_those_of_the_runtime(live: Live) -> None:
    for method, name, data in (
        ("subnetInfo_getSubnetAccountId", "SubnetInfoRuntimeApi_get_subnet_account_id", "0x0000"),
        ("subnetInfo_getSubnetsInfo", "SubnetInfoRuntimeApi_get_subnets_info", "0x"),
    ):
        asked = [0] if data == "0x0000" else []
        found = bytes(await live.call(method, *asked))
        assert "0x" + found.hex() == await live.call("state_call", name, data)


async def test_short_accounts_are_refused(live: Live) -> None:
    error = (await live.reply("delegateInfo_getDelegate", [1, 2]))["error"]
    assert error["code"] == 1
