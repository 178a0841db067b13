"""Fenced blocks and options named in the project's documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:pysubtensor|make|pip|python -m benches)\b[^`]*)`")
_INDENTED = re.compile(r"^    ((?:make|python -m|pysubtensor) .*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block; `line` is where its text begins."""

    document: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines of a shell block without their comments."""
        lines = (line.split("  #")[0].strip() for line in self.text.splitlines())
        return [line for line in lines if line]


def blocks(language: str) -> Iterator[Block]:
    """All blocks of that language in all documents."""
    for document in DOCUMENTS:
        text = document.read_text()
        for found in _FENCE.finditer(text):
            if found[1] == language:
                yield Block(document, text[: found.start(2)].count("\n") + 1, language, found[2])


def languages() -> set[str]:
    """Of all blocks."""
    return {found[1] for each in DOCUMENTS for found in _FENCE.finditer(each.read_text())}


def loose_commands() -> Iterator[tuple[str, str]]:
    """(document, command) outside of fenced blocks: between backticks, or indented."""
    for document in DOCUMENTS:
        text = _FENCE.sub("", document.read_text())
        for pattern in (_INLINE, _INDENTED):
            for found in pattern.finditer(text):
                yield document.name, found[1].split("  #")[0].split(";")[0].strip()


def sections(document: Path) -> dict[str, str]:
    """Text below each heading of the second level."""
    _, *parts = re.split(r"^## (.*)$", document.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def options_in(text: str) -> set[str]:
    """Options between backticks."""
    return {
        option
        for span in re.findall(r"`[^`\n]*`", text)
        for option in re.findall(r"--[a-z-]+", span)
    }
