"""bittensor 10.5 in the economy: every verb is a method of `Subtensor` where there is one."""

from types import SimpleNamespace
from typing import Any

from bittensor.core.chain_data import SubnetIdentity
from bittensor.core.extrinsics.serving import serve_extrinsic
from bittensor.utils.balance import Balance
from economy import Economist, EconomyChecks, Neuron
from harness import Refused, main
from sdk10 import Sdk10

SETTERS = {
    "immunity_period": ("sudo_set_immunity_period", "immunity_period"),
    "commit_reveal_weights_enabled": ("sudo_set_commit_reveal_weights_enabled", "enabled"),
}


def done(response: Any) -> None:
    """Errors: Refused with what the SDK says."""
    if not response.success:
        raise Refused(response.message)


def stake(rao: int, netuid: int) -> Balance:
    """An amount in the unit of a subnet."""
    return Balance.from_rao(rao).set_unit(netuid)


def rated(tolerance: float | None, flag: str) -> dict[str, Any]:
    """Arguments that limit the price."""
    return {} if tolerance is None else {flag: True, "rate_tolerance": tolerance}


class Sdk10Economist(Sdk10, Economist):
    """`Subtensor` with the wallets of several people."""

    mistakes = {
        "price limit": "RegistrationPriceLimitExceeded(Module)",
        "unregistered": "not registered in subnet",
        "too little": "AmountTooLow",
        "slippage": "SlippageTooHigh",
        "wrong owner": "BadOrigin",
        "version key": "IncorrectWeightVersionKey",
        "too fast": "None",  # it does not try before its turn, and says nothing
        "frozen": "AdminActionProhibitedDuringWeightsWindow",
    }

    def __init__(self) -> None:
        self.people = {}

    def wallet(self, cold_uri: str, hot_uri: str) -> Any:
        cold, hot = self.key(cold_uri), self.key(hot_uri)
        return SimpleNamespace(
            name=cold_uri,
            coldkey=cold,
            coldkeypub=cold,
            hotkey=hot,
            hotkeypub=hot,
            unlock_coldkey=lambda: cold,
            unlock_hotkey=lambda: hot,
        )

    def state(self, item: str, *keys: Any, block: int | None = None) -> Any:
        found = self.subtensor.query_subtensor(item, block=block, params=list(keys))
        return getattr(found, "value", found)

    def create_subnet(self, owner: Any) -> None:
        done(self.subtensor.register_subnet(owner))

    def start(self, owner: Any, netuid: int) -> None:
        done(self.subtensor.start_call(owner, netuid))

    def register(self, who: Any, netuid: int, limit: int | None = None) -> None:
        if limit is None:
            done(self.subtensor.burned_register(who, netuid))
        else:
            done(self.subtensor.register_limit(who, netuid, Balance.from_rao(limit)))

    def serve(self, who: Any, netuid: int, ip: str, port: int) -> None:
        done(serve_extrinsic(self.subtensor, who, ip, port, 4, netuid))

    def add_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        limit = rated(tolerance, "safe_staking")
        done(self.subtensor.add_stake(who, netuid, hotkey, Balance.from_rao(amount), **limit))

    def remove_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        limit = rated(tolerance, "safe_unstaking")
        done(self.subtensor.unstake(who, netuid, hotkey, stake(amount, netuid), **limit))

    def move_stake(self, who: Any, hotkey: str, to: str, netuid: int, amount: int) -> None:
        part = stake(amount, netuid)
        done(self.subtensor.move_stake(who, netuid, hotkey, netuid, to, part))

    def transfer_stake(self, who: Any, to: str, hotkey: str, netuid: int, amount: int) -> None:
        part = stake(amount, netuid)
        done(self.subtensor.transfer_stake(who, to, hotkey, netuid, netuid, part))

    def swap_stake(
        self,
        who: Any,
        hotkey: str,
        netuids: tuple[int, int],
        amount: int,
        tolerance: float | None = None,
    ) -> None:
        limit = rated(tolerance, "safe_swapping")
        part = stake(amount, netuids[0])
        done(self.subtensor.swap_stake(who, hotkey, *netuids, part, **limit))

    def set_weights(
        self, who: Any, netuid: int, weights: dict[int, float], version: int = 0
    ) -> None:
        uids, values = list(weights), list(weights.values())
        done(
            self.subtensor.set_weights(
                who, netuid, uids, values, version_key=version, max_attempts=1
            )
        )

    def commit(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        uids, values = list(weights), list(weights.values())
        done(self.subtensor.commit_weights(who, netuid, salt, uids, values, version_key=0))

    def reveal(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        uids, values = list(weights), list(weights.values())
        done(self.subtensor.reveal_weights(who, netuid, uids, values, salt, version_key=0))

    def send(self, who: Any, pallet: str, function: str, **arguments: Any) -> None:
        """A call that the SDK has no method for."""
        call = self.call(pallet, function, **arguments)
        done(self.subtensor.sign_and_send_extrinsic(call, who, wait_for_finalization=True))

    def set_parameter(self, owner: Any, netuid: int, name: str, value: int) -> None:
        function, argument = SETTERS[name]
        self.send(owner, "AdminUtils", function, netuid=netuid, **{argument: value})

    def set_take(self, who: Any, take: float) -> None:
        done(self.subtensor.set_delegate_take(who, who.hotkey.ss58_address, take))

    def name_self(self, who: Any, name: str) -> None:
        empty = ("url", "github_repo", "image", "discord", "description", "additional")
        self.send(who, "SubtensorModule", "set_identity", name=name, **dict.fromkeys(empty, ""))

    def name_subnet(self, owner: Any, netuid: int, name: str) -> None:
        identity = SubnetIdentity(name, "", "", "", "", "", "", "")
        done(self.subtensor.set_subnet_identity(owner, netuid, identity))

    def netuids(self) -> list[int]:
        return [subnet.netuid for subnet in self.subtensor.all_subnets()]

    def neurons(self, netuid: int) -> list[Neuron]:
        graph = self.subtensor.metagraph(netuid)
        return [
            Neuron(
                uid=uid,
                hotkey=graph.hotkeys[uid],
                incentive=float(graph.incentive[uid]),
                dividends=float(graph.dividends[uid]),
                emission=round(float(graph.emission[uid]) * 10**9),
                axon=f"{graph.axons[uid].ip}:{graph.axons[uid].port}",
            )
            for uid in range(len(graph.hotkeys))
        ]

    def parameters(self, netuid: int) -> dict[str, Any]:
        return vars(self.subtensor.get_subnet_hyperparameters(netuid))

    def stake(self, coldkey: str, hotkey: str, netuid: int, block: int | None = None) -> int:
        return int(self.subtensor.get_stake(coldkey, hotkey, netuid, block=block).rao)

    def take(self, hotkey: str) -> float:
        return float(self.subtensor.get_delegate_take(hotkey))

    def name_of(self, coldkey: str) -> str:
        return str(self.subtensor.query_identity(coldkey).name)

    def subnet_name(self, netuid: int) -> str:
        return str(self.subtensor.subnet(netuid).subnet_identity.subnet_name)


if __name__ == "__main__":
    main(Sdk10Economist(), EconomyChecks)
