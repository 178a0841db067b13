"""Whether a name on the wire stands in some test."""

from __future__ import annotations

import functools
import re
from pathlib import Path

TESTS = Path(__file__).parent


@functools.cache
def sources_of_tests() -> tuple[str, ...]:
    """The text of every Python file of the tests."""
    return tuple(path.read_text() for path in sorted(TESTS.rglob("*.py")))


def is_named(name: str, sources: tuple[str, ...], *, beside: str = "") -> bool:
    """Whether a name stands as a whole word in a source that also has the other, in any case."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(
        name in text and word.search(text) is not None and beside.lower() in text.lower()
        for text in sources
    )
