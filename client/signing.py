"""Signed extrinsics for this chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair, KeyType
from pysubtensor.frame.era import IMMORTAL, Era
from pysubtensor.frame.extrinsic import Ecdsa, Ed25519, Sr25519, signing_payload
from pysubtensor.frame.header import Digest
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import U32, AccountId, BlockNumber, Hash
from pysubtensor.pallets.metadata_hash import Mode
from pysubtensor.runtime.runtime import Runtime

_SIGNATURES: Final = {
    KeyType.ED25519: Ed25519,
    KeyType.SR25519: Sr25519,
    KeyType.ECDSA: Ecdsa,
}


def sign(
    chain: Chain, call: Call, key: Keypair, *, nonce: int, tip: int = 0, era: Era = IMMORTAL
) -> bytes:
    """Sign `call` for a block on the best one, and return the extrinsic with its length prefix.

    `tip` is in rao.  The same input gives the same signature.
    """
    runtime = chain.runtime
    extra, extra_data, call_data = _parts(runtime, call, nonce, tip, era)
    signed = call_data + extra_data, _implicit(chain, extra)
    return _signed(runtime, key, extra_data, call_data, signing_payload(*signed))


def sign_immortal(runtime: Runtime, call: Call, key: Keypair, *, nonce: int) -> bytes:
    """Sign `call` with an immortal era, on a state that is only read.  Returns the extrinsic."""
    extra, extra_data, call_data = _parts(runtime, call, nonce, 0, IMMORTAL)
    signed = call_data + extra_data, runtime.executive.implicit(extra)
    return _signed(runtime, key, extra_data, call_data, signing_payload(*signed))


def _signed(
    runtime: Runtime, key: Keypair, extra_data: bytes, call_data: bytes, payload: bytes
) -> bytes:
    signature = _SIGNATURES[key.kind](key.sign_repeatably(payload))
    return runtime.extrinsics.signed(
        Id(AccountId(key.account_id)), signature, extra_data, call_data
    )


def sign_with_zeros(
    runtime: Runtime, call: Call, who: AccountId, *, nonce: int, tip: int = 0
) -> bytes:
    """An extrinsic with zeros for its signature, for chains that do not check it."""
    _, extra_data, call_data = _parts(runtime, call, nonce, tip, IMMORTAL)
    return runtime.extrinsics.signed(Id(who), Sr25519(bytes(64)), extra_data, call_data)


def _parts(
    runtime: Runtime, call: Call, nonce: int, tip: int, era: Era
) -> tuple[tuple[object, ...], bytes, bytes]:
    """The explicit values of all extensions, their bytes, and the call's."""
    values: dict[str, object] = {
        "CheckMortality": era,
        "CheckNonce": nonce,
        "ChargeTransactionPayment": tip,
        "CheckMetadataHash": Mode.DISABLED,
    }
    extra = tuple(
        values[each.identifier] if each.identifier in values else each.extra()
        for each in runtime.pipeline.extensions
    )
    return extra, runtime.extrinsics.encode_extra(extra), runtime.encode_call(call)


def _implicit(chain: Chain, extra: Sequence[object]) -> bytes:
    """The implicit data of all extensions in the next block, which knows the best block's hash."""
    with chain.runtime.state.discarded():
        number = BlockNumber(U32(chain.best.number + 1))
        chain.runtime.system.initialize(number, Hash(chain.best.hash), Digest())
        return chain.executive.implicit(extra)
