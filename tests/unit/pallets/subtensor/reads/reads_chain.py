"""A chain with a subnet of two neurons, for the tests of the reads."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.primitives import U16, U32, U64, AccountId, Alpha, BlockNumber, NetUid, Uid
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.reads.api import SubnetInfoRuntimeApi
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.system import System
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.support import ALICE, BOB, CHARLIE, DAVE

ROOT, ONE, TWO, FAR = (NetUid(U16(n)) for n in (0, 1, 2, 999))
NOW = 100
HOTKEYS = (CHARLIE, DAVE)


def chain() -> Runtime:
    """The chain at block 100 without any subnet."""
    runtime = make_runtime(Build(Constants.PROD, Variety.EXACT), EmptyBacking())
    runtime.get(System).number.put(BlockNumber(U32(NOW)))
    return runtime


def module(runtime: Runtime) -> SubtensorModule:
    return runtime.get(SubtensorModule)


def subnets(runtime: Runtime) -> SubnetInfoRuntimeApi:
    return next(each for each in runtime.apis if isinstance(each, SubnetInfoRuntimeApi))


def api(runtime: Runtime, name: str) -> Any:
    return next(each for each in runtime.apis if each.api_name == name)


def add_subnet(sub: SubtensorModule, netuid: NetUid) -> None:
    sub.networks_added[netuid] = True
    sub.subnet_mechanism[netuid] = U16(1)


def stake(
    sub: SubtensorModule, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, n: int
) -> None:
    """Stake `n` alpha of the only nominator."""
    sub.total_hotkey_alpha[hotkey, netuid] = Alpha(U64(n))
    sub.total_hotkey_shares_v2[hotkey, netuid] = SafeFloat.whole(n)
    sub.alpha_v2[hotkey, coldkey, netuid] = SafeFloat.whole(n)
    hotkeys = sub.staking_hotkeys[coldkey]
    if hotkey not in hotkeys:
        sub.staking_hotkeys[coldkey] = (*hotkeys, hotkey)


def populated() -> Runtime:
    """Root and subnet 1; there Alice owns Charlie, uid 0, with 1000 alpha, and Bob Dave, uid 1."""
    runtime = chain()
    sub = module(runtime)
    for netuid in (ROOT, ONE):
        add_subnet(sub, netuid)
    sub.subnetwork_n[ONE] = U16(2)
    for number, (hotkey, coldkey) in enumerate(zip(HOTKEYS, (ALICE, BOB), strict=True)):
        uid = Uid(U16(number))
        sub.keys[ONE, uid], sub.uids[ONE, hotkey] = hotkey, uid
        sub.owner[hotkey] = coldkey
        sub.is_network_member[hotkey, ONE] = True
        sub.block_at_registration[ONE, uid] = U64(50 + number)
    stake(sub, CHARLIE, ALICE, ONE, 1_000)
    return runtime
