"""The code keeps its own rules, and each rule catches what it is there for."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts import measures
from tests.lint import rules
from tests.lint.rules import FOLDERS, ROOT, RULES, Module, Rule, bare_imports, modules, texts


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_code_keeps(rule: Rule) -> None:
    broken = [f"{module.name}: {why}" for module in modules() for why in rule(module)]
    assert not broken, "\n".join(broken)


MOST_ANY = 2.5
"""Annotations with `Any` for each 1,000 lines: lower it when there are fewer, never raise it."""


def test_few_annotations_are_any() -> None:
    """Where `Any` stands no type is checked; `object` says that a value is only passed on."""
    found = measures.product()
    assert found.any_per_1000 <= MOST_ANY, "`python scripts/measures.py` shows where they are"


def test_any_is_found_wherever_it_is_annotated() -> None:
    source = "a: Any = 1\ndef f(b: dict[str, Any], *c: int, d: object) -> Any:\n  return [Any]"
    assert len(list(measures.any_annotations(ast.parse(source)))) == 3


def test_no_folder_imports_one_further_out() -> None:
    found = measures.product()
    assert (found.back, found.back_for_types) == (0, 0)


DOORS = {"pysubtensor", "__main__", "testing"}
"""What users name: the package, the command, and `pysubtensor.testing`."""


def test_every_folder_is_a_ring() -> None:
    """The import contract names every part; a new one must say where it belongs."""
    parts = {module.name.split(".")[min(1, module.name.count("."))] for module in modules()}
    assert parts - DOORS == ring_names()


def ring_names() -> set[str]:
    """Folders named in the layers of `pyproject.toml`."""
    settings = tomllib.loads(Path(ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    (rings,) = (each for each in contracts if each["name"] == "Rings")
    return set(" ".join(rings["layers"]).replace("|", " ").split())


def test_nothing_is_imported_by_the_bare_name_of_its_folder() -> None:
    broken = [f"{name}:{why}" for name, text in texts() for why in bare_imports(text)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    "source",
    [
        "import runtime",
        "import runtime.chain as c",
        "from frame import call",
        "from pallets.balances import Balances",
        "import_module('training.cli')",
        "monkeypatch.setattr('training.cli.NODE', 1)",
        "import_module(f'training.{name}')",
    ],
)
def test_bare_names_are_found(source: str) -> None:
    assert list(bare_imports(source))


@pytest.mark.parametrize(
    "source", ["from pysubtensor.runtime import chain", "x = 'runtime.chains'", "x = 'genesis.raw'"]
)
def test_other_names_are_no_bare_names(source: str) -> None:
    assert not list(bare_imports(source))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_cannot_be_imported_by_its_bare_name(folder: str) -> None:
    asked = [sys.executable, "-c", f"import {folder}"]
    refused = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"import pysubtensor.{folder}, not {folder}" in refused.stderr


DESCRIBED = '''
@call(0, weight=1)
def pay(self, origin, to, amount):
    """Pay somebody.

    Origin: signed by whoever pays.
    - `to`: who is paid.
    - `amount`: rao, which
      leave the balance.

    Errors: TooMuch, Token.FundsUnavailable,
    DeadAccount; those of `pay`, `Balances.burn`.
    """
'''


def described(old: str, new: str) -> str:
    """The well described call with a mistake."""
    assert old in DESCRIBED
    return DESCRIBED.replace(old, new)


PLANTED = [
    (rules.calls_are_described, described("Pay somebody.", "Is somebody paid?"), "begin"),
    (rules.calls_are_described, described("Pay somebody.", "Pay\n    somebody."), "begin"),
    (rules.calls_are_described, described("Origin: signed", "Signed"), "origin"),
    (rules.calls_are_described, described("    - `to`: who is paid.\n", ""), "['amount']"),
    (rules.calls_are_described, described("origin, to, amount", "origin, amount, to"), "explains"),
    (rules.calls_are_described, described("`amount`: rao, which", "`amount`:"), "['to']"),
    (rules.calls_are_described, described("Errors: TooMuch", "Fails: TooMuch"), "errors"),
    (rules.calls_are_described, described("Errors: TooMuch", "Errors: some of TooMuch"), "errors"),
    (rules.calls_are_described, described("TooMuch,", "TooMuch;"), "errors"),
    (rules.calls_are_described, described("; those of `pay`, `Balances.burn`.", ""), "errors"),
    (rules.calls_are_described, "@call(0, weight=1)\ndef f(self, origin): 'Do.'", "origin"),
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
    (rules.pallets_stand_alone, "from pysubtensor.pallets.balances import Balances", "imports"),
    (rules.sub_is_subtensor, "def f(sub: Storage): pass", "parameter sub is Storage"),
    (rules.sub_is_subtensor, "f = lambda sub: sub.tempo", "parameter sub is nothing"),
    (rules.sub_is_subtensor, "add, sub = U64F64.add, U64F64.saturating_sub", "saturating_sub"),
    (rules.sub_is_subtensor, "class A:\n  def sub(self, other): pass", "sub is a function"),
    (rules.docstrings_state, "def f():\n  'Is it full?  Asks the node.'", "Is it full?"),
    (rules.docstrings_state, "'Who may\\ncall?'", "the module: Who may call?"),
    (rules.pallets_are_asked_by_class, "x: Any = runtime.pallets['System']", "pallets['System']"),
    (rules.pallets_are_asked_by_class, "x = chain.runtime.pallets['Aura'].y", "pallets['Aura']"),
    (rules.short_enough, "x = 1\n" * 801, "801 lines"),
    (rules.short_enough, "def f():\n" + "  x = 1\n" * 61, "f has 61 lines"),
]


@pytest.mark.parametrize(("rule", "source", "complaint"), PLANTED)
def test_rule_catches(rule: Rule, source: str, complaint: str) -> None:
    assert complaint in " ".join(rule(Module("pysubtensor.pallets.pot", source)))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("from pysubtensor.frame.fixed_point import I32F32", ""),
        ("from pysubtensor.pallets.subtensor.yuma import rows", ""),
        ("from pysubtensor.frame.storage import Map", "imports pysubtensor.frame.storage.Map"),
        ("from pysubtensor.pallets.subtensor import types", "imports"),
    ],
)
def test_yuma_imports_fixed_point_alone(source: str, complaint: str) -> None:
    found = " ".join(rules.yuma_is_fixed_point_only(Module(f"{rules.YUMA}.dense", source)))
    assert complaint in found if complaint else not found


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n  s = set(a)\n  return a // 2 if any(x > 3 for x in s) else sorted(s)",
        DESCRIBED,
        described("TooMuch, Token.FundsUnavailable,\n    DeadAccount", "none of its own"),
    ],
)
def test_rules_accept_the_ordinary(source: str) -> None:
    assert not [why for rule in RULES for why in rule(Module("pysubtensor.pallets.pot", source))]
