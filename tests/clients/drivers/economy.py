"""The life of a subnet, as every client with functions for it must manage it, written once.

A driver adds the verbs of `Economist` to its adapter and hands it to `harness.main` with
`EconomyChecks`.  The checks run in order and build on one another: one subnet, its owner, two
validators and two miners.  The node makes a block for each transaction; others come when the checks
ask for them, so that no client is too slow or too fast.  Each client has people of its own, so that
several can use one node.  Amounts are rao, of TAO or of a subnet's alpha.
"""

import hashlib
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from harness import ROOT, TAO, Adapter, Checks, Refused, expect, next_block, until

PURSES = {"owner": 50_000, "first": 5_000, "second": 5_000, "good": 100, "poor": 100, "other": 100}
OWNER_CUT = 11_796 / 65_535
"""Default share of a subnet's emission for its owner, about 18 %."""
BLOCK_ALPHA = TAO
"""What a young subnet emits in a block."""
WEIGHTS = {"first": {"good": 0.75, "poor": 0.25}, "second": {"good": 0.5, "poor": 0.5}}


@dataclass(frozen=True)
class Neuron:
    """What a client shows of a neuron; shares are of 1, the emission in rao a tempo."""

    uid: int
    hotkey: str
    incentive: float
    dividends: float
    emission: int
    axon: str


