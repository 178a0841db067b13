"""A state machine of hypothesis on a scratch chain, without rules, and its replay scripts."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, ParamSpec, TypeVar

from hypothesis import Phase, note, settings
from hypothesis.stateful import RuleBasedStateMachine

from pysubtensor.client.view import TransactionFailed, View
from pysubtensor.consensus.pool import PoolError
from pysubtensor.face.devnet import Devnet
from pysubtensor.face.economy import Economy
from pysubtensor.face.testing.recording import ReadCheck, Recorded, read_checks_of
from pysubtensor.face.testing.script import script
from pysubtensor.genesis import ChainSpec
from pysubtensor.rpc.node.epochs import NoEpoch
from pysubtensor.runtime.runtime import DEEPEST
from pysubtensor.runtime.trie.update import allow_depth

allow_depth(DEEPEST)  # now: hypothesis minds when a test raises the limit of recursion

Given = ParamSpec("Given")
Result = TypeVar("Result")

PHASES = tuple(each for each in Phase if each is not Phase.explain)
"""Phases of hypothesis without `explain`, which traces each line: ten times slower."""


class Neuron(NamedTuple):
    """A hotkey that registered on a subnet, and its coldkey; both secret URIs."""

    netuid: int
    hotkey: str
    coldkey: str


class ChainMachine(RuleBasedStateMachine):
    """A machine for rules and invariants on the chain `d`; each example begins at the same state.

    Everything is a transaction with its fee, in a block of its own.
    """

    chain: ClassVar[str | ChainSpec] = "dev"
    """The chain that each example begins with: a preset or a specification."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.TestCase.settings = settings(cls.TestCase.settings, phases=PHASES)

    def __init__(self) -> None:
        super().__init__()
        self._replay_state = _replay_state_of(type(self))
        self.d = self._replay_state.begin()
        """The chain: a `Scratch`, which reads and acts as a `Devnet` does."""

    @classmethod
    def setup(cls, d: Economy) -> Iterable[Neuron]:  # noqa: ARG003 (for subclasses)
        """Prepare the chain before the first rule, and return the neurons that rules may use.

        It runs once for all examples.
        """
        return ()

    @property
    def sub(self) -> Any:
        """SubtensorModule.  Read it through `self` or `d`: scripts show what was read there."""
        return self.d.subtensor_module

    def attempt(
        self, act: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        """Call `act`, and return its result; None when the chain refuses a transaction in it."""
        try:
            return act(*args, **kwargs)
        except (TransactionFailed, PoolError, NoEpoch):
            return None

    def ask(self, signer: str, function: str, /, **args: object) -> bool:
        """Submit a call of SubtensorModule; whether it succeeded."""
        return self.attempt(partial(self.d.ask, signer, function, **args)) is not None

    def teardown(self) -> None:
        """Undo everything; after a failure, print the replay script."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            note(self.replay(error))
        self._replay_state.begin()

    def replay(self, error: Exception) -> str:
        """The replay script: the same actions on a node, then the reads of the failed invariant."""
        name, is_invariant = _where(self, error.__traceback__)
        checks = self._read_checks(name) if is_invariant else []
        reason = " ".join(str(error).split())
        title = f"{type(self).__name__}.{name} fails after these: {reason:.100}".replace("\\", "/")
        spec = self._replay_state.devnet.node.spec
        return script(self.d.runtime, spec, self.d.done, checks, title.replace('"', "'"))

    def _read_checks(self, name: str) -> list[ReadCheck]:
        chain = self.d

        def ask(view: View) -> None:
            self.d = view  # type: ignore[assignment]
            getattr(self, name)()

        try:
            return read_checks_of(ask, chain, self._replay_state.devnet)
        finally:
            self.d = chain


def _where(machine: ChainMachine, trace: TracebackType | None) -> tuple[str, bool]:
    """Name of the machine's method in which something failed, and whether it is an invariant."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if trace.tb_frame.f_locals.get("self") is machine:
            method = getattr(type(machine), code.co_name, None)
            for mark in ("invariant", "rule", "initialize_rule"):
                if hasattr(method, f"hypothesis_stateful_{mark}"):
                    return code.co_name, mark == "invariant"
        trace = trace.tb_next
    return "teardown", False


class _ReplayState:
    """The chain of one class of machines, set up once; each example begins there."""

    def __init__(self, machine: type[ChainMachine]) -> None:
        self.devnet = Devnet(machine.chain)
        atexit.register(self.devnet.close)
        self._d = Recorded(self.devnet)
        self.neurons = tuple(machine.setup(self._d))
        self._start = self._d.snapshot()
        self._done = tuple(self._d.done)

    def begin(self) -> Recorded:
        """Go back to the beginning, and return the chain."""
        self._d.revert(self._start)
        self._d.done = list(self._done)
        return self._d


_replay_state_of = cache(_ReplayState)
