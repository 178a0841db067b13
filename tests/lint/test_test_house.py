"""The tests lie where their source lies, and a folder has one chain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lint.rules import ROOT

TESTS = ROOT / "tests"
UNIT = TESTS / "unit"
FACE = ROOT / "pysubtensor"
SHARED = {"chain", "market"}
"""Fixtures that a folder's `conftest.py` offers."""


def source_of(folder: Path) -> Path:
    """The folder of the source that a folder of `tests/unit` mirrors."""
    part = folder.relative_to(UNIT)
    return (FACE if part.parts[:1] == ("face",) else ROOT) / part


def own_chains(source: str) -> Iterator[str]:
    """Shared fixtures that a file of tests makes from nothing."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in SHARED:
            made = any("fixture" in ast.unparse(each) for each in node.decorator_list)
            if made and not node.args.args:
                yield node.name


def missing(text: str) -> list[str]:
    """Test files named as `folder/test_name` that are not there."""
    known = [str(path.with_suffix("")) for path in TESTS.rglob("test_*.py")]
    named = re.findall(r"`([\w/]*\btest_\w+)`", text)
    return [name for name in named if not any(path.endswith(f"/{name}") for path in known)]


def test_folders_mirror_the_source() -> None:
    folders = {path.parent for path in UNIT.rglob("test_*.py")}
    assert [str(each) for each in sorted(folders) if not source_of(each).is_dir()] == []


def test_the_tests_of_a_package_lie_in_its_folder() -> None:
    """A file named after a folder of the source lies in the folder of that name."""
    files = UNIT.rglob("test_*.py")
    astray = [path for path in files if (source_of(path.parent) / path.stem[5:]).is_dir()]
    assert [str(each) for each in sorted(astray)] == []


def test_a_file_takes_the_chain_of_its_folder() -> None:
    found = [
        f"{path.relative_to(TESTS)}: {name}"
        for path in sorted(UNIT.rglob("test_*.py"))
        for name in own_chains(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@pytest.fixture\ndef chain(): return Chain()", ["chain"]),
        ("@pytest.fixture(scope='module')\ndef market(): yield Market()", ["market"]),
        ("@pytest.fixture\ndef chain(chain): return chain", []),
        ("def chain(): return Chain()", []),
    ],
)
def test_a_chain_of_ones_own_is_found(source: str, found: list[str]) -> None:
    assert list(own_chains(source)) == found


def test_the_files_that_the_page_on_tests_names_exist() -> None:
    assert missing((TESTS / "README.md").read_text()) == []


def test_a_file_that_is_gone_is_found() -> None:
    assert missing("`lint/test_lint`, `lint/test_never`, test_nothing") == ["lint/test_never"]


def test_the_fixtures_that_the_page_on_tests_names_exist() -> None:
    """Each row of the table of chains names a fixture of that folder and a class of the tests."""
    rows = re.findall(
        r"^\| `(\w+)` \| ([^|]*) \| `(\w+)` \|", (TESTS / "README.md").read_text(), re.MULTILINE
    )
    assert len(rows) > 10
    for fixture, folders, class_name in rows:
        for folder in re.findall(r"`([\w/]+)`", folders):
            page = (UNIT / folder / "conftest.py").read_text()
            assert re.search(rf"def {fixture}\(|import .*\b{fixture}\b", page), (folder, fixture)
            assert class_name in page or class_name == "Devnet", (folder, class_name)
