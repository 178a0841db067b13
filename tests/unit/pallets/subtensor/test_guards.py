"""What guards keep out of blocks, and the numbers in which they say why."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from pysubtensor.frame.extensions import NOTHING, Transaction
from pysubtensor.frame.primitives import U8, U16, U32, U64, BlockNumber, Hash
from pysubtensor.frame.validity import CustomInvalid, InvalidTransaction
from pysubtensor.pallets.extensions import SubtensorExtra, SubtensorTransactionExtension
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.types import NetworkLastRegistered
from tests.subtensor_chain import NAME, ONE, Chain
from tests.support import ALICE, BOB, CHARLIE

METRICS = {"netuid": ONE, "version": 2, "ip": 5, "port": 128, "ip_type": 4}
AXON = METRICS | {"protocol": 0, "placeholder1": 0, "placeholder2": 0}
SERVES = {
    "serve_axon": AXON,
    "serve_axon_tls": AXON | {"certificate": b"CERT"},
    "serve_prometheus": METRICS,
}
TAKES = ("increase_take", "decrease_take")
EVM = {"netuid": ONE, "evm_key": b"\1" * 20, "block_number": 1, "signature": b"\2" * 65}
HASH = Hash(b"\3" * 32)


def refusal(chain: Chain, who: object, name: str, pallet: str = NAME, /, **args: Any) -> int | None:
    """The number under which the extension refuses a call; None when it does not."""
    extension = SubtensorTransactionExtension(functools.partial(guards.check, chain.sub))
    call = chain.runtime.call(pallet, name, **args)
    transaction = Transaction(call, chain.runtime.dispatch_info(call), 0, who)
    try:
        assert extension.validate(transaction, SubtensorExtra()) == NOTHING
    except InvalidTransaction as invalid:
        kind = invalid.kind
        assert isinstance(kind, CustomInvalid)
        return kind.code
    return None


@pytest.mark.parametrize("name", SERVES)
def test_endpoints(chain, name):
    args = SERVES[name]
    assert refusal(chain, ALICE, name, **args) is None
    assert refusal(chain, BOB, name, **args) == 10
    assert refusal(chain, ALICE, name, **args | {"ip": 0x7F000001}) == 11
    assert refusal(chain, ALICE, name, **args | {"ip_type": 5}) == 255
    assert refusal(chain, ALICE, name, **args | {"port": 0}) == 13
    chain.call(ALICE, name, **args)
    assert refusal(chain, ALICE, name, **args) == 12
    assert refusal(chain, None, name, **args) is None


@pytest.mark.parametrize("name", TAKES)
def test_takes(chain, name):
    chain.sub.min_delegate_take.put(U16(10))
    assert refusal(chain, BOB, name, hotkey=ALICE, take=10) is None
    assert refusal(chain, BOB, name, hotkey=CHARLIE, take=10) == 4
    assert refusal(chain, ALICE, name, hotkey=ALICE, take=10) == 25
    assert refusal(chain, BOB, name, hotkey=ALICE, take=9) == 26
    assert refusal(chain, BOB, name, hotkey=ALICE, take=11_797) == 27


def test_registrations_of_subnets(chain):
    assert refusal(chain, ALICE, "register_network", hotkey=BOB) is None
    chain.sub.last_rate_limited_block[NetworkLastRegistered()] = U64(1)
    chain.at(7_200)
    assert refusal(chain, ALICE, "register_network", hotkey=BOB) == 6
    chain.at(7_201)
    assert refusal(chain, ALICE, "register_network", hotkey=BOB) is None


def test_addresses_of_the_evm(chain):
    assert refusal(chain, BOB, "associate_evm_key", **EVM) == 19
    assert refusal(chain, ALICE, "associate_evm_key", **EVM) == 20
    chain.at(7_200)
    assert refusal(chain, ALICE, "associate_evm_key", **EVM) is None
    chain.sub.associated_evm_address[ONE, chain.sub.uids[ONE, ALICE]] = (b"\1" * 20, U64(1))
    assert refusal(chain, ALICE, "associate_evm_key", **EVM) == 20


def test_weights(chain):
    chain.sub.stake_threshold.put(U64(1))
    row = {"netuid": ONE, "dests": (U16(0),), "weights": (U16(1),), "version_key": 0}
    assert refusal(chain, ALICE, "set_weights", **row) == 1


def test_a_coldkey_about_to_be_swapped_does_nothing_else(chain):
    chain.sub.coldkey_swap_announcements[BOB] = (BlockNumber(U32(9)), HASH)
    assert refusal(chain, BOB, "remark", "System", remark=b"") == 0
    assert refusal(chain, BOB, "decrease_take", hotkey=ALICE, take=U8(1)) == 0
    assert refusal(chain, ALICE, "remark", "System", remark=b"") is None
    assert refusal(chain, BOB, "announce_coldkey_swap", new_coldkey_hash=HASH) is None
    assert refusal(chain, BOB, "dispute_coldkey_swap") is None
    chain.sub.coldkey_swap_disputes[BOB] = BlockNumber(U32(2))
    assert refusal(chain, BOB, "remark", "System", remark=b"") == 21
    assert refusal(chain, BOB, "announce_coldkey_swap", new_coldkey_hash=HASH) == 21


def test_a_dispute_without_announcement_stops_nobody(chain):
    chain.sub.coldkey_swap_disputes[BOB] = BlockNumber(U32(2))
    assert refusal(chain, BOB, "remark", "System", remark=b"") is None
