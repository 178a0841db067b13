"""What the docstrings of calls say about errors; `tests/lint/rules.py` looks after their form."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from pysubtensor.frame.call import CallSpec
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.runtime.chain import Build, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.lint.rules import CALL_ERRORS


@functools.cache
def chain(variety: Variety) -> Runtime:
    """The runtime of a build over an empty state."""
    return make_runtime(Build(variety=variety), EmptyBacking())


def calls(variety: Variety) -> Iterator[CallSpec]:
    """All calls of a build."""
    for pallet in chain(variety).pallets.values():
        yield from pallet.dispatchables().values()


def told(spec: CallSpec) -> tuple[list[str], list[str]]:
    """Names of errors in the docstring, and of calls whose errors it shares."""
    last = " ".join(spec.docs.rsplit("\n\n", 1)[-1].split())
    found = CALL_ERRORS.fullmatch(last)
    if found is None:  # a pallet of a test; for ours `tests/lint` insists
        return [], []
    names = [] if found[1] == "none of its own" else found[1].split(", ")
    return names, [title_of(spec, each) for each in re.findall(r"`([\w.]+)`", found[2] or "")]


def title_of(spec: CallSpec, name: str) -> str:
    """`Pallet.name` of a call, or of an argument that is one, as named in a docstring."""
    return name if "." in name else f"{spec.pallet}.{name}"


def errors_of(title: str, by_title: dict[str, CallSpec]) -> set[str] | None:
    """Errors that a call may fail with by the docstrings; None: those of any call it is given."""
    spec = by_title.get(title)
    if spec is None:
        return None
    names, shared = told(spec)
    found = set(names)
    for other in shared:
        more = errors_of(other, by_title)
        if more is None:
            return None
        found |= more
    return found
