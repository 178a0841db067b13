"""Metadata: what a runtime tells clients about itself, derived from the declarations.

    metadata(runtime, 15)              "meta", the version, then the SCALE of the records
    metadata_digest(runtime, info)     the RFC-78 hash that hardware wallets sign

A version is built when it is first asked for, and kept for all runtimes of the same spec.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from pysubtensor.frame.codec.errors import BadTag, CodecError
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.primitives import Hash
from pysubtensor.runtime.metadata import v14, v15, v16
from pysubtensor.runtime.metadata.digest import ChainInfo, metadata_hash

if TYPE_CHECKING:
    from pysubtensor.runtime.runtime import Runtime, RuntimeSpec

__all__ = ["VERSIONS", "ChainInfo", "decode_metadata", "metadata", "metadata_digest"]

MAGIC: Final = b"meta"
VERSIONS: Final = (14, 15, 16)
_FORMS: Final[dict[int, tuple[type[Struct], Callable[[Any], Struct]]]] = {
    14: (v14.MetadataV14, v14.build),
    15: (v15.MetadataV15, v15.build),
    16: (v16.MetadataV16, v16.build),
}
_CODECS: Final = Resolver()
_KEPT: Final[WeakKeyDictionary[RuntimeSpec, dict[Any, bytes]]] = WeakKeyDictionary()


def metadata(runtime: Runtime, version: int) -> bytes | None:
    """The metadata in one version; None when that version is not spoken."""
    if version not in _FORMS:
        return None
    kept = _KEPT.setdefault(runtime.spec, {})
    if version not in kept:
        form, build = _FORMS[version]
        body = _CODECS(form).encode(build(runtime))
        kept[version] = MAGIC + bytes((version,)) + body
    return kept[version]


def metadata_digest(runtime: Runtime, info: ChainInfo) -> Hash:
    """The metadata hash of RFC-78."""
    kept = _KEPT.setdefault(runtime.spec, {})
    if info not in kept:
        kept[info] = metadata_hash(v15.build(runtime), info)
    return Hash(kept[info])


def decode_metadata(data: bytes) -> v14.MetadataV14 | v15.MetadataV15 | v16.MetadataV16:
    """Read metadata of any version spoken here.  Errors: CodecError."""
    if data[:4] != MAGIC or len(data) < 5:
        raise CodecError("not metadata")
    if data[4] not in _FORMS:
        raise BadTag("RuntimeMetadata", data[4])
    form, _ = _FORMS[data[4]]
    found: v14.MetadataV14 | v15.MetadataV15 | v16.MetadataV16
    found = _CODECS(form).from_bytes(data[5:])
    return found
