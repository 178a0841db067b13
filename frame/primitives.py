"""Scalars of the chain as NewTypes, with their width on the wire.

Money is in rao (1 TAO = 10**9 rao), time in block numbers, proportions in u16 (65535 = 1.0).
A NewType over another shares its wire type; its own name becomes the field's `type_name`.
"""

from typing import NewType

U8 = NewType("U8", int)
U16 = NewType("U16", int)
U32 = NewType("U32", int)
U64 = NewType("U64", int)
U128 = NewType("U128", int)
U256 = NewType("U256", int)
I8 = NewType("I8", int)
I16 = NewType("I16", int)
I32 = NewType("I32", int)
I64 = NewType("I64", int)
I128 = NewType("I128", int)
I256 = NewType("I256", int)

Tao = NewType("Tao", U64)
"""An amount of TAO in rao."""
Alpha = NewType("Alpha", U64)
"""An amount of a subnet's alpha in its smallest unit."""
BlockNumber = NewType("BlockNumber", U32)
Nonce = NewType("Nonce", U32)
NetUid = NewType("NetUid", U16)
Uid = NewType("Uid", U16)
Moment = NewType("Moment", U64)
"""Milliseconds since the Unix epoch."""

AccountId = NewType("AccountId", bytes)
"""32 bytes: a public key, or a hash that stands for one."""
Hash = NewType("Hash", bytes)
"""32 bytes."""

RAO_PER_TAO = 10**9

U16_MAX = (1 << 16) - 1
U32_MAX = (1 << 32) - 1
U64_MAX = (1 << 64) - 1
U128_MAX = (1 << 128) - 1

ZERO_HASH = Hash(bytes(32))
ZERO_ACCOUNT = AccountId(bytes(32))
