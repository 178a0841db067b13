"""Text to train on, made by a rule: the same bytes on every machine, and nobody's property.

An invented language with structure at several scales, so that a model keeps learning for long:
syllables make words, words have a class and a rank (few are common, most rare), each word prefers
certain followers, sentences follow patterns, and some sentences add or repeat numbers.  The text
carries the licence of the project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Final

SIZE: Final = 1_200_000
"""Bytes of the corpus of the demo."""

_ONSETS: Final = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "th",
    "v",
    "w",
]
_VOWELS: Final = ["a", "e", "i", "o", "u", "ai", "ea", "oo", "ou"]
_ENDS: Final = ("", "", "", "n", "r", "s", "t", "l", "nd", "m")
_CLASSES: Final = {"noun": 500, "verb": 260, "adjective": 180, "name": 60}
_PATTERNS: Final = (
    "the {noun} {verb} the {adjective} {noun}.",
    "{name} {verb} a {noun}, and the {noun} {verb}.",
    "when the {adjective} {noun} {verb}, {name} {verb} the {noun}.",
    '"{verb} the {noun}," said {name}.',
    "no {noun} {verb} like the {noun} of {name}.",
    "{name} and {name} {verb} the {adjective}, {adjective} {noun}.",
    "{sum}.",
    "{count} {noun}s {verb}, and {count} {noun}s {verb} again.",
)
_FOLLOWERS: Final = 6


class Draws:
    """Numbers from a seed, by SHA-256 in counter mode."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._counter, self._buffer = seed, 0, b""

    def below(self, bound: int) -> int:
        """A number from 0 to bound - 1; `bound` is at most 2**16."""
        if len(self._buffer) < 4:
            block = self._seed + self._counter.to_bytes(8, "little")
            self._buffer, self._counter = hashlib.sha256(block).digest(), self._counter + 1
        value, self._buffer = int.from_bytes(self._buffer[:4], "little"), self._buffer[4:]
        return value * bound >> 32

    def ranked(self, bound: int) -> int:
        """The same with low numbers likelier, about as 1 / (number + 1)."""
        return min(self.below(bound) for _ in range(1 + self.below(4)))


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of a class, the commonest first."""
    draws = Draws(b"words of " + kind.encode())
    found: dict[str, None] = {}
    while len(found) < _CLASSES[kind]:
        word = "".join(_syllable(draws) for _ in range(1 + draws.below(3)))
        found[word.capitalize() if kind == "name" else word] = None
    return tuple(found)


def _syllable(draws: Draws) -> str:
    parts = (_ONSETS, _VOWELS, _ENDS)
    return "".join(options[draws.below(len(options))] for options in parts)


def _follower(word: str, kind: str, draws: Draws) -> str:
    """A word of a class behind `word`: mostly one of the few that `word` prefers."""
    choices = words(kind)
    if draws.below(10) < 3:
        return choices[draws.ranked(len(choices))]
    own = Draws(f"{word} {kind}".encode())
    preferred = [choices[own.ranked(len(choices))] for _ in range(_FOLLOWERS)]
    return preferred[draws.ranked(_FOLLOWERS)]


def sentences(seed: bytes) -> Iterator[str]:
    """Sentences without end."""
    draws = Draws(seed)
    last = "the"
    while True:
        text = _PATTERNS[draws.ranked(len(_PATTERNS))]
        while "{" in text:
            before, _, rest = text.partition("{")
            kind, _, after = rest.partition("}")
            if kind == "sum":
                a, b = draws.below(50), draws.below(50)
                filled = f"{a} and {b} make {a + b}"
            elif kind == "count":
                filled = str(2 + draws.ranked(9))
            else:
                last = filled = _follower(last, kind, draws)
            text = before + filled + after
        yield text[0].upper() + text[1:] if text[0].isalpha() else text


def text(size: int = SIZE, seed: bytes = b"pysubtensor corpus 1") -> bytes:
    """The first `size` bytes of the corpus of a seed, in paragraphs of a few sentences."""
    draws = Draws(seed + b" paragraphs")
    parts: list[str] = []
    length = 0
    for sentence in sentences(seed):
        parts.append(sentence + ("\n\n" if draws.below(6) == 0 else " "))
        length += len(parts[-1])
        if length >= size:
            break
    return "".join(parts).encode()[:size]
