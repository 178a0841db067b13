"""Substrate's trie root written straight from its definition, slow, to compare with."""

from collections.abc import Mapping
from hashlib import blake2b


def hash256(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def naive_root(items: Mapping[bytes, bytes], version: int = 1) -> bytes:
    """Merkle root of the state `items` under state version 0 or 1."""
    paths = {tuple(n for byte in key for n in (byte >> 4, byte & 15)): items[key] for key in items}
    return hash256(_node(paths, version)) if paths else hash256(b"\0")


def _node(paths: Mapping[tuple[int, ...], bytes], version: int) -> bytes:
    shared = 0
    first = next(iter(paths))
    while all(len(p) > shared and p[shared] == first[shared] for p in paths if len(first) > shared):
        if len(first) == shared:
            break
        shared += 1
    partial = first[:shared]
    value = paths.get(partial)
    hashed = value is not None and version == 1 and len(value) > 32
    children = {}
    for digit in range(16):
        below = {p[shared + 1 :]: v for p, v in paths.items() if p[shared : shared + 1] == (digit,)}
        if below:
            children[digit] = _node(below, version)
    out = _header(bool(children), value is not None, hashed, len(partial))
    if len(partial) % 2:
        partial = (0, *partial)
    out += bytes(partial[i] * 16 + partial[i + 1] for i in range(0, len(partial), 2))
    if children:
        out += sum(1 << digit for digit in children).to_bytes(2, "little")
    if value is not None:
        out += hash256(value) if hashed else _compact(len(value)) + value
    for child in children.values():
        reference = child if len(child) < 32 else hash256(child)
        out += _compact(len(reference)) + reference
    return out


def _header(branch: bool, valued: bool, hashed: bool, size: int) -> bytes:
    if not branch:
        first, bits = (0x20, 5) if hashed else (0x40, 6)
    elif not valued:
        first, bits = 0x80, 6
    else:
        first, bits = (0x10, 4) if hashed else (0xC0, 6)
    most = 2**bits - 1
    if size < most:
        return bytes([first + size])
    out = bytes([first + most])
    size -= most
    while size >= 255:
        out += b"\xff"
        size -= 255
    return out + bytes([size])


def _compact(size: int) -> bytes:
    for mode, (limit, width) in enumerate(((1 << 6, 1), (1 << 14, 2), (1 << 30, 4))):
        if size < limit:
            return (size * 4 + mode).to_bytes(width, "little")
    raise ValueError(size)
