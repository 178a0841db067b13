"""What calls tell clients in their docstrings is true as far as names go."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import ArithmeticKind, DispatchError, TokenError
from pysubtensor.runtime.chain import Variety
from pysubtensor.runtime.runtime import Runtime
from tests.call_docs import calls, chain, told


def error_names(runtime: Runtime) -> set[str]:
    """Errors by their wire names; what moved no money or broke a number with its kind."""
    of_pallets = {error.__name__ for p in runtime.pallets.values() for error in p.error_classes}
    builtin = {case.wire_name for case in DispatchError.wire_cases}
    kinds = {"Token": TokenError, "Arithmetic": ArithmeticKind}
    detailed = {f"{of}.{camel(kind.name)}" for of, many in kinds.items() for kind in many}
    return of_pallets | builtin - {"Module", "Other"} - set(kinds) | detailed


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


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
        for title in shared:
            assert title in titles | arguments, f"{spec.title}: {title}"
