"""The symbols that subnets' alpha may have: one letter each, in UTF-8, from many alphabets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor.errors import SymbolAlreadyInUse, SymbolDoesNotExist
from pysubtensor.pallets.subtensor.events.networks import SymbolUpdated
from pysubtensor.pallets.subtensor.storage import Storage

TAU: Final = "\u03a4".encode()
"""Root's symbol, and that of subnets for which none is left."""

_LETTERS: Final = (
    "3a4 3b1-3c1 3c3 74 3c5-3c9",  # Greek, and a Latin t for tau
    "5d0-5ea",  # Hebrew
    "627-628 62a-63a 641-648 64a 649",  # Arabic
    "16a0 16a2 16a6 16a8 16b1 16b3 42b 16c9 16d2",  # runes, one of them Cyrillic
    "1680-1685 169b",  # Ogham
    "10d0-10d5",  # Georgian
    "531-536 55e",  # Armenian
    "400-405 44a",  # Cyrillic
    "2c80-2c85",  # Coptic
    "11000-11003 11005",  # Brahmi
    "db1 db3-db7",  # Sinhala, its end
    "2c00-2c20",  # Glagolitic
    "e01-e23 e25 e27-e2e",  # Thai
    "3131 3134 3137 3139 3141-3142 3145 3147-3148 314a-3163",  # Hangul
    "12a0-12a7 12c8-12ce 12b0-12b6 1310-1312 1218 1314-1316",  # Ethiopic
    "905-90b 90f-910 913-928 92a-930 932 935-939",  # Devanagari
    # Katakana
    "30a2 30a4 30a6 30a8 30aa-30ab 30ad 30af 30b1 30b3 30b5 30b7 30b9 30bb 30bd 30bf 30c1 30c4",
    "30c6 30c8 30ca-30cf 30d2 30d5 30d8 30db 30de-30e2 30e4 30e6 30e8-30ed 30ef 30f2-30f3",
    "2d30-2d53",  # Tifinagh
    "d85-d86 d89-d96 d9a-d9e da0-da4 da7 da5-da6 da9 da8 daa-db0",  # Sinhala
)
"""Code points in the order of netuids."""


def _letters() -> Iterator[str]:
    for run in " ".join(_LETTERS).split():
        first, _, last = run.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


SYMBOLS: Final = tuple(letter.encode() for letter in _letters())
"""By netuid; the first is root's and nobody else's to choose."""

_FREE_TO_CHOOSE: Final = frozenset(SYMBOLS[1:])


def next_symbol(sub: Storage, netuid: NetUid) -> bytes:
    """The symbol for a new subnet: its netuid's own, or the first that none has, or tau.

    In subtensor: `get_next_available_symbol`.
    """
    used = set(sub.token_symbol.values())
    own = SYMBOLS[netuid] if netuid < len(SYMBOLS) else TAU
    if own not in used:
        return own
    return next((symbol for symbol in SYMBOLS[1:] if symbol not in used), TAU)


def update(sub: Storage, netuid: NetUid, symbol: bytes) -> None:
    """Give a subnet another symbol.  Errors: SymbolDoesNotExist; SymbolAlreadyInUse."""
    if symbol not in _FREE_TO_CHOOSE:
        raise SymbolDoesNotExist
    if symbol in sub.token_symbol.values():
        raise SymbolAlreadyInUse
    sub.token_symbol[netuid] = symbol
    sub.emit(SymbolUpdated(netuid, symbol))
