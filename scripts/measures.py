"""Measures of the code, a row for each folder: `make measures`.

files, lines, file        Python files, their lines, and lines of a file: median, 90 %, largest
function                  lines of a function without its docstring, likewise
Any                       annotations that contain `Any`, for each 1,000 lines
docs                      modules, and public functions, that have a docstring, in percent
comment                   lines that are comments, in percent
broad                     handlers of Exception, BaseException or anything, of all handlers
back                      imports of an outer ring by an inner one, and those for types alone
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FACE: Final = "pysubtensor"
"""The folder whose own files are the face; the others are linked into it."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Measures:
    """What was counted in some files."""

    files: list[int] = field(default_factory=list)
    """Lines of each."""
    functions: list[int] = field(default_factory=list)
    """Lines of each, without its docstring."""
    modules_with_docs: int = 0
    public_functions: int = 0
    public_functions_with_docs: int = 0
    any_annotations: int = 0
    comments: int = 0
    handlers: int = 0
    broad_handlers: int = 0
    back: int = 0
    back_for_types: int = 0

    @property
    def lines(self) -> int:
        """Lines of all files."""
        return sum(self.files)

    @property
    def any_per_1000(self) -> float:
        """Annotations that contain `Any`, for each 1,000 lines."""
        return 1000 * self.any_annotations / max(self.lines, 1)

    def add(self, source: str) -> None:
        """Count one file."""
        tree = ast.parse(source)
        self.files.append(len(source.splitlines()))
        self.modules_with_docs += ast.get_docstring(tree) is not None
        self.any_annotations += sum(1 for _ in any_annotations(tree))
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        self.comments += sum(each.type == tokenize.COMMENT for each in tokens)
        for node in ast.walk(tree):
            if isinstance(node, Function):
                self._add_function(node)
            elif isinstance(node, ast.ExceptHandler):
                self.handlers += 1
                self.broad_handlers += _is_broad(node)

    def _add_function(self, node: Function) -> None:
        has_docs = ast.get_docstring(node) is not None
        body = node.body[1:] if has_docs else node.body
        size = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        self.functions.append(size)
        if not node.name.startswith("_"):
            self.public_functions += 1
            self.public_functions_with_docs += has_docs

    def merge(self, other: Measures) -> None:
        """Add what was counted elsewhere."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def any_annotations(tree: ast.AST) -> Iterator[ast.expr]:
    """The annotations of arguments, results and variables that contain the name `Any`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            annotation = node.annotation
        elif isinstance(node, Function):
            annotation = node.returns
        else:
            continue
        if annotation is not None and any(
            isinstance(part, ast.Name) and part.id == "Any" for part in ast.walk(annotation)
        ):
            yield annotation


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"}
    )


@cache
def rings() -> list[set[str]]:
    """The folders of each ring, outermost first, as the import contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"] == "Rings")
    return [{name.strip() for name in layer.split("|")} for layer in layers]


def imports_back(folder: str, tree: ast.Module) -> Iterator[bool]:
    """Whether it is for types alone, of each import of a ring further out than `folder`'s."""
    outer: set[str] = set()
    for ring in rings():
        if folder in ring:
            break
        outer |= ring
    else:
        return
    for node, for_types in _statements(tree, for_types=False):
        for name in _imported(node):
            parts = name.split(".")
            if parts[0] == FACE and len(parts) > 1 and parts[1] in outer:
                yield for_types


def _statements(node: ast.AST, *, for_types: bool) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes, and whether they stand below `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        below = for_types or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        )
        yield child, below
        yield from _statements(child, for_types=below)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def folders() -> list[str]:
    """The folders of the product, innermost ring first, and the doors of the package."""
    return [name for ring in reversed(rings()) for name in sorted(ring)] + [FACE]


def sources(folder: str) -> list[Path]:
    """The Python files of a folder; of the package those that are in no ring."""
    if folder == FACE:
        return sorted((ROOT / FACE).glob("*.py"))
    place = ROOT / folder
    return sorted((place if place.is_dir() else ROOT / FACE / folder).rglob("*.py"))


def measure(folder: str) -> Measures:
    """What is in one folder."""
    found = Measures()
    for path in sources(folder):
        source = path.read_text()
        found.add(source)
        back = list(imports_back(folder, ast.parse(source)))
        found.back += back.count(False)
        found.back_for_types += back.count(True)
    return found


@cache
def product() -> Measures:
    """What is in all folders of the product together."""
    total = Measures()
    for folder in folders():
        total.merge(measure(folder))
    return total


def _spread(sizes: Sequence[int]) -> str:
    """Median, the value that 90 % do not exceed, and the largest."""
    if not sizes:
        return "-"
    ordered = sorted(sizes)
    last = len(ordered) - 1
    return f"{ordered[last // 2]}/{ordered[last * 9 // 10]}/{ordered[last]}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}" if whole else "-"


HEAD: Final = (
    "folder files lines file function Any/1000 docs(module/function) comment% broad back(types)"
)


def row(name: str, found: Measures) -> tuple[str, ...]:
    """The cells of one row."""
    docs = (
        _percent(found.modules_with_docs, len(found.files))
        + "/"
        + _percent(found.public_functions_with_docs, found.public_functions)
    )
    return (
        name,
        str(len(found.files)),
        str(found.lines),
        _spread(found.files),
        _spread(found.functions),
        f"{found.any_per_1000:.1f}",
        docs,
        f"{100 * found.comments / max(found.lines, 1):.1f}",
        f"{found.broad_handlers} of {found.handlers}",
        f"{found.back} ({found.back_for_types})",
    )


def main() -> None:
    """Print the table."""
    total = Measures()
    rows = [tuple(HEAD.split())]
    for folder in folders():
        found = measure(folder)
        total.merge(found)
        rows.append(row(folder, found))
    rows += [row("source", total), row("tests", measure("tests"))]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(rows[0]))]
    for cells in rows:
        sys.stdout.write("  ".join(map(str.ljust, cells, widths)).rstrip() + "\n")


if __name__ == "__main__":
    main()
