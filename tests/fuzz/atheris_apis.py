"""Arguments of the runtime APIs: bytes or a refusal by name, and a state as before."""

from tests.fuzz.atheris_run import instrumented, run

with instrumented("pysubtensor.frame", "pysubtensor.runtime", "pysubtensor.pallets"):
    from pysubtensor.frame.codec.errors import CodecError
    from pysubtensor.frame.codec.scale import encode_compact
    from pysubtensor.frame.error import DispatchFailure, Panic
    from pysubtensor.frame.header import Block
    from pysubtensor.frame.validity import TransactionValidityError
    from pysubtensor.runtime.apis import InherentData

from tests.fuzz.samples import (
    BLOCKS,
    CHAIN,
    PARENT,
    block,
    calls,
    extrinsics,
    memory_is_true,
    state_text,
)

RUNTIME = CHAIN.runtime
METHODS = sorted(RUNTIME.methods)
BEFORE = state_text()
LOOK_EVERY = 50
"""Inputs between two comparisons of all values in memory with the store."""
asked = 0


def target(data: bytes) -> None:
    global asked  # noqa: PLW0603 (a count of the process)
    if not data:
        return
    try:
        answer = CHAIN.call_api(None, METHODS[data[0] % len(METHODS)], data[1:])
    except (CodecError, Panic, DispatchFailure, TransactionValidityError):
        pass
    else:
        assert isinstance(answer, bytes)
    assert state_text() == BEFORE
    asked += 1
    if asked % LOOK_EVERY == 0:
        memory_is_true()


def seeds() -> list[bytes]:
    """Good arguments for every method."""
    whole = RUNTIME.codecs(Block)
    blocks = [whole.encode(block(number)) for number in range(BLOCKS + 1)]
    time = RUNTIME.codecs(InherentData).to_bytes(InherentData({b"timstap0": bytes(8)}))
    length = (200).to_bytes(4, "little")
    good: dict[str, list[bytes]] = {
        "Core_execute_block": blocks,
        "Core_initialize_block": [block(BLOCKS).header.encode()],
        "OffchainWorkerApi_offchain_worker": [block(BLOCKS).header.encode()],
        "Metadata_metadata_at_version": [bytes((version, 0, 0, 0)) for version in range(14, 17)],
        "BlockBuilder_apply_extrinsic": extrinsics(),
        "BlockBuilder_inherent_extrinsics": [time],
        "BlockBuilder_check_inherents": [each + time for each in blocks],
        "TaggedTransactionQueue_validate_transaction": [
            bytes((2,)) + each + PARENT for each in extrinsics()
        ],
        "AccountNonceApi_account_nonce": [bytes(32)],
        "TransactionPaymentApi_query_info": [each + length for each in extrinsics()],
        "TransactionPaymentApi_query_fee_details": [each + length for each in extrinsics()],
        "TransactionPaymentCallApi_query_call_info": [each + length for each in calls()],
        "TransactionPaymentCallApi_query_call_fee_details": [each + length for each in calls()],
        "SessionKeys_generate_session_keys": [
            b"\1" + encode_compact(len(uri)) + uri for uri in (b"//Alice", b"//A/b///c", b"\xff")
        ],
        "SessionKeys_decode_session_keys": [encode_compact(64) + bytes(64)],
    }
    found = [bytes((number,)) for number in range(len(METHODS))]
    for name, arguments in good.items():
        found += [bytes((METHODS.index(name),)) + each for each in arguments]
    return found


if __name__ == "__main__":
    run(target, seeds())
    memory_is_true()
