"""What people write: chain specifications, addresses, secret URIs."""

from tests.fuzz.atheris_run import instrumented, run

with instrumented("pysubtensor.genesis", "pysubtensor.frame.crypto"):
    from pysubtensor.frame.crypto import CryptoError, Keypair, KeyType, ss58_decode, ss58_encode
    from pysubtensor.genesis import BadChainSpec, ChainSpec, preset


KINDS = (KeyType.SR25519, KeyType.ED25519, KeyType.ECDSA)


def read_specification(data: bytes) -> None:
    try:
        found = ChainSpec.from_json(data)
    except BadChainSpec:
        return
    assert ChainSpec.from_json(found.to_json()) == found


def read_address(text: str) -> None:
    try:
        public, prefix = ss58_decode(text)
    except CryptoError:
        return
    assert ss58_decode(ss58_encode(public, prefix)) == (public, prefix)


def read_uri(text: str) -> None:
    for kind in KINDS:
        try:
            key = Keypair.from_uri(text, kind)
        except CryptoError:
            continue
        assert len(key.account_id) == 32
        assert ss58_decode(key.ss58)[0] == key.account_id


def target(data: bytes) -> None:
    read_specification(data)
    text = data.decode(errors="surrogateescape")
    read_address(text)
    if len(data) < 200 and data[:1] != b"{":
        read_uri(text)


def seeds() -> list[bytes]:
    dev = preset("dev")
    raw = ChainSpec("a", "b", "Local", raw={b"\1": b"\2", b"": b""})
    address = Keypair.from_uri("//Alice").ss58
    uris = ("//Alice", "/soft", "//0//18446744073709551616///password", "0x" + "11" * 32 + "//a")
    return [
        dev.to_json(),
        raw.to_json(),
        address.encode(),
        ss58_encode(bytes(33), 16_383).encode(),
        *(uri.encode() for uri in uris),
    ]


if __name__ == "__main__":
    run(target, seeds())
