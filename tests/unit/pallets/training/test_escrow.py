"""Bonds, deposits, and what becomes of them when they are lost."""

from __future__ import annotations

import pytest

from pysubtensor.pallets.training import escrow
from tests.support import CHARLIE, TAO, fund
from tests.training_chain import BURN, OWNER

ED = 500


@pytest.fixture
def chain(chain):
    escrow.deposit(chain.pallet, OWNER, TAO)
    return chain


@pytest.mark.parametrize(
    ("amount", "reward", "paid"),
    [
        (TAO, 32_768, 500_007_629),
        (TAO, 65_535, TAO),
        (TAO, 0, 0),
        (10_000, 65_000, 10_000),  # the rest could not be held anywhere
        (10_000, 100, 15),
    ],
)
def test_lost_money_is_split(chain, amount, reward, paid):
    before = chain.balance(OWNER)
    split = escrow.forfeit(chain.pallet, amount, OWNER, reward)
    assert split == (paid, amount - paid)
    assert chain.balance(OWNER) == before + paid
    assert chain.balance(BURN) == amount - paid
    assert chain.pot() == chain.pallet.held.get() == TAO - amount


def test_without_a_winner_all_is_burned(chain):
    assert escrow.forfeit(chain.pallet, TAO, None, 65_535) == (0, TAO)
    assert chain.balance(BURN) == TAO


def test_an_account_that_cannot_hold_its_part_gets_none(chain):
    assert escrow.forfeit(chain.pallet, 10_000, CHARLIE, 1_000) == (0, 10_000)
    fund(chain.runtime, CHARLIE, ED)
    assert escrow.forfeit(chain.pallet, 10_000, CHARLIE, 1_000).paid == 152


def test_what_is_given_back_may_begin_an_account(chain):
    escrow.release(chain.pallet, CHARLIE, ED)
    assert chain.balance(CHARLIE) == ED
    assert chain.pallet.held.get() == chain.pot() == TAO - ED
