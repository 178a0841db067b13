"""Accounts made from pallet ids, against accounts that the chain shows."""

from pysubtensor.frame.crypto.ss58 import ss58_encode
from pysubtensor.frame.pallet_id import account_of


def test_account_is_tag_id_and_zeros():
    assert account_of(b"subtensr") == b"modlsubtensr" + bytes(20)


def test_part_stands_behind_the_id_and_is_cut():
    assert account_of(b"subtensr", b"\x01\0") == b"modlsubtensr\x01\0" + bytes(18)
    assert account_of(b"subtensr", bytes(range(32))) == b"modlsubtensr" + bytes(range(20))


def test_known_treasury_account():
    known = "13UVJyLnbVp9RBZYFwFGyDvVd1y27Tt8tkntv6Q7JVPhFsTB"
    assert ss58_encode(account_of(b"py/trsry"), 0) == known
