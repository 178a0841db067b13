"""Tests on a chain that each of them finds as new.

pytest examples/test_snapshots.py
"""

import pytest

from pysubtensor import TAO, Devnet, TransactionFailed


@pytest.mark.parametrize("amount", [1, TAO, 1_000 * TAO])
def test_money_moves(devnet: Devnet, amount: int) -> None:
    before = devnet.free("//Bob")
    devnet.transfer("//Alice", "//Bob", amount)
    assert devnet.free("//Bob") == before + amount


def test_what_if(devnet: Devnet) -> None:
    """Try something, go back, try something else."""
    mark = devnet.snapshot()
    devnet.set_balance("//Dave", TAO)
    with pytest.raises(TransactionFailed):
        devnet.transfer("//Dave", "//Bob", 2 * TAO)
    devnet.revert(mark)
    assert devnet.transfer("//Dave", "//Bob", 2 * TAO).ok


def test_a_day_later(devnet: Devnet) -> None:
    then = devnet.timestamp.now.get()
    devnet.set_time(then + 86_400_000)
    devnet.mine()
    assert devnet.timestamp.now.get() == then + 86_400_000
