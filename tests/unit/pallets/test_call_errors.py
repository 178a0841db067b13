"""Docstrings of calls name just the errors that the tests of pallets see.

`tests/observed_errors.py` notes what they see.
"""

from __future__ import annotations

import pytest

from pysubtensor.runtime.chain import Variety
from tests.call_docs import calls, errors_of, told
from tests.observed_errors import read_table

CALLS = {spec.title: spec for spec in calls(Variety.EXTENDED) if spec.implemented}
PALLETS = sorted({spec.pallet for spec in CALLS.values()})


def undocumented(title: str, observed: list[str]) -> set[str]:
    """Errors that a call was seen to fail with, and that its docstring does not name."""
    known = errors_of(title, CALLS)
    return set() if known is None else set(observed) - known


def unobserved(title: str, observed: list[str]) -> set[str]:
    """Errors that the docstring of a call names, and that no test has seen."""
    names, _ = told(CALLS[title])
    return set(names) - set(observed)


@pytest.mark.parametrize("pallet", PALLETS)
def test_observed_errors_are_documented(pallet: str) -> None:
    table = read_table()
    found = {each: undocumented(each, table.get(each, [])) for each in CALLS if _of(each, pallet)}
    assert not {title: sorted(errors) for title, errors in found.items() if errors}


@pytest.mark.parametrize("pallet", PALLETS)
def test_documented_errors_are_observed(pallet: str) -> None:
    table = read_table()
    found = {each: unobserved(each, table.get(each, [])) for each in CALLS if _of(each, pallet)}
    assert not {title: sorted(errors) for title, errors in found.items() if errors}


def test_the_table_names_calls_that_exist() -> None:
    assert not set(read_table()) - set(CALLS)


def _of(title: str, pallet: str) -> bool:
    return title.startswith(f"{pallet}.")


def test_an_undocumented_error_is_found() -> None:
    assert undocumented("Sudo.set_key", ["RequireSudo", "Exhausted"]) == {"Exhausted"}
    assert not undocumented("Sudo.sudo_as", ["Exhausted"]) or told(CALLS["Sudo.sudo_as"])[1] == []


def test_an_unobserved_error_is_found() -> None:
    assert unobserved("Sudo.set_key", []) == set(told(CALLS["Sudo.set_key"])[0])
