"""Notes which errors each call fails with in the tests of pallets.

`tests/data/observed_errors.json` is what they are; `tests/unit/pallets/test_call_errors.py` holds
the docstrings of calls against it.  A run in which a call fails with an error that is not in the
table fails.  `OBSERVED_ERRORS=add pytest ...` adds what a run observes; `OBSERVED_ERRORS=write`,
which `make errors` uses, writes the table anew.
"""

from __future__ import annotations

import functools
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pysubtensor.frame import call
from pysubtensor.frame.call import Call
from pysubtensor.frame.error import (
    ArithmeticFailure,
    BadOrigin,
    BuiltinFailure,
    DispatchFailure,
    TokenFailure,
)
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.weights import PostInfo
from pysubtensor.runtime.runtime import Runtime
from tests.call_docs import told

TESTS: Final = Path(__file__).parent
TABLE: Final = TESTS / "data" / "observed_errors.json"
WATCHED: Final = TESTS / "unit" / "pallets"
"""Whose observations count: what others call is not the same in every run."""

Table = dict[str, list[str]]

_observed: defaultdict[str, set[str]] = defaultdict(set)


class _Now:
    """Whether the test that runs is one whose observations count."""

    counts = False


def read_table() -> Table:
    """Names of the errors that each call, `Pallet.call`, was seen to fail with."""
    found: Table = json.loads(TABLE.read_text())
    return found


def name_of(failure: DispatchFailure) -> str:
    """The wire name of an error, with its kind: `NotEnough`, `Token.FundsUnavailable`."""
    if isinstance(failure, TokenFailure | ArithmeticFailure):
        kind = "".join(part.capitalize() for part in failure.kind.name.split("_"))
        return f"{type(failure.error).__name__}.{kind}"
    if isinstance(failure, BuiltinFailure):
        return type(failure.error).wire_name
    return type(failure).__name__


def watch(pallet: type) -> None:
    """Let the calls of a pallet class note what they fail with; the second time does nothing."""
    for base in pallet.__mro__:
        for name, member in list(vars(base).items()):
            if hasattr(member, "__call_declaration__") and not hasattr(member, "__watched__"):
                setattr(base, name, _noting(member))


def _noting(function: Callable[..., Any]) -> Callable[..., Any]:
    name = function.__call_declaration__.name or function.__name__  # type: ignore[attr-defined]

    @functools.wraps(function)
    def noting(pallet: Pallet[Any], /, *args: Any, **named: Any) -> Any:
        try:
            return function(pallet, *args, **named)
        except DispatchFailure as failure:
            if _Now.counts and not isinstance(failure, BadOrigin):  # docstrings tell the origin
                _observed[f"{pallet.name}.{name}"].add(name_of(failure))
            raise

    noting.__watched__ = True  # type: ignore[attr-defined]
    return noting


def _declared(pallet: type) -> list[Callable[..., Any]]:
    """The calls of a pallet class as a runtime composes them, watched."""
    watch(pallet)
    return _unwatched(pallet)


def _dispatch(self: Runtime, made: Call, *args: Any, **named: Any) -> PostInfo:
    """As `Runtime.dispatch`; also notes errors of guards that the call's docstring names.

    Some guards stand before every call: what those fail with is not an error of the call.
    """
    try:
        return _dispatch_unwatched(self, made, *args, **named)
    except DispatchFailure as failure:
        if _Now.counts and name_of(failure) in told(made.spec)[0]:
            _observed[made.spec.title].add(name_of(failure))
        raise


_unwatched = call._declared_functions
call._declared_functions = _declared
_dispatch_unwatched = Runtime.dispatch
Runtime.dispatch = _dispatch  # type: ignore[method-assign]


# -- a run of pytest ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count what happens while a test of a pallet runs."""
    _Now.counts = item.path.is_relative_to(WATCHED)
    try:
        return (yield)
    finally:
        _Now.counts = False


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist observed."""
    _merge(getattr(node, "workeroutput", {}).get("observed_errors", {}))


def _merge(more: Mapping[str, list[str]]) -> None:
    for title, errors in more.items():
        _observed[title].update(errors)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the table when asked to; else fail for what is not in it."""
    found: Table = {title: sorted(errors) for title, errors in sorted(_observed.items())}
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["observed_errors"] = found
        return
    wish = os.environ.get("OBSERVED_ERRORS")
    if wish == "write":
        _write(found)
    elif wish == "add":
        _merge(read_table())
        _write({title: sorted(errors) for title, errors in sorted(_observed.items())})
    elif _unknown() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _write(table: Table) -> None:
    TABLE.write_text(json.dumps(table, indent=1) + "\n")


def _unknown() -> list[str]:
    """Errors of this run that are not in the table."""
    table = read_table()
    return [
        f"{title}: {error}"
        for title, errors in sorted(_observed.items())
        for error in sorted(errors - set(table.get(title, ())))
    ]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which errors are new, and what to do about it."""
    unknown = _unknown()
    if unknown:
        terminalreporter.section("errors of calls that are not in the table", red=True)
        terminalreporter.write_line("\n".join(unknown))
        terminalreporter.write_line(f"See {Path(__file__).name} and the docstrings of these calls.")
