"""Headers, their logs, blocks, and what development chains write into headers."""

from tests.fuzz.atheris_run import instrumented, run

with instrumented("pysubtensor.frame", "pysubtensor.runtime", "pysubtensor.consensus.authoring"):
    from pysubtensor.consensus.authoring.aura import BadSeal, check_seal
    from pysubtensor.frame.codec.errors import CodecError
    from pysubtensor.frame.header import Block, Digest, Header, PreRuntime
    from pysubtensor.runtime import devlog

from tests.fuzz.samples import BLOCKS, CHAIN, block, interventions

RUNTIME = CHAIN.runtime
LOG = RUNTIME.codecs(devlog.Log)
BLOCK = RUNTIME.codecs(Block)
AUTHORITIES = RUNTIME.pallets["Aura"].authorities.get()


def decode_header(data: bytes) -> None:
    try:
        header = Header.decode(data)
    except CodecError:
        return
    assert header.encode() == data
    bare, seal = header.without_seal()
    if seal is not None:
        assert bare.sealed(seal) == header
    try:
        check_seal(header, AUTHORITIES)
    except BadSeal:
        pass
    else:
        assert header.hash() in KNOWN


def decode_log(data: bytes) -> None:
    digest = Digest((PreRuntime(devlog.DEV_ENGINE, data),))
    try:
        items = devlog.read(RUNTIME, digest.logs)
    except CodecError:
        return
    assert LOG.to_bytes(devlog.Log(items)) == data
    state = RUNTIME.state
    with state.discarded():
        for each in items:
            if isinstance(each, devlog.SetStorage):
                devlog.apply(RUNTIME, each)
                assert state.raw_get(each.key) == each.value
    assert not state.changes()


def decode_block(data: bytes) -> None:
    try:
        found = BLOCK.from_bytes(data)
    except CodecError:
        return
    assert BLOCK.to_bytes(found) == data


KNOWN = {block(number).header.hash() for number in range(1, BLOCKS + 1)}
WHOLE = [block(number) for number in range(BLOCKS + 1)]


def target(data: bytes) -> None:
    decode_header(data)
    decode_log(data)
    decode_block(data)


if __name__ == "__main__":
    headers = [each.header.encode() for each in WHOLE]
    run(target, [*headers, *map(BLOCK.encode, WHOLE), *interventions()])
