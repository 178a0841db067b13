"""What tests and notebooks do on a chain: subnets, neurons, stake, weights, epochs.

Each method submits a transaction with its fee, in a block of its own.  Its first argument signs: a
key pair or a secret URI; other accounts are anything that names one.  Amounts are in rao.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Final, Self, TypeVar

from pysubtensor.client.addresses import AccountLike, account
from pysubtensor.client.view import Receipt, TransactionFailed, View
from pysubtensor.consensus.chain import Imported
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.event import Event
from pysubtensor.frame.origin import Id
from pysubtensor.frame.result import Err
from pysubtensor.pallets.subtensor import SubtensorModule
from pysubtensor.pallets.subtensor.events.networks import NetworkAdded, NeuronRegistered
from pysubtensor.pallets.subtensor.events.staking import StakeAdded, StakeRemoved
from pysubtensor.pallets.sudo import Sudid
from pysubtensor.rpc.node.epochs import until_epoch

E = TypeVar("E", bound=Event)

PALLET: Final = "SubtensorModule"
Signer = Keypair | str
"""A signer: a key pair, or a secret URI such as `//Alice`."""


class Economy(View):
    """A chain that takes transactions; all amounts are in rao.  `with` closes it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release what the chain holds."""
        raise NotImplementedError

    def send(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Sign `call`, put it in a block of its own, and return its receipt."""
        raise NotImplementedError

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        raise NotImplementedError

    def submit(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Sign `call`, put it in a block of its own, and return its receipt.

        Errors: PoolError when it is not valid; TransactionFailed when the call fails.
        """
        receipt = self.send(call, signer, tip=tip)
        if not receipt.ok:
            raise TransactionFailed(receipt)
        return receipt

    def ask(self, signer: Signer, function: str, /, **args: object) -> Receipt:
        """Submit a call of SubtensorModule.  Errors: as `submit`."""
        return self.submit(self.call(PALLET, function, **args), signer)

    def as_root(self, pallet: str, function: str, /, **args: object) -> Receipt:
        """Let //Alice dispatch a call as root (`sudo`).  Errors: as `submit`, also of that call."""
        inner = self.call(pallet, function, **args)
        receipt = self.submit(self.call("Sudo", "sudo", call=inner), "//Alice")
        outcome = _event(receipt, Sudid).sudo_result
        if isinstance(outcome, Err):
            reason = self.explain(outcome.error)
            raise TransactionFailed(replace(receipt, error=outcome.error, reason=reason))
        return receipt

    def transfer(self, source: Signer, dest: AccountLike, amount: int) -> Receipt:
        """Transfer `amount` rao (`transfer_keep_alive`).  Errors: as `submit`."""
        call = self.call("Balances", "transfer_keep_alive", dest=Id(account(dest)), value=amount)
        return self.submit(call, source)

    # Subnets and neurons

    def register_subnet(self, owner: Signer, hotkey: AccountLike, *, start: bool = True) -> int:
        """Register a subnet (`register_network`), and return its netuid.

        With `start` its emission starts as well (`start_call`).  Errors: as `submit`.
        """
        receipt = self.ask(owner, "register_network", hotkey=account(hotkey))
        netuid = _event(receipt, NetworkAdded).netuid
        if start:
            self.ask(owner, "start_call", netuid=netuid)
        return netuid

    def register_neuron(self, coldkey: Signer, netuid: int, hotkey: AccountLike) -> int:
        """Register a neuron on a subnet (`burned_register`), and return its uid.

        Errors: as `submit`.
        """
        receipt = self.ask(coldkey, "burned_register", netuid=netuid, hotkey=account(hotkey))
        return _event(receipt, NeuronRegistered).uid

    def set_weights(
        self, hotkey: Signer, netuid: int, weights: Mapping[int, int], *, version: int = 0
    ) -> Receipt:
        """Set a validator's weights by uid, in any unit (`set_weights`).  Errors: as `submit`."""
        return self.ask(
            hotkey, "set_weights", netuid=netuid, dests=tuple(weights),
            weights=tuple(weights.values()), version_key=version,
        )  # fmt: skip

    def thaw_settings(self) -> None:
        """Let hyperparameters change at any time, also right before an epoch, as root.

        Sets `admin_freeze_window` to 0.  Errors: TransactionFailed.
        """
        self.as_root("AdminUtils", "sudo_set_admin_freeze_window", window=0)

    def open_weights(self, netuid: int) -> None:
        """Let weights be set without commit-reveal and rate limit, as root, after `thaw_settings`.

        Errors: TransactionFailed.
        """
        change = partial(self.as_root, "AdminUtils", netuid=netuid)
        change("sudo_set_commit_reveal_weights_enabled", enabled=False)
        change("sudo_set_weights_set_rate_limit", weights_set_rate_limit=0)

    # Stakes

    def stake(self, coldkey: Signer, netuid: int, hotkey: AccountLike, tao: int) -> int:
        """Stake `tao` rao with a hotkey (`add_stake`), and return the alpha bought.

        Errors: as `submit`.
        """
        receipt = self.ask(
            coldkey, "add_stake", hotkey=account(hotkey), netuid=netuid, amount_staked=tao
        )
        return _event(receipt, StakeAdded).alpha

    def unstake(self, coldkey: Signer, netuid: int, hotkey: AccountLike, alpha: int) -> int:
        """Unstake `alpha` rao of alpha (`remove_stake`), and return the rao of TAO.

        Errors: as `submit`.
        """
        receipt = self.ask(
            coldkey, "remove_stake", hotkey=account(hotkey), netuid=netuid, amount_unstaked=alpha
        )
        return _event(receipt, StakeRemoved).tao

    # Time

    def run_to_epoch(self, netuid: int) -> Self:
        """Make blocks until the subnet's next epoch has run.  Errors: NoEpoch."""
        for _ in until_epoch(self.runtime.get(SubtensorModule), netuid):
            self.mine()
        return self


def _event(receipt: Receipt, kind: type[E]) -> E:
    """The last event of that class."""
    return next(each for each in reversed(receipt.events) if isinstance(each, kind))
