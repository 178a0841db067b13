"""Headers as JSON, as chain_getHeader and the subscriptions to heads show them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.header import DigestItem, Header
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Json, Raw, dumps, quantity, to_hex

_KEPT: Final = 1024
_log_codec = Resolver()(DigestItem)
_texts: OrderedDict[bytes, Raw] = OrderedDict()
"""JSON of headers by block hash, the most recent ones."""


def header_text(chain: Chain, block_hash: bytes) -> Raw | None:
    """The header of a block as JSON text; None when the chain does not have it."""
    if block_hash != chain.best.hash and chain.store.number_of(block_hash) is None:
        return None
    found = _texts.get(block_hash)
    if found is None:
        header = chain.header(Hash(block_hash))
        if header is None:
            return None
        found = _texts[block_hash] = Raw(dumps(header_json(header)))
        if len(_texts) > _KEPT:
            _texts.popitem(last=False)
    return found


def header_json(header: Header) -> dict[str, Json]:
    """A header as JSON; the logs of its digest are SCALE bytes in hex."""
    return {
        "parentHash": to_hex(header.parent_hash),
        "number": quantity(header.number),
        "stateRoot": to_hex(header.state_root),
        "extrinsicsRoot": to_hex(header.extrinsics_root),
        "digest": {"logs": [to_hex(_log_codec.encode(log)) for log in header.digest.logs]},
    }
