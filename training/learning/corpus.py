"""The text that a run trains on when it brings none: 40,000 lines of Shakespeare's plays.

It is the selection known as Tiny Shakespeare.  The plays are in the public domain, so it is
nobody's property.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Final

SIZE: Final = 1_115_394
"""Bytes of the whole text."""
_FILE: Final = Path(__file__).with_name("plays.txt.gz")


@cache
def _plays() -> bytes:
    return gzip.decompress(_FILE.read_bytes())


def text(size: int = SIZE) -> bytes:
    """The first `size` bytes.  Errors: ValueError when there are not so many."""
    if size > SIZE:
        raise ValueError(f"the text that comes along has {SIZE:,} bytes, not {size:,}")
    return _plays()[:size]
