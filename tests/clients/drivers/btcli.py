"""bittensor-cli 9.23: every verb is a command with `--json-output`, read back from what it prints.

Commands run in this process, as `python -m bittensor_cli.cli` would run each in its own: starting
Python for every one takes longer than all of them.
"""

import json
import os
import tempfile
from contextlib import suppress
from typing import Any

from asi import Asi
from bittensor_cli.cli import CLIManager
from bittensor_wallet import Wallet
from economy import Economist, EconomyChecks, Neuron, commit_hash
from harness import Refused, main
from typer.testing import CliRunner

SIGNING = ("--yes", "--no-mev-protection")


def tokens(rao: int) -> str:
    """An amount as it is typed."""
    return f"{rao / 10**9:.9f}"


def limited(tolerance: float | None) -> tuple[str, ...]:
    """Options that limit the price, or do not."""
    if tolerance is None:
        return ("--unsafe",)
    return ("--safe", "--tolerance", str(tolerance), "--no-partial")


def answer_in(text: str) -> Any:
    """The JSON that follows prompts and notices; None without any."""
    for start, letter in enumerate(text):
        if letter in "{[":
            with suppress(json.JSONDecodeError):
                return json.JSONDecoder().raw_decode(text[start:])[0]
    return None


def failed(answer: dict[str, Any]) -> bool:
    """Does the command report that it, or one of its trades, did not work?"""
    trades = answer.get("staking_success", {}).values()
    return answer.get("success") is False or not all(all(each.values()) for each in trades)


