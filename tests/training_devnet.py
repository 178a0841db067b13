"""The lab of `tests.training_chain` on a whole development chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pysubtensor.client.addresses import account
from pysubtensor.face.devnet import Devnet
from pysubtensor.frame.interfaces.currency import Fortitude, Preservation
from pysubtensor.frame.origin import Origin, Signed
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.training import Training
from tests.support import TAO, origin_of
from tests.training_chain import Lab

ALICE = "//Alice"


class DevnetLab(Lab):
    """The lab on a development chain; every call is in a block of its own.

    `config` has `net`, the chain, or `base_path`, where a new one is kept.
    """

    netuid = 2

    def __init__(self, workers: int, **options: Any) -> None:
        self.worker_count = workers
        super().__init__(workers, **options)

    def start(self, accounts: Sequence[AccountId], config: dict[str, Any]) -> None:
        self.net = config.get("net") or Devnet(base_path=config.get("base_path"))
        self.owner = account(ALICE)
        validator = accounts[self.worker_count]
        self.submit(ALICE, "register_network", hotkey=validator)
        self.submit(ALICE, "start_call", netuid=2)
        for who in accounts:
            self.net.set_balance(who, 1_000 * TAO)
            if who != validator:
                self.submit("//Bob", "burned_register", netuid=2, hotkey=who)
        self.pallet = self.runtime.get(Training)

    def submit(self, signer: str, name: str, **args: Any) -> None:
        receipt = self.net.send(self.net.call("SubtensorModule", name, **args), signer)
        assert receipt.ok, receipt.reason

    def permit(self, validators: Sequence[AccountId]) -> None:
        """The hotkey of the subnet's owner needs no permit."""

    @property
    def runtime(self) -> Any:
        return self.net.node.chain.runtime

    @runtime.setter
    def runtime(self, value: Any) -> None:
        raise AssertionError

    def blocks(self, count: int = 1) -> None:
        self.net.mine(count)

    def call(self, who: AccountId | Origin, name: str, /, **args: Any) -> list[Any]:
        caller = origin_of(who).caller
        assert isinstance(caller, Signed)
        self.net.dispatch(self.net.call("Training", name, **args), caller)
        return []

    def balance(self, who: AccountId) -> int:
        money = self.runtime.get(Balances)
        return int(money.reducible_balance(who, Preservation.EXPENDABLE, Fortitude.FORCE))
