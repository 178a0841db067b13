"""Recipes of CONTRIBUTING.md name files and commands that exist, and each ends in a command."""

import re

import pytest

from tests.docs.markdown import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES = dict(re.findall(r"^### (.*?)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
WITHOUT_ONE = {"Add an error or an event", "Change an encoded struct", "Renew what is recorded"}
"""They are proven as a call, or by the one who looks at what was renewed."""


def commands(recipe: str) -> list[str]:
    """Lines of the fenced block at the end of a recipe."""
    found = re.search(r"^```\n(.*?)^```\s*\Z", recipe, re.MULTILINE | re.DOTALL)
    return found[1].splitlines() if found else []


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_ends_in_a_command(name):
    assert bool(commands(RECIPES[name])) == (name not in WITHOUT_ONE)


@pytest.mark.parametrize("name", RECIPES)
def test_tests_that_a_recipe_names_exist(name):
    named = re.findall(r"tests/[\w/.-]+\w", "\n".join(commands(RECIPES[name])))
    missing = {each for each in named if not (ROOT / each).exists()}
    assert missing - {"tests/unit/path/of/test_file.py"} == set()


def test_targets_and_modules_exist():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:`|^)make (\w+)", TEXT, re.MULTILINE)) <= set(targets)
    modules = re.findall(r"python -m ((?:tests|benches)[\w.]*)", TEXT)
    files = [ROOT / each.replace(".", "/") for each in modules]
    assert all(each.with_suffix(".py").exists() or each.is_dir() for each in files)
