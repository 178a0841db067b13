"""The clients that judge the node, and what each of them is asked.

Names of checks are methods of the harnesses (`drivers/harness.py`, `drivers/economy.py`,
`node/harness.mjs`).
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from tests.clients.environments import node_environment, python_environment

DRIVERS = Path(__file__).parent / "drivers"

READING = ("connect", "metadata", "balance", "constants", "map_paging")
WRITING = ("transfer", "fee", "batch", "force_batch", "sudo")
FAILING = (
    "dispatch_error",
    "wrong_nonce",
    "low_balance",
    "bad_signature",
    "stale_era",
    "not_sudo",
)
WATCHING = ("new_heads", "finalized_heads", "storage_watch")
SDK = ("wait_for_block", "reads")
ECONOMY = (
    "connect",
    "people",
    "create_subnet",
    "start_call",
    "register",
    "serve_axon",
    "staking",
    "moving",
    "hyperparameters",
    "identities",
    "takes",
    "weights",
    "epoch_pays",
    "metagraph",
    "commit_reveal",
    "mistakes",
)
EVERYTHING = (*READING, *WRITING, *FAILING, *WATCHING)

EVERY_250_MS = ("--seal", "interval", "--block-time", "250")
WHEN_ASKED = ("--seal", "instant")


@dataclass(frozen=True)
class Client:
    """One client package at one version.

    `requirements` names what goes into its virtual environment; none means a JavaScript client.
    `settings` are variables of its process, `node` the options of the node it talks to.
    """

    name: str
    driver: str
    checks: tuple[str, ...]
    requirements: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    node: tuple[str, ...] = EVERY_250_MS

    def command(self, url: str) -> list[str]:
        """What runs every check of this client against `url`; builds its environment first."""
        if self.requirements:
            python = python_environment(self.driver.split("_")[0], self.requirements)
            return [str(python), str(DRIVERS / f"{self.driver}.py"), url, *self.checks]
        return ["node", str(node_environment() / f"{self.driver}.mjs"), url, *self.checks]

    def variables(self, home: Path) -> dict[str, str]:
        """Its process environment: a home of its own, and no proxy on the way to the node."""
        return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"} | self.settings


def _without(checks: tuple[str, ...], *names: str) -> tuple[str, ...]:
    return tuple(check for check in checks if check not in names)


SDK10 = ("bittensor==10.5.0", "async-substrate-interface==2.2.1")
SDK11 = ("bittensor==11.0.0",)

CLIENTS = (
    Client(
        "bittensor-11.0.0",
        "sdk11",
        # It has no storage subscription.
        (*_without(EVERYTHING, "storage_watch"), "block", *SDK, "intent", "error_code"),
        SDK11,
    ),
    Client(
        "bittensor-10.5.0",
        "sdk10",
        (*EVERYTHING, "block", "unborn_era", *SDK, "wallet_transfer"),
        SDK10,
    ),
    Client("bittensor-11.0.0-economy", "sdk11_economy", ECONOMY, SDK11, node=WHEN_ASKED),
    Client("bittensor-10.5.0-economy", "sdk10_economy", ECONOMY, SDK10, node=WHEN_ASKED),
    Client("bittensor-cli-9.23.2", "btcli", ECONOMY, ("bittensor-cli==9.23.2",), node=WHEN_ASKED),
    Client(
        "async-substrate-interface-2.2.1",
        "asi",
        (*EVERYTHING, "block", "unborn_era"),
        ("async-substrate-interface==2.2.1", "bittensor-wallet==4.1.1"),
    ),
    Client(
        "substrate-interface-1.8.1",
        "psi",
        (*EVERYTHING, "block", "unborn_era"),
        ("substrate-interface==1.8.1",),
    ),
    Client("polkadot-js-api-16.5.6", "pjs", (*EVERYTHING, "block")),
    Client("polkadot-api-2.2.2", "papi", (*EVERYTHING, "map_watch")),
    Client(
        "polkadot-api-2.2.2-legacy",
        "papi",
        EVERYTHING,
        settings={"LEGACY": "1"},
        node=(*EVERY_250_MS, "--without", "chainHead_v1"),
    ),
)
