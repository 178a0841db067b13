"""A machine that plays an economy: accounts register, stake, set weights, and blocks pass.

Subclass it, add invariants for what must hold and rules for what else may happen, and let pytest
collect its `TestCase`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    initialize,
    multiple,
    precondition,
    rule,
)

from pysubtensor.client.addresses import account, development_name
from pysubtensor.face.economy import Economy
from pysubtensor.face.testing.base import ChainMachine, Neuron
from pysubtensor.face.testing.strategies import (
    accounts,
    hotkeys,
    rao,
    settings_of_subnets,
    weight_rows,
)
from pysubtensor.frame.primitives import RAO_PER_TAO, U64_MAX, AccountId
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.types import KeepClaims, RootClaimType, SwapClaims

ROOT = 0
MOST_SUBNETS = 5
"""Most subnets that are registered."""
UIDS = range(6)
"""Uids that rows of weights name."""


SHARES = st.integers(0, U64_MAX // 2) | st.sampled_from([1, U64_MAX])
"""Parts of a stake, with 2**64 - 1 for all of it."""
PICKS = st.integers(0, 99)
PARTS = st.integers(0, 1_000)
"""Thousandths of a stake."""


class StakeHolding(NamedTuple):
    """Stake of a coldkey with a hotkey; alpha, on root rao."""

    netuid: int
    hotkey: AccountId
    coldkey: str
    amount: int

    def part(self, thousandths: int) -> int:
        """So many thousandths of the amount."""
        return self.amount * thousandths // 1_000


class EconomyMachine(ChainMachine):
    """Rules for what accounts do on a chain; subclasses add invariants."""

    neurons: Bundle[Neuron] = Bundle("neurons")
    """Neurons that were registered; one may have been replaced since."""
    subnets: st.SearchStrategy[int] = neurons.map(attrgetter("netuid"))
    """Subnets that were registered."""

    @classmethod
    def setup(cls, d: Economy) -> Iterable[Neuron]:
        """Prepare the chain before the first rule, and return the neurons that rules may use.

        Here: a subnet of //Alice with a validator of //Bob's and a
        miner of //Charlie's, and stake on root is traded; weights are set directly, and settings
        may change at any time.
        """
        d.thaw_settings()
        d.as_root("AdminUtils", "sudo_set_subtoken_enabled", netuid=ROOT, subtoken_enabled=True)
        netuid = d.register_subnet("//Alice", "//Alice//1")
        d.open_weights(netuid)
        neurons = [Neuron(netuid, f"{who}//1", who) for who in ("//Bob", "//Charlie")]
        for neuron in neurons:
            d.register_neuron(neuron.coldkey, netuid, neuron.hotkey)
        d.stake("//Bob", netuid, "//Bob//1", 1_000 * RAO_PER_TAO)
        return [Neuron(netuid, "//Alice//1", "//Alice"), *neurons]

    @initialize(target=neurons)
    def begin(self) -> MultipleResults[Neuron]:
        """Begin with the neurons of `setup`."""
        return multiple(*self._replay_state.neurons)

    @precondition(lambda self: self.sub.total_networks.get() < MOST_SUBNETS)
    @rule(target=neurons, owner=accounts(), number=st.integers(1, 3))
    def register_subnet(self, owner: str, number: int) -> MultipleResults[Neuron]:
        """Register a subnet, if the owner can pay."""
        hotkey = f"{owner}//{number}"
        netuid = self.attempt(self.d.register_subnet, owner, hotkey)
        if netuid is None:
            return multiple()
        self.attempt(self.d.open_weights, netuid)
        return multiple(Neuron(netuid, hotkey, owner))

    @rule(target=neurons, netuid=subnets, coldkey=accounts(), number=st.integers(1, 3))
    def register_neuron(self, netuid: int, coldkey: str, number: int) -> MultipleResults[Neuron]:
        """Register a neuron."""
        neuron = Neuron(netuid, f"{coldkey}//{number}", coldkey)
        uid = self.attempt(self.d.register_neuron, coldkey, netuid, neuron.hotkey)
        return multiple() if uid is None else multiple(neuron)

    @rule(coldkey=accounts(), number=st.integers(1, 3))
    def join_root(self, coldkey: str, number: int) -> None:
        """Register a hotkey on the root subnet."""
        self.ask(coldkey, "root_register", hotkey=account(f"{coldkey}//{number}"))

    @rule(who=accounts(), neuron=neurons, amount=rao(), on_root=st.booleans())
    def stake(self, who: str, neuron: Neuron, amount: int, on_root: bool) -> None:
        """Stake with a hotkey, on its subnet or on root."""
        netuid = ROOT if on_root else neuron.netuid
        self.attempt(self.d.stake, who, netuid, neuron.hotkey, amount)

    def holding(self, pick: int) -> StakeHolding | None:
        """One of the stakes that people have; `pick` says which, None when there is none."""
        found = [
            StakeHolding(netuid, hotkey, coldkey, ledger.of(self.sub, hotkey, who, netuid))
            for hotkey, who, netuid in self.sub.alpha_v2.keys()  # noqa: SIM118 (no dict)
            if (coldkey := development_name(who)) is not None
        ]
        return found[pick % len(found)] if found else None

    @rule(pick=PICKS, part=PARTS)
    def unstake(self, pick: int, part: int) -> None:
        """Unstake a part of a stake."""
        if (held := self.holding(pick)) is not None:
            self.attempt(self.d.unstake, held.coldkey, held.netuid, held.hotkey, held.part(part))

    @rule(who=accounts(), hotkey=hotkeys(), to_root=st.booleans())
    def unstake_all(self, who: str, hotkey: str, to_root: bool) -> None:
        """Unstake everything from a hotkey."""
        self.ask(who, "unstake_all_alpha" if to_root else "unstake_all", hotkey=account(hotkey))

    @rule(pick=PICKS, part=PARTS, dest=neurons)
    def move_stake(self, pick: int, part: int, dest: Neuron) -> None:
        """Move stake to another hotkey, on the same subnet or another."""
        if (held := self.holding(pick)) is not None:
            self.ask(
                held.coldkey, "move_stake", alpha_amount=held.part(part),
                origin_hotkey=held.hotkey, destination_hotkey=account(dest.hotkey),
                origin_netuid=held.netuid, destination_netuid=dest.netuid,
            )  # fmt: skip

    @rule(pick=PICKS, part=PARTS, to=accounts(), netuid=subnets)
    def transfer_stake(self, pick: int, part: int, to: str, netuid: int) -> None:
        """Transfer stake to another coldkey."""
        if (held := self.holding(pick)) is not None:
            self.ask(
                held.coldkey, "transfer_stake", alpha_amount=held.part(part),
                destination_coldkey=account(to), hotkey=held.hotkey,
                origin_netuid=held.netuid, destination_netuid=netuid,
            )  # fmt: skip

    @rule(pick=PICKS, part=PARTS, again=st.booleans())
    def destroy_alpha(self, pick: int, part: int, again: bool) -> None:
        """Burn staked alpha, or recycle it."""
        if (held := self.holding(pick)) is not None:
            name, amount = "recycle_alpha" if again else "burn_alpha", held.part(part)
            self.ask(held.coldkey, name, hotkey=held.hotkey, netuid=held.netuid, amount=amount)

    @rule(neuron=neurons, row=weight_rows(UIDS))
    def set_weights(self, neuron: Neuron, row: dict[int, int]) -> None:
        """Set the weights of a neuron."""
        there = self.sub.subnetwork_n[neuron.netuid]
        known = {uid: weight for uid, weight in row.items() if uid < there}
        self.attempt(self.d.set_weights, neuron.hotkey, neuron.netuid, known)

    @rule(change=settings_of_subnets(subnets))
    def change_setting(self, change: tuple[str, dict[str, object]]) -> None:
        """Change a hyperparameter of a subnet, as root."""
        name, args = change
        self.attempt(partial(self.d.as_root, "AdminUtils", name, **args))

    @rule(who=accounts(), netuid=subnets)
    def claim_root(self, who: str, netuid: int) -> None:
        """Claim the root dividends of a coldkey."""
        self.ask(who, "claim_root", subnets=frozenset({netuid}))

    @rule(who=accounts(), kind=st.sampled_from([SwapClaims(), KeepClaims()]))
    def choose_claims(self, who: str, kind: RootClaimType) -> None:
        """Set how root dividends are claimed: as TAO, or as alpha."""
        self.ask(who, "set_root_claim_type", new_root_claim_type=kind)

    @rule(neuron=neurons, children=st.dictionaries(hotkeys(), SHARES, max_size=3))
    def lend_stake(self, neuron: Neuron, children: dict[str, int]) -> None:
        """Set the children of a hotkey (`set_children`)."""
        shares = tuple((share, account(child)) for child, share in children.items())
        self.ask(
            neuron.coldkey, "set_children",
            hotkey=account(neuron.hotkey), netuid=neuron.netuid, children=shares,
        )  # fmt: skip

    @rule(pick=PICKS, part=PARTS)
    def lock_stake(self, pick: int, part: int) -> None:
        """Lock stake with a hotkey."""
        if (held := self.holding(pick)) is not None:
            amount = held.part(part)
            self.ask(
                held.coldkey, "lock_stake", hotkey=held.hotkey, netuid=held.netuid, amount=amount
            )

    @rule(source=accounts(), dest=accounts(), amount=rao())
    def transfer(self, source: str, dest: str, amount: int) -> None:
        """Transfer TAO."""
        self.attempt(self.d.transfer, source, dest, amount)

    @rule(count=st.integers(1, 20))
    def wait(self, count: int) -> None:
        """Make some blocks."""
        self.d.mine(count)

    @rule(netuid=subnets)
    def run_to_epoch(self, netuid: int) -> None:
        """Make blocks until the next epoch of a subnet has run."""
        self.attempt(self.d.run_to_epoch, netuid)
