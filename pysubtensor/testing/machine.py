"""A machine that plays an economy: people register, stake, set weights, change settings, and wait.

Subclass it, say in invariants what must hold (and in rules what else may happen), and let pytest
collect its `TestCase`.  Everything is a transaction with its fee, in a block of its own, on `d`: a
`Scratch`, which reads and acts as a `Devnet` does.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from operator import attrgetter
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, ParamSpec, TypeVar

from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
)

from consensus.pool import PoolError
from genesis import ChainSpec
from pysubtensor.addresses import account
from pysubtensor.devnet import Devnet
from pysubtensor.economy import Economy, NoEpoch
from pysubtensor.testing.recording import Claim, Recorded, claims_of
from pysubtensor.testing.script import script
from pysubtensor.testing.strategies import (
    accounts,
    alpha,
    hotkeys,
    rao,
    settings_of_subnets,
    weight_rows,
)
from pysubtensor.view import TransactionFailed, View
from runtime.block.runtime import DEEPEST
from runtime.primitives import RAO_PER_TAO
from runtime.state.trie_update import allow_depth

allow_depth(DEEPEST)  # now: hypothesis minds when a test raises the limit of recursion

Given = ParamSpec("Given")
Result = TypeVar("Result")

ROOT = 0
MOST_SUBNETS = 5
"""No more than these are registered."""
PHASES = tuple(each for each in Phase if each is not Phase.explain)
"""What hypothesis does; to explain a failure it would trace each line, ten times slower."""
UIDS = range(6)
"""Neurons that rows of weights name."""


class Neuron(NamedTuple):
    """A hotkey that registered on a subnet, and its coldkey; both secret URIs."""

    netuid: int
    hotkey: str
    coldkey: str


class EconomyMachine(RuleBasedStateMachine):
    """What people do on a chain; subclasses say what must hold."""

    chain: ClassVar[str | ChainSpec] = "dev"
    """Where each example begins: a preset or a specification."""

    neurons: Bundle[Neuron] = Bundle("neurons")
    """Neurons that were registered; one may have been replaced since."""
    subnets: st.SearchStrategy[int] = neurons.map(attrgetter("netuid"))
    """Subnets that were registered."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.TestCase.settings = settings(cls.TestCase.settings, phases=PHASES)

    def __init__(self) -> None:
        super().__init__()
        self._stage = _stage_of(type(self))
        self.d = self._stage.begin()
        """The chain."""

    @property
    def sub(self) -> Any:
        """SubtensorModule.  Read it through `self` or `d`: scripts show what was read there."""
        return self.d.subtensor_module

    # -- for subclasses -----------------------------------------------------------------------

    @classmethod
    def setup(cls, d: Economy) -> Iterable[Neuron]:
        """What there is before the first rule; gives the neurons that rules may use.

        It runs once for all examples.  Here: a subnet of //Alice with a validator of //Bob's and a
        miner of //Charlie's; weights are set directly, and settings may change at any time.
        """
        d.thaw_settings()
        netuid = d.register_subnet("//Alice", "//Alice//1")
        d.open_weights(netuid)
        neurons = [Neuron(netuid, f"{who}//1", who) for who in ("//Bob", "//Charlie")]
        for neuron in neurons:
            d.register_neuron(neuron.coldkey, netuid, neuron.hotkey)
        d.stake("//Bob", netuid, "//Bob//1", 1_000 * RAO_PER_TAO)
        return [Neuron(netuid, "//Alice//1", "//Alice"), *neurons]

    def attempt(
        self, act: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        """Do something that the chain may refuse; None when it did."""
        try:
            return act(*args, **kwargs)
        except (TransactionFailed, PoolError, NoEpoch):
            return None

    def ask(self, signer: str, function: str, /, **args: Any) -> bool:
        """Ask for a call of SubtensorModule; was it done?"""
        return self.attempt(partial(self.d.ask, signer, function, **args)) is not None

    # -- what happens -------------------------------------------------------------------------

    @initialize(target=neurons)
    def begin(self) -> MultipleResults[Neuron]:
        """Take what was set up."""
        return multiple(*self._stage.neurons)

    @precondition(lambda self: self.sub.total_networks.get() < MOST_SUBNETS)
    @rule(target=neurons, owner=accounts(), number=st.integers(1, 3))
    def register_subnet(self, owner: str, number: int) -> MultipleResults[Neuron]:
        """One more subnet, if the owner can pay."""
        hotkey = f"{owner}//{number}"
        netuid = self.attempt(self.d.register_subnet, owner, hotkey)
        if netuid is None:
            return multiple()
        self.attempt(self.d.open_weights, netuid)
        return multiple(Neuron(netuid, hotkey, owner))

    @rule(target=neurons, netuid=subnets, coldkey=accounts(), number=st.integers(1, 3))
    def register_neuron(self, netuid: int, coldkey: str, number: int) -> MultipleResults[Neuron]:
        """One more neuron."""
        neuron = Neuron(netuid, f"{coldkey}//{number}", coldkey)
        uid = self.attempt(self.d.register_neuron, coldkey, netuid, neuron.hotkey)
        return multiple() if uid is None else multiple(neuron)

    @rule(coldkey=accounts(), number=st.integers(1, 3))
    def join_root(self, coldkey: str, number: int) -> None:
        """A hotkey takes a seat on root."""
        self.ask(coldkey, "root_register", hotkey=account(f"{coldkey}//{number}"))

    @rule(who=accounts(), neuron=neurons, amount=rao(), on_root=st.booleans())
    def stake(self, who: str, neuron: Neuron, amount: int, on_root: bool) -> None:
        """Somebody stakes with a hotkey, on its subnet or on root."""
        netuid = ROOT if on_root else neuron.netuid
        self.attempt(self.d.stake, who, netuid, neuron.hotkey, amount)

    @rule(who=accounts(), neuron=neurons, amount=alpha(), on_root=st.booleans())
    def unstake(self, who: str, neuron: Neuron, amount: int, on_root: bool) -> None:
        """Somebody sells stake; of more than there is, all."""
        netuid = ROOT if on_root else neuron.netuid
        self.attempt(self.d.unstake, who, netuid, neuron.hotkey, amount)

    @rule(who=accounts(), hotkey=hotkeys(), to_root=st.booleans())
    def unstake_all(self, who: str, hotkey: str, to_root: bool) -> None:
        """Somebody sells all stake with a hotkey."""
        self.ask(who, "unstake_all_alpha" if to_root else "unstake_all", hotkey=account(hotkey))

    @rule(who=accounts(), source=neurons, dest=neurons, amount=alpha())
    def move_stake(self, who: str, source: Neuron, dest: Neuron, amount: int) -> None:
        """Somebody carries stake to another hotkey, on the same subnet or another."""
        self.ask(
            who, "move_stake", alpha_amount=amount,
            origin_hotkey=account(source.hotkey), destination_hotkey=account(dest.hotkey),
            origin_netuid=source.netuid, destination_netuid=dest.netuid,
        )  # fmt: skip

    @rule(who=accounts(), to=accounts(), source=neurons, netuid=subnets, amount=alpha())
    def transfer_stake(self, who: str, to: str, source: Neuron, netuid: int, amount: int) -> None:
        """Somebody gives stake to another."""
        self.ask(
            who, "transfer_stake", alpha_amount=amount,
            destination_coldkey=account(to), hotkey=account(source.hotkey),
            origin_netuid=source.netuid, destination_netuid=netuid,
        )  # fmt: skip

    @rule(who=accounts(), neuron=neurons, amount=alpha(), again=st.booleans())
    def destroy_alpha(self, who: str, neuron: Neuron, amount: int, again: bool) -> None:
        """Somebody burns or recycles stake."""
        name = "recycle_alpha" if again else "burn_alpha"
        self.ask(who, name, hotkey=account(neuron.hotkey), netuid=neuron.netuid, amount=amount)

    @rule(neuron=neurons, row=weight_rows(UIDS))
    def set_weights(self, neuron: Neuron, row: dict[int, int]) -> None:
        """A neuron says what it thinks of others."""
        there = self.sub.subnetwork_n[neuron.netuid]
        known = {uid: weight for uid, weight in row.items() if uid < there}
        self.attempt(self.d.set_weights, neuron.hotkey, neuron.netuid, known)

    @rule(change=settings_of_subnets(subnets))
    def change_setting(self, change: tuple[str, dict[str, Any]]) -> None:
        """Root changes a setting of a subnet."""
        name, args = change
        self.attempt(partial(self.d.as_root, "AdminUtils", name, **args))

    @rule(who=accounts(), netuid=subnets)
    def claim_root(self, who: str, netuid: int) -> None:
        """Somebody takes the dividends of stake on root."""
        self.ask(who, "claim_root", subnets=frozenset({netuid}))

    @rule(source=accounts(), dest=accounts(), amount=rao())
    def transfer(self, source: str, dest: str, amount: int) -> None:
        """Somebody sends TAO."""
        self.attempt(self.d.transfer, source, dest, amount)

    @rule(count=st.integers(1, 20))
    def wait(self, count: int) -> None:
        """Nothing happens for some blocks."""
        self.d.mine(count)

    @rule(netuid=subnets)
    def run_to_epoch(self, netuid: int) -> None:
        """The next epoch of a subnet comes."""
        self.attempt(self.d.run_to_epoch, netuid)

    # -- the end ------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Take everything back; after a failure, print how to see it on a node."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            note(self.replay(error))
        self._stage.begin()

    def replay(self, error: Exception) -> str:
        """A script that does the same on a node, and checks the state that a failed check read."""
        name, is_invariant = _where(self, error.__traceback__)
        claims = self._claims(name) if is_invariant else []
        reason = " ".join(str(error).split())
        title = f"{type(self).__name__}.{name} fails after these: {reason:.100}".replace("\\", "/")
        spec = self._stage.devnet.node.spec
        return script(self.d.runtime, spec, self.d.done, claims, title.replace('"', "'"))

    def _claims(self, name: str) -> list[Claim]:
        chain = self.d

        def ask(view: View) -> None:
            self.d = view  # type: ignore[assignment]
            getattr(self, name)()

        try:
            return claims_of(ask, chain, self._stage.devnet)
        finally:
            self.d = chain


def _where(machine: EconomyMachine, trace: TracebackType | None) -> tuple[str, bool]:
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


class _Stage:
    """The chain of one class of machines, set up once; each example begins there."""

    def __init__(self, machine: type[EconomyMachine]) -> None:
        self.devnet = Devnet(machine.chain)
        atexit.register(self.devnet.close)
        self._d = Recorded(self.devnet)
        self.neurons = tuple(machine.setup(self._d))
        self._start = self._d.snapshot()
        self._done = tuple(self._d.done)

    def begin(self) -> Recorded:
        """The chain at its beginning."""
        self._d.revert(self._start)
        self._d.done = list(self._done)
        return self._d


_stage_of = cache(_Stage)
