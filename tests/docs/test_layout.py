"""docs/layout.md names every folder of the source; no document names a file that is not there."""

import re

import pytest

from tests.docs.markdown import DOCUMENTS, ROOT

LAYOUT = ROOT / "docs" / "layout.md"
TOPS = ("frame", "pallets", "runtime", "genesis", "consensus", "rpc", "client", "training")
FACE = "pysubtensor/face"
BESIDE = ("pysubtensor", "tests", "benches", "examples", "scripts", "docs")
ELSEWHERE = {"tests/e2e_tests"}  # in another repository
NAMED = set(re.findall(r"^\| `([\w/]+)/` \|", LAYOUT.read_text(), re.MULTILINE))


def folders(top: str) -> set[str]:
    """The package and those in it, but not what it links to."""
    found = {path.parent for path in (ROOT / top).rglob("__init__.py")}
    return {str(folder.relative_to(ROOT)) for folder in found}


@pytest.mark.parametrize("top", [*TOPS, FACE])
def test_every_folder_is_named(top):
    assert folders(top) - NAMED == set()
    assert top in folders(top)


def test_every_named_folder_exists():
    assert {each for each in NAMED if not (ROOT / each).is_dir()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_files_that_are_named_exist(document):
    named = re.findall(rf"`((?:{'|'.join(TOPS + BESIDE)})/[\w/.-]*)`", document.read_text())
    assert {each for each in named if not (ROOT / each).exists()} - ELSEWHERE == set()
