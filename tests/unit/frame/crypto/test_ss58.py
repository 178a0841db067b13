import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.crypto import (
    BadAlphabet,
    BadChecksum,
    BadLength,
    BadPrefix,
    Ss58Error,
    ss58_decode,
    ss58_encode,
)

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")


@pytest.mark.parametrize(
    ("prefix", "address"),
    [
        (42, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
        (0, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"),
        (2, "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"),
    ],
)
def test_known_addresses_of_alice(prefix, address):
    assert ss58_encode(ALICE, prefix) == address
    assert ss58_decode(address) == (ALICE, prefix)


@given(
    public=st.binary(min_size=32, max_size=33),
    prefix=st.integers(0, 16383).filter(lambda prefix: prefix not in (46, 47)),
)
def test_round_trip(public, prefix):
    assert ss58_decode(ss58_encode(public, prefix)) == (public, prefix)


@given(st.text(max_size=60))
def test_any_text_gives_a_named_error_or_an_address(text):
    try:
        public, prefix = ss58_decode(text)
    except Ss58Error:
        return
    assert ss58_encode(public, prefix) == text


@given(at=st.integers(0, 47), letter=st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghij"))
def test_one_wrong_letter_is_found(at, letter):
    address = ss58_encode(ALICE)
    changed = address[:at] + letter + address[at + 1 :]
    if changed != address:
        with pytest.raises(Ss58Error):
            ss58_decode(changed)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ", BadChecksum),
        ("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQ0", BadAlphabet),
        ("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHp", BadPrefix),
        ("F7NZ", BadLength),
        ("25GUyv", BadLength),
        ("", BadLength),
        ("1", BadLength),
        ("z" * 1000, BadLength),
    ],
)
def test_refusals(text, error):
    with pytest.raises(error):
        ss58_decode(text)


@pytest.mark.parametrize("prefix", [-1, 46, 47, 16384])
def test_prefixes_nobody_has(prefix):
    with pytest.raises(BadPrefix) as refusal:
        ss58_encode(ALICE, prefix)
    assert refusal.value.prefix == prefix


@pytest.mark.parametrize("length", [0, 20, 31, 34, 64])
def test_what_is_no_account_has_no_address(length):
    with pytest.raises(BadLength) as refusal:
        ss58_encode(bytes(length))
    assert refusal.value.length == length
