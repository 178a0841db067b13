"""Addresses as parameters, with the errors of the real node."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.crypto import ss58_decode
from pysubtensor.frame.crypto.ss58 import BadAlphabet, BadChecksum, BadPrefix, Ss58Error
from pysubtensor.frame.primitives import AccountId


def read_address(value: object) -> AccountId:
    """The account of an SS58 address with any prefix.  Errors: ValueError, as the real node's."""
    if not isinstance(value, str):
        raise ValueError(f"invalid type: {type(value).__name__}, expected a string")  # noqa: TRY004
    try:
        account, _ = ss58_decode(value)
    except Ss58Error as error:
        raise ValueError(_text_of(error)) from None
    if len(account) != 32:
        raise ValueError("BadLength")
    return AccountId(account)


def _text_of(error: Ss58Error) -> str:
    names = {BadAlphabet: "BadBase58", BadChecksum: "InvalidChecksum", BadPrefix: "InvalidPrefix"}
    return names.get(type(error), "BadLength")


Ss58Address = Annotated[AccountId, read_address]
"""An account, given by its SS58 address."""
