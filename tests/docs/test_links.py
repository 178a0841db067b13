"""Every relative link of the documents leads to a file, and every #anchor to a heading of it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.markdown import DOCUMENTS, ROOT

DOCS = ROOT / "docs"
LINKING = (*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)


def links(text: str) -> list[str]:
    """Targets of links and pictures in this project; code has none."""
    return [target for target in _LINK.findall(_CODE.sub("", text)) if "://" not in target]


def anchors(text: str) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{words}-{seen[words]}" if seen[words] else words)
        seen[words] += 1
    return found


def fault(document: Path, target: str) -> str | None:
    """What is wrong with a link, if anything is."""
    path, _, anchor = target.partition("#")
    file = (document.parent / path).resolve() if path else document
    if not file.exists():
        return "no such file"
    if document.parent == DOCS and not file.is_relative_to(DOCS):
        return "leads out of docs/, where the site has no page"
    if anchor and anchor not in anchors(file.read_text()):
        return "no such heading"
    return None


@pytest.mark.parametrize("document", LINKING, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    faults = {target: fault(document, target) for target in links(document.read_text())}
    assert {target: what for target, what in faults.items() if what} == {}


def test_a_bad_link_is_seen():
    text = (
        "# One Two\n## It's `so`\n```sh\n# not a heading\n```\n[a](nope.md) `[b](code)` [c](x://y)"
    )
    assert links(text) == ["nope.md"]
    assert anchors(text) == {"one-two", "its-so"}
    page = DOCS / "node.md"
    assert fault(page, "nope.md") == "no such file"
    assert fault(page, "node.md#nope") == fault(page, "#nope") == "no such heading"
    assert fault(page, "../README.md") == "leads out of docs/, where the site has no page"
    assert fault(page, "testing.md#one-line-each") is None


def pages(nav: list[dict[str, object]]) -> Iterator[str]:
    for entry in nav:
        for found in entry.values():
            if isinstance(found, list):
                yield from pages(found)
            else:
                yield str(found)


def test_the_site_has_every_page():
    config = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    assert sorted(pages(config["nav"])) == sorted(path.name for path in DOCS.glob("*.md"))
