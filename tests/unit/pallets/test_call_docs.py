"""What calls tell clients in their docstrings is true as far as names go.

`tests/lint/rules.py` looks after their form.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import pytest

from pysubtensor.frame.call import CallSpec
from pysubtensor.frame.error import ArithmeticKind, DispatchError, TokenError
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.runtime.chain import Build, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.lint.rules import CALL_ERRORS


@functools.cache
def chain(variety: Variety) -> Runtime:
    return make_runtime(Build(variety=variety), EmptyBacking())


def calls(variety: Variety) -> Iterator[CallSpec]:
    for pallet in chain(variety).pallets.values():
        yield from pallet.dispatchables().values()


def error_names(runtime: Runtime) -> set[str]:
    """Errors by their wire names; what moved no money or broke a number with its kind."""
    of_pallets = {error.__name__ for p in runtime.pallets.values() for error in p.error_classes}
    builtin = {case.wire_name for case in DispatchError.wire_cases}
    kinds = {"Token": TokenError, "Arithmetic": ArithmeticKind}
    detailed = {f"{of}.{camel(kind.name)}" for of, many in kinds.items() for kind in many}
    return of_pallets | builtin - {"Module", "Other"} - set(kinds) | detailed


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def told(spec: CallSpec) -> tuple[list[str], list[str]]:
    """Names of errors in the docstring, and of calls whose errors it shares."""
    last = " ".join(spec.docs.rsplit("\n\n", 1)[-1].split())
    found = CALL_ERRORS.fullmatch(last)
    assert found is not None, spec.title
    names = [] if found[1] == "none of its own" else found[1].split(", ")
    return names, re.findall(r"`([\w.]+)`", found[2] or "")


@pytest.mark.parametrize("variety", Variety)
def test_named_errors_exist(variety: Variety) -> None:
    known = error_names(chain(variety))
    for spec in calls(variety):
        names, _ = told(spec)
        assert len(names) == len(set(names)), spec.title
        assert not set(names) - known, spec.title


@pytest.mark.parametrize("variety", Variety)
def test_calls_whose_errors_are_shared_exist(variety: Variety) -> None:
    """A call of this pallet, of another (`Balances.burn`), or an argument that is a call."""
    titles = {spec.title for spec in calls(variety)}
    for spec in calls(variety):
        _, shared = told(spec)
        arguments = {f"{spec.pallet}.{name}" for name, _ in spec.arguments}
        for name in shared:
            title = name if "." in name else f"{spec.pallet}.{name}"
            assert title in titles | arguments, f"{spec.title}: {name}"