class Economist(Adapter):
    """Verbs of a subnet's life.  Each raises Refused with what the client tells its user."""

    people: dict[str, Any]
    """Wallets by role; each has `coldkey` and `hotkey` with addresses."""
    mistakes: dict[str, str]
    """What this client says of each mistake: a part of its message."""

    @abstractmethod
    def wallet(self, cold_uri: str, hot_uri: str) -> Any: ...

    @abstractmethod
    def state(self, item: str, *keys: Any, block: int | None = None) -> Any:
        """A value of SubtensorModule."""

    @abstractmethod
    def create_subnet(self, owner: Any) -> None: ...

    @abstractmethod
    def start(self, owner: Any, netuid: int) -> None: ...

    @abstractmethod
    def register(self, who: Any, netuid: int, limit: int | None = None) -> None: ...

    @abstractmethod
    def serve(self, who: Any, netuid: int, ip: str, port: int) -> None: ...

    @abstractmethod
    def add_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        """Without `tolerance` at any price."""

    @abstractmethod
    def remove_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None: ...

    @abstractmethod
    def move_stake(self, who: Any, hotkey: str, to: str, netuid: int, amount: int) -> None: ...

    @abstractmethod
    def transfer_stake(self, who: Any, to: str, hotkey: str, netuid: int, amount: int) -> None: ...

    @abstractmethod
    def swap_stake(
        self,
        who: Any,
        hotkey: str,
        netuids: tuple[int, int],
        amount: int,
        tolerance: float | None = None,
    ) -> None: ...

    @abstractmethod
    def set_weights(
        self, who: Any, netuid: int, weights: dict[int, float], version: int = 0
    ) -> None: ...

    @abstractmethod
    def commit(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None: ...

    @abstractmethod
    def reveal(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None: ...

    @abstractmethod
    def set_parameter(self, owner: Any, netuid: int, name: str, value: int) -> None: ...

    @abstractmethod
    def set_take(self, who: Any, take: float) -> None: ...

    @abstractmethod
    def name_self(self, who: Any, name: str) -> None: ...

    @abstractmethod
    def name_subnet(self, owner: Any, netuid: int, name: str) -> None: ...

    @abstractmethod
    def netuids(self) -> list[int]: ...

    @abstractmethod
    def neurons(self, netuid: int) -> list[Neuron]:
        """From the metagraph, by uid."""

    @abstractmethod
    def parameters(self, netuid: int) -> dict[str, Any]: ...

    @abstractmethod
    def stake(self, coldkey: str, hotkey: str, netuid: int, block: int | None = None) -> int: ...

    @abstractmethod
    def take(self, hotkey: str) -> float: ...

    @abstractmethod
    def name_of(self, coldkey: str) -> str: ...

    @abstractmethod
    def subnet_name(self, netuid: int) -> str: ...


class EconomyChecks(Checks):
    """The checks, in the order they run."""

    client: Economist
    netuid: int

    # Helpers --------------------------------------------------------------------------------

    def _sudo(self, function: str, **arguments: Any) -> None:
        inner = self.client.call("AdminUtils", function, **arguments)
        outcome = self.client.submit(
            self.client.call("Sudo", "sudo", call=inner), self.client.key(ROOT)
        )
        assert "Ok" in str(outcome.find("Sudo", "Sudid")[0]["sudo_result"]), outcome

    def _stake(self, role: str, hotkey: str | None = None, block: int | None = None) -> int:
        who = self.client.people[role]
        return self.client.stake(
            who.coldkey.ss58_address, hotkey or who.hotkey.ss58_address, self.netuid, block
        )

    def _hot(self, role: str) -> str:
        return str(self.client.people[role].hotkey.ss58_address)

    def _cold(self, role: str) -> str:
        return str(self.client.people[role].coldkey.ss58_address)

    def _uid(self, role: str) -> int:
        return int(self.client.state("Uids", self.netuid, self._hot(role)))

    def _weights(self, role: str) -> dict[int, float]:
        return {self._uid(miner): share for miner, share in WEIGHTS[role].items()}

    def _told(self, mistake: str, act: Callable[[], None]) -> None:
        """Require that an act fails with this client's message for the mistake."""
        said = None
        try:
            act()
        except Refused as refusal:
            said = str(refusal)
        assert said is not None, f"{mistake}: not refused"
        assert self.client.mistakes[mistake] in said, f"{mistake}: {said}"

    def _epoch_after(self, block: int) -> int:
        """Number of the next block after `block` in which the subnet's epoch ran."""
        return until(lambda: max(self._last_epoch() - block, 0), self._next_block) + block

    def _last_epoch(self, block: int | None = None) -> int:
        return int(self.client.state("LastMechansimStepBlock", self.netuid, block=block))

    def _next_block(self) -> None:
        next_block(self.url)

    # Checks ---------------------------------------------------------------------------------

    def people(self) -> None:
        """Everyone gets a purse; root lifts the limits that would make the checks wait."""
        bob, name = self.client.key("//Bob"), self.client.name
        for role in PURSES:
            self.client.people[role] = self.client.wallet(f"//{name}//{role}", f"//{name}//{role}h")
        gifts = [self._transfer(self._cold(role), tao * TAO) for role, tao in PURSES.items()]
        outcome = self.client.submit(self.client.call("Utility", "batch_all", calls=gifts), bob)
        assert outcome.ok, outcome
        self._sudo("sudo_set_admin_freeze_window", window=0)
        self._sudo("sudo_set_network_rate_limit", rate_limit=0)
        self._sudo("sudo_set_tx_rate_limit", tx_rate_limit=0)
        self._sudo("sudo_set_tx_delegate_take_rate_limit", tx_rate_limit=0)
        self._sudo("sudo_set_owner_hparam_rate_limit", epochs=0)
        self._sudo("sudo_set_subtoken_enabled", netuid=0, subtoken_enabled=True)

    def create_subnet(self) -> None:
        owner = self.client.people["owner"]
        before = self.client.netuids()
        self.client.create_subnet(owner)
        (self.netuid,) = set(self.client.netuids()) - set(before)
        expect(self.client.state("SubnetOwner", self.netuid), self._cold("owner"))
        expect(self._uid("owner"), 0)
        self._sudo("sudo_set_weights_set_rate_limit", netuid=self.netuid, weights_set_rate_limit=0)

    def start_call(self) -> None:
        delay = int(self.client.state("StartCallDelay"))
        due = int(self.client.state("NetworkRegisteredAt", self.netuid)) + delay
        until(lambda: self.client.best() >= due, self._next_block)
        self.client.start(self.client.people["owner"], self.netuid)
        assert self.client.state("FirstEmissionBlockNumber", self.netuid)

    def register(self) -> None:
        if "price limit" in self.client.mistakes:
            self._told("price limit", lambda: self._register("first", limit=1))
        self._register("first", limit=TAO)
        for role in ("second", "good", "poor"):
            self._register(role)
        expect([self._uid(role) for role in ("first", "second", "good", "poor")], [1, 2, 3, 4])

    def _register(self, role: str, limit: int | None = None) -> None:
        self.client.register(self.client.people[role], self.netuid, limit)

    def serve_axon(self) -> None:
        self.client.serve(self.client.people["good"], self.netuid, "8.8.4.4", 8091)
        expect(self.client.neurons(self.netuid)[3].axon, "8.8.4.4:8091")

    def staking(self) -> None:
        """Buying and selling, with a limit and without, leaves what the pool's price says."""
        who, hot = self.client.people["first"], self._hot("first")
        before = self.client.free(self._cold("first"))
        self.client.add_stake(who, hot, self.netuid, 100 * TAO)
        bought = self._stake("first")
        spent = before - self.client.free(self._cold("first"))
        assert bought > 0
        assert 0 < spent - 100 * TAO < TAO // 100, spent
        self.client.add_stake(who, hot, self.netuid, TAO, 0.5)
        assert self._stake("first") > bought
        self.client.remove_stake(who, hot, self.netuid, bought // 4)
        self.client.remove_stake(who, hot, self.netuid, bought // 4, 0.5)
        assert self._stake("first") < bought
        self.client.add_stake(self.client.people["second"], self._hot("second"), self.netuid, TAO)

    def moving(self) -> None:
        """Stake moves between hotkeys, to another person and to another subnet."""
        who, hot, to = self.client.people["first"], self._hot("first"), self._hot("second")
        part = self._stake("first") // 10
        self.client.move_stake(who, hot, to, self.netuid, part)
        assert part - 1 <= self._stake("first", to) < 2 * part  # dividends come on top
        self.client.transfer_stake(who, self._cold("second"), to, self.netuid, part)
        assert self._stake("first", to) < part // 2
        self.client.swap_stake(who, hot, (self.netuid, 0), part)
        self.client.swap_stake(who, hot, (self.netuid, 0), part, 0.5)
        on_root = self.client.stake(self._cold("first"), hot, 0)
        assert on_root > 0
        self.client.swap_stake(who, hot, (0, self.netuid), on_root)

    def hyperparameters(self) -> None:
        """The owner sets what is the owner's, root the rest; everyone reads them."""
        owner = self.client.people["owner"]
        self.client.set_parameter(owner, self.netuid, "immunity_period", 77)
        self.client.set_parameter(owner, self.netuid, "commit_reveal_weights_enabled", False)
        self._sudo("sudo_set_kappa", netuid=self.netuid, kappa=32_767)
        self._sudo("sudo_set_bonds_moving_average", netuid=self.netuid, bonds_moving_average=0)
        self._sudo("sudo_set_max_allowed_validators", netuid=self.netuid, max_allowed_validators=3)
        found = self.client.parameters(self.netuid)
        names = ("immunity_period", "commit_reveal_weights_enabled", "kappa", "max_validators")
        expect([int(found[name]) for name in names], [77, 0, 32_767, 3])

    def identities(self) -> None:
        self.client.name_self(self.client.people["first"], "The first")
        expect(self.client.name_of(self._cold("first")), "The first")
        name = f"Of {self.client.name}"
        self.client.name_subnet(self.client.people["owner"], self.netuid, name)
        expect(self.client.subnet_name(self.netuid), name)

    def takes(self) -> None:
        for take in (0.1, 0.15):
            self.client.set_take(self.client.people["second"], take)
            near(self.client.take(self._hot("second")), take, parts=10_000)

    def weights(self) -> None:
        """Both validators judge both miners; their permits come with the epoch before."""
        self._epoch_after(self.client.best())
        for role in WEIGHTS:
            self.client.set_weights(self.client.people[role], self.netuid, self._weights(role))
        found = self.client.state("Weights", self.netuid, self._uid("first"))
        uids = [uid for uid, _ in found]
        expect(uids, [3, 4])
        near(found[0][1] / found[1][1], 3, parts=10_000)

    def epoch_pays(self) -> None:
        """Incentives, dividends, emissions and stakes are what weights and stakes make them."""
        last = self._epoch_after(self._epoch_after(self.client.best()))
        first = self._last_epoch(block=last - 1)
        stakes = {role: self._validator_stake(role, last - 1) for role in WEIGHTS}
        incentives, dividends = yuma(stakes, WEIGHTS)
        half = (last - first) * BLOCK_ALPHA * (1 - OWNER_CUT) / 2
        uids = {role: self._uid(role) for role in (*incentives, *dividends)}
        paid = self.client.state("Emission", self.netuid, block=last)
        found = {
            "incentive": self.client.state("Incentive", self.netuid, block=last),
            "dividends": self.client.state("Dividends", self.netuid, block=last),
        }
        for role, share in incentives.items():
            near(found["incentive"][uids[role]] / 65_535, share, parts=5_000)
            near(paid[uids[role]], share * half, parts=5_000)
            near(self._gain(role, last), share * half, parts=5_000)
        for role, share in dividends.items():
            near(found["dividends"][uids[role]] / 65_535, share, parts=5_000)
            near(paid[uids[role]], share * half, parts=5_000)
        near(self._gain("owner", last), (last - first) * BLOCK_ALPHA * OWNER_CUT, parts=5_000)

    def _validator_stake(self, role: str, block: int) -> int:
        hotkey = self._hot(role)
        return int(self.client.state("TotalHotkeyAlpha", hotkey, self.netuid, block=block))

    def _gain(self, role: str, block: int) -> int:
        return self._stake(role, block=block) - self._stake(role, block=block - 1)

    def metagraph(self) -> None:
        """What the client shows agrees with the state."""
        neurons = self.client.neurons(self.netuid)
        roles = ("owner", "first", "second", "good", "poor")
        expect([neuron.hotkey for neuron in neurons], [self._hot(role) for role in roles])
        incentives, _ = yuma({"first": 1, "second": 1}, WEIGHTS)
        shown = {role: neurons[uid].incentive for uid, role in enumerate(roles)}
        assert shown["good"] > shown["poor"] > 0, shown
        near(sum(shown.values()), sum(incentives.values()), parts=1_000)
        near(sum(neuron.dividends for neuron in neurons), 1, parts=1_000)
        assert neurons[1].emission > 0

    def commit_reveal(self) -> None:
        """Weights that are committed show an epoch later, when they are revealed."""
        owner, who = self.client.people["owner"], self.client.people["second"]
        self.client.set_parameter(owner, self.netuid, "commit_reveal_weights_enabled", True)
        self._sudo("sudo_set_tempo", netuid=self.netuid, tempo=30)  # time for whoever reveals
        weights = {self._uid("good"): 21_845, self._uid("poor"): 65_535}
        self.client.commit(who, self.netuid, weights, [1, 2, 3])
        self._epoch_after(self.client.best())
        self.client.reveal(who, self.netuid, weights, [1, 2, 3])
        found = dict(self.client.state("Weights", self.netuid, self._uid("second")))
        near(found[4] / found[3], 3, parts=10_000)
        self.client.set_parameter(owner, self.netuid, "commit_reveal_weights_enabled", False)

    def mistakes(self) -> None:
        """Common mistakes, each with the client's own message."""
        client, netuid = self.client, self.netuid
        owner, first, other = (client.people[role] for role in ("owner", "first", "other"))
        weights = self._weights("first")
        self._told("unregistered", lambda: client.set_weights(other, netuid, weights))
        self._told(
            "too little", lambda: client.add_stake(first, self._hot("first"), netuid, 1_900_000)
        )
        self._told(
            "slippage",
            lambda: client.add_stake(first, self._hot("first"), netuid, 500 * TAO, 0.001),
        )
        self._told("wrong owner", lambda: client.set_parameter(other, netuid, "immunity_period", 5))
        self._sudo("sudo_set_weights_version_key", netuid=netuid, weights_version_key=7)
        self._told("version key", lambda: client.set_weights(first, netuid, weights, 6))
        self._sudo("sudo_set_weights_version_key", netuid=netuid, weights_version_key=0)
        self._sudo("sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=400)
        self._told("too fast", lambda: self._twice(first, weights))
        self._sudo("sudo_set_admin_freeze_window", window=1_000)
        try:
            self._told("frozen", lambda: client.set_parameter(owner, netuid, "immunity_period", 5))
        finally:
            self._sudo("sudo_set_admin_freeze_window", window=0)

    def _twice(self, who: Any, weights: dict[int, float]) -> None:
        with suppress(Refused):
            self.client.set_weights(who, self.netuid, weights)
        self.client.set_weights(who, self.netuid, weights)


def near(found: float, wanted: float, parts: int = 1_000_000) -> None:
    """Equality but for one part in `parts`."""
    if abs(found - wanted) * parts > abs(wanted):
        raise AssertionError(f"\n  found  {found!r}\n  wanted {wanted!r} +- 1/{parts}")


def commit_hash(
    hotkey: bytes, netuid: int, uids: list[int], values: list[int], salt: list[int]
) -> str:
    """What commits to weights until they are revealed; the version key is 0."""

    def words(numbers: list[int]) -> bytes:
        return bytes((len(numbers) * 4,)) + b"".join(n.to_bytes(2, "little") for n in numbers)

    rows = words(uids) + words(values) + words(salt)
    preimage = hotkey + netuid.to_bytes(2, "little") + rows + bytes(8)
    return f"0x{hashlib.blake2b(preimage, digest_size=32).hexdigest()}"


Shares = dict[str, float]


def yuma(stakes: dict[str, int], weights: dict[str, Shares]) -> tuple[Shares, Shares]:
    """Incentives of the miners and dividends of the validators, when bonds follow at once.

    A miner's consensus is the highest weight that half of the stake gives it at least.  Weights
    above are clipped to it, and bonds become what is left (Yuma 3).
    """
    total = sum(stakes.values())
    miners = next(iter(weights.values()))

    def consensus(miner: str) -> float:
        given = sorted({row[miner] for row in weights.values()}, reverse=True)
        backing = {
            level: sum(stakes[who] for who, row in weights.items() if row[miner] >= level)
            for level in given
        }
        return next(level for level in given if 2 * backing[level] > total)

    bonds = {
        miner: {who: min(row[miner], consensus(miner)) for who, row in weights.items()}
        for miner in miners
    }
    ranks = {
        miner: sum(stakes[who] * bond for who, bond in held.items())
        for miner, held in bonds.items()
    }
    incentives = normal(ranks)
    dividends = {
        who: stakes[who] * sum(incentives[miner] * normal(bonds[miner])[who] for miner in miners)
        for who in weights
    }
    return incentives, normal(dividends)


def normal(shares: Shares) -> Shares:
    """The same with a sum of one."""
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}
