"""The changelog has a dated section for each version, the newest first."""

import re
import tomllib

from tests.docs.markdown import ROOT

HEADING = re.compile(r"^## (\d+)\.(\d+)\.(\d+) - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def test_every_section_has_a_version_and_a_date():
    text = (ROOT / "CHANGELOG.md").read_text()
    found = HEADING.findall(text)
    assert len(found) == len(re.findall("^## ", text, re.MULTILINE)) > 0
    versions = [tuple(map(int, each[:3])) for each in found]
    assert versions == sorted(set(versions), reverse=True)
    dates = [each[3] for each in found]
    assert dates == sorted(dates, reverse=True)


def test_the_newest_section_is_of_this_version():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    newest = HEADING.search((ROOT / "CHANGELOG.md").read_text())
    assert newest is not None
    assert ".".join(newest.groups()[:3]) == settings["project"]["version"]
