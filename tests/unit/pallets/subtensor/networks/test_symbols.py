"""Subnets have symbols, which their owners may choose."""

from __future__ import annotations

import hashlib

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U16, NetUid
from pysubtensor.pallets.subtensor.events.networks import SymbolUpdated
from pysubtensor.pallets.subtensor.networks.symbols import SYMBOLS, TAU, next_symbol
from tests.subtensor_chain import ONE
from tests.support import ALICE, BOB


@pytest.fixture
def chain(chain):
    chain.subnet(ONE, BOB)
    chain.neuron(ONE, ALICE, BOB)
    return chain


def test_there_is_a_symbol_for_each_of_439_netuids():
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 439
    found = [ord(SYMBOLS[at].decode()) for at in (0, 1, 19, 25, 90, 438)]
    assert found == [0x3A4, 0x3B1, ord("t"), 0x5D0, 0x1680, 0xDB0]
    assert hashlib.blake2b(b" ".join(SYMBOLS), digest_size=8).hexdigest() == "033a16d93e96184a"


@pytest.mark.parametrize("who", [BOB, ROOT])
def test_owner_and_root_choose_a_symbol(chain, who):
    symbol = SYMBOLS[42]
    assert chain.call(who, "update_symbol", netuid=ONE, symbol=symbol) == [
        SymbolUpdated(ONE, symbol)
    ]
    assert chain.sub.token_symbol[ONE] == symbol


@pytest.mark.parametrize("symbol", [TAU, b"TESTETEST", b""])
def test_only_symbols_that_there_are(chain, symbol):
    chain.refused("SymbolDoesNotExist", BOB, "update_symbol", netuid=ONE, symbol=symbol)


def test_no_symbol_twice(chain):
    chain.sub.token_symbol[NetUid(U16(2))] = SYMBOLS[42]
    chain.refused("SymbolAlreadyInUse", BOB, "update_symbol", netuid=ONE, symbol=SYMBOLS[42])
    chain.call(BOB, "update_symbol", netuid=ONE, symbol=SYMBOLS[41])
    chain.refused("SymbolAlreadyInUse", BOB, "update_symbol", netuid=ONE, symbol=SYMBOLS[41])


def test_nobody_else_chooses_a_symbol(chain):
    with pytest.raises(BadOrigin):
        chain.call(ALICE, "update_symbol", netuid=ONE, symbol=b"none")


def test_a_new_subnet_gets_its_own_symbol_or_the_first_that_is_free(chain):
    assert next_symbol(chain.sub, NetUid(U16(5))) == SYMBOLS[5]
    assert next_symbol(chain.sub, NetUid(U16(439))) == TAU
    chain.sub.token_symbol[NetUid(U16(3))] = SYMBOLS[5]
    chain.sub.token_symbol[ONE] = SYMBOLS[1]
    assert next_symbol(chain.sub, NetUid(U16(5))) == SYMBOLS[2]
    for number, symbol in enumerate(SYMBOLS):
        chain.sub.token_symbol[NetUid(U16(number))] = symbol
    assert next_symbol(chain.sub, NetUid(U16(500))) == TAU
