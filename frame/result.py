"""How a nested call ended: for the pallet that made it, and as events tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from pysubtensor.frame.codec.resolve import Named
from pysubtensor.frame.codec.struct import Variant
from pysubtensor.frame.error import DispatchError, DispatchFailure
from pysubtensor.frame.weights import DispatchInfo, PostInfo, Weight

if TYPE_CHECKING:
    from pysubtensor.frame.call import Call
    from pysubtensor.frame.origin import Origin
    from pysubtensor.frame.pallet import Environment


Unit = Annotated[None, Named("")]


class DispatchResult(Variant, path="Result", params={"T": type(None), "E": DispatchError}):
    """`Result<(), DispatchError>`."""


class Ok(DispatchResult, index=0, unnamed=True):
    """It went through."""

    value: Unit = None


class Err(DispatchResult, index=1, unnamed=True):
    """It was refused."""

    error: Annotated[DispatchError, Named("")]


OK: Final = Ok()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A nested call that was tried; what it wrote is gone if it failed."""

    failure: DispatchFailure | None
    post: PostInfo

    def weight_of(self, info: DispatchInfo) -> Weight:
        """What it really cost."""
        return self.post.weight_of(info)

    def result(self, env: Environment) -> DispatchResult:
        """The outcome as events tell it."""
        return OK if self.failure is None else Err(env.dispatch_error(self.failure))


def attempt(
    env: Environment, call: Call, origin: Origin, *, bypass_filter: bool = False
) -> Attempt:
    """Dispatch `call` in a transaction of its own and say how it ended."""
    try:
        return Attempt(None, env.dispatch(call, origin, bypass_filter=bypass_filter))
    except DispatchFailure as failure:
        return Attempt(failure, failure.post or PostInfo())
