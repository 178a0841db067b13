"""Extrinsics and calls: refused by name, or the same bytes again."""

from tests.fuzz.atheris_run import instrumented, run

with instrumented("pysubtensor.frame", "pysubtensor.runtime"):
    from pysubtensor.frame.codec.errors import CodecError
    from pysubtensor.frame.extrinsic import with_length

from tests.fuzz.samples import CHAIN, calls, extrinsics

RUNTIME = CHAIN.runtime


def decode_extrinsic(data: bytes) -> None:
    try:
        found = RUNTIME.extrinsics.decode(data)
    except CodecError:
        return
    assert found.data == data
    found.hash()
    if found.signature is None:
        assert found.extra is None or RUNTIME.extrinsics.encode_extra(found.extra) is not None


def decode_call(data: bytes) -> None:
    try:
        found = RUNTIME.decode_call(data)
    except CodecError:
        return
    RUNTIME.dispatch_info(found)
    assert RUNTIME.decode_call(RUNTIME.encode_call(found)) == found


def target(data: bytes) -> None:
    decode_extrinsic(data)
    decode_extrinsic(with_length(data))
    decode_call(data)


if __name__ == "__main__":
    run(target, [*extrinsics(), *(each[2:] for each in extrinsics()), *calls()])
