"""Encoders and checkers of records, written out as straight Python when a type is built.

A record's plain encoder walks its fields; the one made here does the same without the walk, with
runs of fixed-width integers packed at once.  `tests/property/test_compiled_codecs.py` holds both
equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from struct import Struct as Packer
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pysubtensor.frame.codec.scale import Codec

Encode = Callable[[Any], bytes]
Check = Callable[[Any], None]

_LETTERS: Final = {("u", 1): "B", ("u", 2): "H", ("u", 4): "I", ("u", 8): "Q"}
MANY: Final = 4
"""From so many pieces on, joining is faster than adding."""


def compile_encoder(attributes: Sequence[str], codecs: Sequence[Codec], tag: bytes = b"") -> Encode:
    """Encode the named attributes of a value one after another, behind `tag`."""
    names: dict[str, object] = {"tag": tag}
    pieces = ["tag"] if tag else []
    fields = list(zip(attributes, codecs, strict=True))
    for packed, run in groupby(fields, key=lambda field: _letter(field[1]) is not None):
        if packed:
            pieces.append(_packed(list(run), names))
            continue
        for attribute, codec in run:
            name = f"encode_{len(names)}"
            names[name] = codec.encode
            pieces.append(f"{name}(value.{attribute})")
    if len(pieces) >= MANY:
        body = f"b''.join(({', '.join(pieces)}))"
    else:
        body = " + ".join(pieces) or "b''"
    return _made(f"lambda value: {body}", names)


def _packed(run: list[tuple[str, Codec]], names: dict[str, object]) -> str:
    name = f"pack_{len(names)}"
    names[name] = Packer("<" + "".join(_letter(codec) or "" for _, codec in run)).pack
    return f"{name}({', '.join(f'value.{attribute}' for attribute, _ in run)})"


def _letter(codec: Codec) -> str | None:
    """The letter of `struct` for a fixed-width unsigned integer."""
    if codec.name[:1] != "u" or not codec.name[1:].isdigit():
        return None
    return _LETTERS.get(("u", int(codec.name[1:]) // 8))


def compile_checker(attributes: Sequence[str], codecs: Sequence[Codec]) -> Check:
    """Check the named attributes of a value one after another."""
    names: dict[str, object] = {}
    tests = []
    for attribute, codec in zip(attributes, codecs, strict=True):
        name = f"check_{len(names)}"
        names[name] = codec.check
        test = f"{name}(value.{attribute})"
        if _letter(codec) is not None:
            high = (1 << int(codec.name[1:])) - 1
            fits = f"(field := value.{attribute}).__class__ is int and 0 <= field <= {high}"
            test = f"({fits}) or {test}"
        tests.append(f"({test})")
    return _made(f"lambda value: ({', '.join(tests)}{',' if tests else ''}) and None", names)


@cache
def _code(source: str) -> CodeType:
    """Records of the same shape share their code."""
    return compile(source, "<codec>", "eval")


def _made(source: str, names: dict[str, object]) -> Callable[[Any], Any]:
    code = _code(source)
    made: Callable[[Any], Any] = eval(code, names)  # noqa: S307 (field names of declared types)
    return made