class Btcli(Asi, Economist):
    """The command line, with the interface below it for what it has no command for."""

    name = "btcli"
    mistakes = {
        "unregistered": "HotKeyNotRegisteredInSubNet",
        "too little": "AmountTooLow",
        "slippage": "SlippageTooHigh",
        "wrong owner": "This wallet doesn't own the specified subnet.",
        "version key": "IncorrectWeightVersionKey",
        "too fast": "Custom error: 6",
        "frozen": "AdminActionProhibitedDuringWeightsWindow",
    }

    def __init__(self) -> None:
        super().__init__()
        self.people = {}
        self.wallets = tempfile.mkdtemp()

    def wallet(self, cold_uri: str, hot_uri: str) -> Any:
        made = Wallet(name=cold_uri.rpartition("/")[2], path=self.wallets, hotkey="default")
        made.set_coldkey(self.key(cold_uri), encrypt=False, overwrite=True)
        made.set_coldkeypub(self.key(cold_uri), encrypt=False, overwrite=True)
        made.set_hotkey(self.key(hot_uri), encrypt=False, overwrite=True)
        return made

    def invoke(self, who: Any, *arguments: str) -> Any:
        """The outcome of a command."""
        wallet = ()
        if who is not None:
            wallet = ("--wallet-path", self.wallets, "--wallet-name", who.name)
        command = [*arguments, *wallet, "--network", self.url]
        defaults = "\n" * 9
        wide = dict(os.environ, COLUMNS="700")
        return CliRunner().invoke(CLIManager().app, command, input=defaults, env=wide)

    def run(self, *arguments: str, who: Any = None) -> Any:
        """What a command prints as JSON.  Errors: Refused when it says that it failed."""
        found = self.invoke(who, *arguments, "--json-output")
        answer = answer_in(found.stdout)
        if found.exit_code or answer is None:
            raise Refused(f"{found.output}{found.stderr}{found.exception or ''}")
        if isinstance(answer, dict) and failed(answer):
            raise Refused(str(answer))
        return answer

    def state(self, item: str, *keys: Any, block: int | None = None) -> Any:
        at = None if block is None else self.wait(self.substrate.get_block_hash(block))
        found = self.wait(self.substrate.query("SubtensorModule", item, list(keys), block_hash=at))
        return getattr(found, "value", found)

    def create_subnet(self, owner: Any) -> None:
        empty = ("--repo", "--contact", "--url", "--discord", "--description", "--logo-url")
        fields = [part for name in (*empty, "--additional-info") for part in (name, "")]
        self.run(
            "subnets", "create", "--hotkey", "default", "--subnet-name", "New", *fields, *SIGNING,
            who=owner,
        )  # fmt: skip

    def start(self, owner: Any, netuid: int) -> None:
        self.invoke(owner, "subnets", "start", "--netuid", str(netuid), "--yes")  # without JSON

    def register(self, who: Any, netuid: int, limit: int | None = None) -> None:
        """The limit is what the command makes of a tolerance."""
        how = ("--unsafe",) if limit is None else ("--safe", "--tolerance", "0.05")
        self.run("subnets", "register", "--netuid", str(netuid), *how, "--yes", who=who)

    def serve(self, who: Any, netuid: int, ip: str, port: int) -> None:
        where = ("--netuid", str(netuid), "--ip", ip, "--port", str(port))
        self.invoke(who, "axon", "set", *where, "--yes")  # it refuses JSON

    def add_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        self._trade("add", who, hotkey, netuid, amount, tolerance)

    def remove_stake(
        self, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None = None
    ) -> None:
        self._trade("remove", who, hotkey, netuid, amount, tolerance)

    def _trade(
        self, verb: str, who: Any, hotkey: str, netuid: int, amount: int, tolerance: float | None
    ) -> None:
        where = ("--include-hotkeys", hotkey, "--netuid", str(netuid), "--amount", tokens(amount))
        self.run("stake", verb, *where, *limited(tolerance), *SIGNING, who=who)

    def move_stake(self, who: Any, hotkey: str, to: str, netuid: int, amount: int) -> None:
        both = ("--origin-netuid", str(netuid), "--dest-netuid", str(netuid))
        self.run(
            "stake", "move", "--from", hotkey, "--to", to, *both, "--amount", tokens(amount),
            *SIGNING, who=who,
        )  # fmt: skip

    def transfer_stake(self, who: Any, to: str, hotkey: str, netuid: int, amount: int) -> None:
        both = ("--origin-netuid", str(netuid), "--dest-netuid", str(netuid))
        self.run(
            "stake", "transfer", "--hotkey", hotkey, "--dest", to, *both, "--amount",
            tokens(amount), *SIGNING, who=who,
        )  # fmt: skip

    def swap_stake(
        self,
        who: Any,
        hotkey: str,
        netuids: tuple[int, int],
        amount: int,
        tolerance: float | None = None,
    ) -> None:
        path = ("--origin-netuid", str(netuids[0]), "--dest-netuid", str(netuids[1]))
        self.run(
            "stake", "swap", "--hotkey", "default", *path, "--amount", tokens(amount),
            *limited(tolerance), *SIGNING, who=who,
        )  # fmt: skip

    def set_weights(
        self, who: Any, netuid: int, weights: dict[int, float], version: int = 0
    ) -> None:
        """There is no command that sets weights directly."""
        row = {
            "dests": list(weights),
            "weights": [round(weight * 65_535) for weight in weights.values()],
        }
        self._call(who, "set_weights", netuid=netuid, **row, version_key=version)

    def commit(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        """The command asks for a storage item that no chain has."""
        values = list(weights.values())
        digest = commit_hash(who.hotkey.public_key, netuid, list(weights), values, salt)
        self._call(who, "commit_weights", netuid=netuid, commit_hash=digest)

    def reveal(self, who: Any, netuid: int, weights: dict[int, int], salt: list[int]) -> None:
        """The command reveals what its own version committed to, and nothing committed with it."""
        row = {"uids": list(weights), "values": list(weights.values()), "salt": salt}
        self._call(who, "reveal_weights", netuid=netuid, **row, version_key=0)

    def _call(self, who: Any, function: str, **arguments: Any) -> None:
        outcome = self.submit(self.call("SubtensorModule", function, **arguments), who.hotkey)
        if not outcome.ok:
            raise Refused(str(outcome.error))

    def set_parameter(self, owner: Any, netuid: int, name: str, value: int) -> None:
        which = ("--netuid", str(netuid), "--param", name, "--value", str(value))
        self.run("sudo", "set", *which, "--yes", who=owner)

    def set_take(self, who: Any, take: float) -> None:
        self.run("sudo", "set-take", "--hotkey", "default", "--take", str(take), who=who)

    def name_self(self, who: Any, name: str) -> None:
        empty = ("--web", "--image", "--discord", "--description", "--additional", "--github")
        fields = [part for option in empty for part in (option, "")]
        self.run("wallet", "set-identity", "--id-name", name, *fields, "--yes", who=who)

    def name_subnet(self, owner: Any, netuid: int, name: str) -> None:
        empty = ("--repo", "--contact", "--url", "--discord", "--description", "--logo-url")
        fields = [part for option in (*empty, "--additional-info") for part in (option, "")]
        which = ("--netuid", str(netuid), "--subnet-name", name)
        self.run("subnets", "set-identity", *which, *fields, "--yes", who=owner)

    def netuids(self) -> list[int]:
        return [int(netuid) for netuid in self.run("subnets", "list")["subnets"]]

    def neurons(self, netuid: int) -> list[Neuron]:
        found = self.run("subnets", "show", "--netuid", str(netuid), "--yes")
        return [
            Neuron(
                uid=each["uid"],
                hotkey=each["hotkey"],
                incentive=each["incentive"],
                dividends=each["dividends"],
                emission=round(each["emissions"] * 10**9),
                axon=self._axon(netuid, each["hotkey"]),
            )
            for each in sorted(found["uids"], key=lambda each: int(each["uid"]))
        ]

    def _axon(self, netuid: int, hotkey: str) -> str:
        """No command shows it as JSON."""
        axon = self.state("Axons", netuid, hotkey)
        if not axon:
            return ""
        return f"{'.'.join(map(str, int(axon['ip']).to_bytes(4, 'big')))}:{axon['port']}"

    def parameters(self, netuid: int) -> dict[str, Any]:
        found = self.run("subnets", "hyperparameters", "--netuid", str(netuid))
        return {each["hyperparameter"]: each["value"] for each in found}

    def stake(self, coldkey: str, hotkey: str, netuid: int, block: int | None = None) -> int:
        at = None if block is None else self.wait(self.substrate.get_block_hash(block))
        found = self.wait(
            self.substrate.runtime_call(
                "StakeInfoRuntimeApi",
                "get_stake_info_for_hotkey_coldkey_netuid",
                [hotkey, coldkey, netuid],
                block_hash=at,
            )
        )
        return int(found["stake"])

    def take(self, hotkey: str) -> float:
        return int(self.state("Delegates", hotkey)) / 65_535

    def name_of(self, coldkey: str) -> str:
        return str(self.run("wallet", "get-identity", "--ss58", coldkey)["name"])

    def subnet_name(self, netuid: int) -> str:
        return str(self.run("subnets", "list")["subnets"][str(netuid)]["subnet_name"])


if __name__ == "__main__":
    main(Btcli(), EconomyChecks)
