"""Storage keys and values of every declared item."""

from typing import Any

from tests.fuzz.atheris_run import instrumented, run

with instrumented("pysubtensor.frame", "pysubtensor.pallets"):
    from pysubtensor.frame.codec.errors import CodecError
    from pysubtensor.frame.storage import Map

from tests.fuzz.samples import CHAIN

RUNTIME = CHAIN.runtime
ITEMS: list[Any] = [item for pallet in RUNTIME.pallets.values() for item in pallet.storage.values()]
MAPS = [item for item in ITEMS if isinstance(item, Map)]
NUMBER_BYTES = 2
"""At the beginning of each input: which item the rest is for."""


def decode_value(item: Any, data: bytes) -> None:
    try:
        value, end = item.codec.decode(data, 0)
    except CodecError:
        return
    assert end <= len(data)
    item.codec.check(value)
    again, _ = item.codec.decode(item.codec.encode(value), 0)
    assert again == value


def decode_key(item: Any, suffix: bytes) -> None:
    try:
        key = item.keys_codec.decode(suffix)
    except CodecError:
        return
    assert item.keys_codec.encode(key) == suffix


def locate(data: bytes) -> None:
    """Raw bytes under any key come back as they are, and go again without a trace."""
    state, cut = RUNTIME.state, len(data) // 2
    key, value = data[:cut], data[cut:]
    before = state.raw_get(key)
    with state.discarded():
        state.raw_put(key, value)
        assert state.raw_get(key) == value
        state.raw_kill(key)
        assert state.raw_get(key) is None
    assert state.raw_get(key) == before


def hashed(item: Any, data: bytes) -> bytes:
    """A suffix whose hashes fit, from bytes that are keys one after another."""
    suffix, pos = b"", 0
    for _, apply, codec in item.keys_codec.parts:
        _, end = codec.decode(data, pos)
        suffix += apply(data[pos:end])
        pos = end
    return suffix + data[pos:]


def target(data: bytes) -> None:
    number, rest = int.from_bytes(data[:NUMBER_BYTES], "little"), data[NUMBER_BYTES:]
    decode_value(ITEMS[number % len(ITEMS)], rest)
    item = MAPS[number % len(MAPS)]
    decode_key(item, rest)
    try:
        suffix = hashed(item, rest)
    except CodecError:
        return
    decode_key(item, suffix)
    locate(item.prefix + suffix)
    locate(rest)


def numbered(number: int, data: bytes) -> bytes:
    return number.to_bytes(NUMBER_BYTES, "little") + data


def seeds() -> list[bytes]:
    """Zeros for every item, stored values by the number of theirs, keys by that of their map."""
    found = [numbered(number, bytes(64)) for number in range(len(ITEMS))]
    for key, value in CHAIN.store.items():
        for number, item in enumerate(ITEMS):
            if key.startswith(item.prefix):
                found.append(numbered(number, value))
        for number, item in enumerate(MAPS):
            if key.startswith(item.prefix):
                found.append(numbered(number, key[len(item.prefix) :]))
                found.append(numbered(number, key[-32:]))
    return found


if __name__ == "__main__":
    run(target, seeds())
