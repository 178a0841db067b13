"""bittensor 11 in the economy: every verb is an intent where there is one."""

from types import SimpleNamespace
from typing import Any

import bittensor as bt
from bittensor.intents import weights as sdk_weights
from economy import Economist, EconomyChecks, Neuron, commit_hash
from harness import Refused, main
from sdk11 import Sdk11

RAISED = (bt.BittensorError, ValueError)
"""What an intent raises that its own checks refuse."""


def stake(rao: int, netuid: int) -> bt.Balance:
    """An amount in the unit of a subnet."""
    return bt.Balance.from_rao(rao, netuid)


def limit(tolerance: float | None) -> dict[str, Any]:
    """Arguments that limit the price, or do not."""
    if tolerance is None:
        return {"slippage_protection": False}
    return {"slippage_protection": True, "rate_tolerance": tolerance}


class Sdk11Economist(Sdk11, Economist):
    """`execute` with the wallets of several people."""

    mistakes = {
        "price limit": "RegistrationPriceLimitExceeded",
        "unregistered": "not registered",
        "too little": "AmountTooLow",
        "slippage": "SlippageTooHigh",
        "wrong owner": "BadOrigin",
        "version key": "IncorrectWeightVersionKey",
        "too fast": "rate limit",
        "frozen": "AdminActionProhibitedDuringWeightsWindow",
    }

    def __init__(self) -> None:
        self.people = {}

    def wallet(self, cold_uri: str, hot_uri: str) -> Any:
        cold, hot = self.key(cold_uri), self.key(hot_uri)
        return SimpleNamespace(
            name=cold_uri, coldkey=cold, coldkeypub=cold, hotkey=hot, hotkeypub=hot
        )

    def state(self, item: str, *keys: Any, block: int | None = None) -> Any:
        at = None if block is None else self.wait(self.substrate.raw.get_block_hash(block))
        return self.wait(self.substrate.query("SubtensorModule", item, list(keys), at))

    def execute(self, intent: bt.Intent, who: Any) -> None:
        """Errors: Refused, with what the SDK says before or after it sent."""
        try:
            result = self.subtensor.execute(intent, who)
        except RAISED as error:
            raise Refused(str(error)) from error
        if not result.success:
            raise Refused(f"{result.error.name}: {result.message}")

    def send(self, who: Any, call: tuple[str, str, dict[str, Any]], signer: str) -> None:
        """A call that there is no intent for."""
        result = self.subtensor.submit_call(call, who, signer=signer)
        if not result.success:
            raise Refused(f"{result.error.name}: {result.message}")

    def create_subnet(self, owner: Any) -> None:
        self.execute(bt.RegisterSubnet(), owner)

    def start(self, owner: Any, netuid: int) -> None:
        self.execute(bt.StartCall(netuid), owner)

    def register(self, who: Any, netuid: int, limit: int | None = None) -> None:
        if limit is None:
            self.execute(bt.BurnedRegister(netuid), who)
        else:
            arguments = {"netuid": netuid, "hotkey": who.hotkey.ss58_address, "limit_price": limit}
            self.send(who, ("SubtensorModule", "register_limit", arguments), "coldkey")

    def serve(self, who: Any, netuid: int, ip: str, port: int) -> None:
        self.execute(bt.ServeAxon(netuid, ip, port), who)

    def add_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        tao = bt.Balance.from_rao(amount)
        self.execute(bt.AddStake(hotkey, netuid, tao, **limit(tolerance)), who)

    def remove_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        part = stake(amount, netuid)
        self.execute(bt.RemoveStake(hotkey, netuid, part, **limit(tolerance)), who)

    def move_stake(self, who: Any, hotkey: str, to: str, netuid: int, amount: int) -> None:
        self.execute(bt.MoveStake(hotkey, netuid, to, netuid, stake(amount, netuid)), who)

    def transfer_stake(self, who: Any, to: str, hotkey: str, netuid: int, amount: int) -> None:
        part = stake(amount, netuid)
        self.execute(bt.TransferStake(to, hotkey, netuid, netuid, part), who)

    def swap_stake(
        self,
        who: Any,
        hotkey: str,
        netuids: tuple[int, int],
        amount: int,
        tolerance: float | None = None,
    ) -> None:
        part = stake(amount, netuids[0])
        self.execute(bt.SwapStake(hotkey, *netuids, part, **limit(tolerance)), who)

    def set_weights(
        self, who: Any, netuid: int, weights: dict[int, float], version: int = 0
    ) -> None:
        uids, values = list(weights), list(weights.values())
        self.execute(bt.SetWeights(netuid, uids, values, version_key=version), who)

    def commit(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        uids, values = sdk_weights.normalize(list(weights), list(weights.values()))
        digest = commit_hash(who.hotkey.public_key, netuid, uids, values, salt)
        arguments = {"netuid": netuid, "commit_hash": digest}
        self.send(who, ("SubtensorModule", "commit_weights", arguments), "hotkey")

    def reveal(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        uids, values = list(weights), [float(value) for value in weights.values()]
        self.execute(bt.RevealWeights(netuid, uids, values, salt), who)

    def set_parameter(self, owner: Any, netuid: int, name: str, value: int) -> None:
        self.execute(bt.SetHyperparameter(netuid, name, value), owner)

    def set_take(self, who: Any, take: float) -> None:
        self.execute(bt.SetTake(take), who)

    def name_self(self, who: Any, name: str) -> None:
        self.execute(bt.SetIdentity(name), who)

    def name_subnet(self, owner: Any, netuid: int, name: str) -> None:
        self.execute(bt.SetSubnetIdentity(netuid, name), owner)

    def netuids(self) -> list[int]:
        return [subnet.netuid for subnet in self.subtensor.subnets.all()]

    def neurons(self, netuid: int) -> list[Neuron]:
        graph = self.subtensor.subnets.metagraph(netuid, commitments=False)
        return [
            Neuron(
                uid=each.uid,
                hotkey=each.hotkey,
                incentive=each.incentive,
                dividends=each.dividends,
                emission=each.emission.rao,
                axon=str(each.axon),
            )
            for each in graph.neurons
        ]

    def parameters(self, netuid: int) -> dict[str, Any]:
        return dict(self.subtensor.subnets.subnet_hyperparameters(netuid))

    def stake(self, coldkey: str, hotkey: str, netuid: int, block: int | None = None) -> int:
        return int(self.subtensor.staking.get(coldkey, hotkey, netuid, block=block).rao)

    def take(self, hotkey: str) -> float:
        return float(self.subtensor.delegation.delegate_take(hotkey)["take"])

    def name_of(self, coldkey: str) -> str:
        return str(self.subtensor.identity.identity(coldkey)["name"])

    def subnet_name(self, netuid: int) -> str:
        return str(self.subtensor.subnets.subnet_identity(netuid)["subnet_name"])


if __name__ == "__main__":
    main(Sdk11Economist(), EconomyChecks)
