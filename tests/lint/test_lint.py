"""The code keeps its own rules, and each rule catches what it is there for."""

import tomllib
from pathlib import Path

import pytest

from tests.lint import rules
from tests.lint.rules import ROOT, RULES, Module, Rule, modules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_code_keeps(rule: Rule) -> None:
    broken = [f"{module.name}: {why}" for module in modules() for why in rule(module)]
    assert not broken, "\n".join(broken)


def test_every_module_has_a_ring() -> None:
    """The import contract names every part; a new one must say where it belongs."""
    named = ring_names()
    parts = {".".join(module.name.split(".")[:2]) for module in modules()} - {
        "consensus",
        "pysubtensor",
        "runtime",
    }
    homeless = [part for part in sorted(parts) if not {part, part.split(".")[0]} & named]
    assert not homeless, homeless


def ring_names() -> set[str]:
    """Modules named in the layers of `pyproject.toml`."""
    settings = tomllib.loads(Path(ROOT / "pyproject.toml").read_text())
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    text = " ".join(contract["layers"])
    return set(text.replace("(", " ").replace(")", " ").replace(":", " ").split())


PLANTED = [
    (rules.calls_are_declared_whole, "@call(weight=1)\ndef f(): 'd'", "no index"),
    (rules.calls_are_declared_whole, "@call(0)\ndef f(): 'd'", "no weight"),
    (rules.calls_are_declared_whole, "@call(0, weight=1)\ndef f(): pass", "no docstring"),
    (rules.no_floats, "x = 0.5", "float 0.5"),
    (rules.no_floats, "x = a / b", "true division"),
    (rules.no_floats, "x = float(a)", "conversion"),
    (rules.no_clock_or_chance, "import time", "imports time"),
    (rules.no_clock_or_chance, "from random import choice", "imports random.choice"),
    (rules.no_clock_or_chance, "import os", "imports os"),
    (rules.no_clock_or_chance, "x = np.random.rand()", "np.random"),
    (rules.no_set_order, "for x in {1, 2}: pass", "walks"),
    (rules.no_set_order, "def f(a):\n  s = set(a)\n  return [x for x in s]", "walks"),
    (rules.no_set_order, "x = list(set(a) | b)", "walks"),
    (rules.no_set_order, "A = frozenset(b)\ndef f():\n  for x in A: pass", "walks"),
    (rules.pallets_stand_alone, "from pallets.balances import Balances", "imports"),
    (rules.short_enough, "x = 1\n" * 801, "801 lines"),
    (rules.short_enough, "def f():\n" + "  x = 1\n" * 61, "f has 61 lines"),
]


@pytest.mark.parametrize(("rule", "source", "complaint"), PLANTED)
def test_rule_catches(rule: Rule, source: str, complaint: str) -> None:
    assert complaint in " ".join(rule(Module("pallets.pot", source)))


def test_rules_accept_the_ordinary() -> None:
    source = "def f(a):\n  s = set(a)\n  return a // 2 if any(x > 3 for x in s) else sorted(s)"
    assert not [why for rule in RULES for why in rule(Module("pallets.pot", source))]
