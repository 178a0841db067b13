"""What economists do on a chain, in one line each: subnets, neurons, stakes, weights, epochs.

Every line is a transaction with its fee, in a block of its own.  Who signs is named first; names,
hotkeys and coldkeys are key pairs or secret URIs, other accounts anything that names one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Self

from pysubtensor.client.addresses import AccountLike, account
from pysubtensor.client.view import Receipt, TransactionFailed, View
from pysubtensor.consensus.chain import Imported
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.origin import Id
from pysubtensor.frame.result import Err
from pysubtensor.rpc.node.epochs import until_epoch

PALLET: Final = "SubtensorModule"
Signer = Keypair | str
"""Whoever can sign: a key pair, or a secret URI such as `//Alice`."""


class Economy(View):
    """A chain that takes transactions; all amounts in rao."""

    def send(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Put `call` in a block of its own, signed; gives what became of it."""
        raise NotImplementedError

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        raise NotImplementedError

    def submit(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Sign `call`, put it in a block of its own, and give its receipt.

        Errors: PoolError when it is refused before a block; TransactionFailed when the call is.
        """
        receipt = self.send(call, signer, tip=tip)
        if not receipt.ok:
            raise TransactionFailed(receipt)
        return receipt

    def ask(self, signer: Signer, function: str, /, **args: Any) -> Receipt:
        """Submit a call of SubtensorModule.  Errors: as `submit`."""
        return self.submit(self.call(PALLET, function, **args), signer)

    def as_root(self, pallet: str, function: str, /, **args: Any) -> Receipt:
        """Let //Alice run a call as root.  Errors: as `submit`, also when that call is refused."""
        inner = self.call(pallet, function, **args)
        receipt = self.submit(self.call("Sudo", "sudo", call=inner), "//Alice")
        outcome = _of(receipt, "Sudid").sudo_result
        if isinstance(outcome, Err):
            reason = self.explain(outcome.error)
            raise TransactionFailed(replace(receipt, error=outcome.error, reason=reason))
        return receipt

    def transfer(self, source: Signer, dest: AccountLike, amount: int) -> Receipt:
        """Move `amount` rao.  Errors: as `submit`."""
        call = self.call("Balances", "transfer_keep_alive", dest=Id(account(dest)), value=amount)
        return self.submit(call, source)

    # -- subnets and neurons ------------------------------------------------------------------

    def register_subnet(self, owner: Signer, hotkey: AccountLike, *, start: bool = True) -> int:
        """Pay for a subnet and, unless told otherwise, start it; gives its netuid."""
        receipt = self.ask(owner, "register_network", hotkey=account(hotkey))
        netuid: int = _of(receipt, "NetworkAdded").netuid
        if start:
            self.ask(owner, "start_call", netuid=netuid)
        return netuid

    def register_neuron(self, coldkey: Signer, netuid: int, hotkey: AccountLike) -> int:
        """Pay for a hotkey's place on a subnet; gives its uid."""
        receipt = self.ask(coldkey, "burned_register", netuid=netuid, hotkey=account(hotkey))
        uid: int = _of(receipt, "NeuronRegistered").uid
        return uid

    def set_weights(
        self, hotkey: Signer, netuid: int, weights: Mapping[int, int], *, version: int = 0
    ) -> Receipt:
        """Set a neuron's weights, by uid, in any unit."""
        return self.ask(
            hotkey, "set_weights", netuid=netuid, dests=tuple(weights),
            weights=tuple(weights.values()), version_key=version,
        )  # fmt: skip

    def thaw_settings(self) -> None:
        """Let settings change at any time, also right before an epoch.  As root."""
        self.as_root("AdminUtils", "sudo_set_admin_freeze_window", window=0)

    def open_weights(self, netuid: int) -> None:
        """Let weights be set directly, and as often as one likes.  As root, after `thaw_settings`.

        Errors: TransactionFailed.
        """
        change = partial(self.as_root, "AdminUtils", netuid=netuid)
        change("sudo_set_commit_reveal_weights_enabled", enabled=False)
        change("sudo_set_weights_set_rate_limit", weights_set_rate_limit=0)

    # -- stakes -------------------------------------------------------------------------------

    def stake(self, coldkey: Signer, netuid: int, hotkey: AccountLike, tao: int) -> int:
        """Buy alpha for so many rao and stake it with a hotkey; gives the alpha."""
        receipt = self.ask(
            coldkey, "add_stake", hotkey=account(hotkey), netuid=netuid, amount_staked=tao
        )
        bought: int = _of(receipt, "StakeAdded").alpha
        return bought

    def unstake(self, coldkey: Signer, netuid: int, hotkey: AccountLike, alpha: int) -> int:
        """Sell staked alpha; gives the rao."""
        receipt = self.ask(
            coldkey, "remove_stake", hotkey=account(hotkey), netuid=netuid, amount_unstaked=alpha
        )
        sold: int = _of(receipt, "StakeRemoved").tao
        return sold

    # -- time ---------------------------------------------------------------------------------

    def run_to_epoch(self, netuid: int) -> Self:
        """Make blocks until the subnet's next epoch has run.  Errors: NoEpoch."""
        for _ in until_epoch(self.subtensor_module, netuid):
            self.mine()
        return self


def _of(receipt: Receipt, event: str) -> Any:
    """The last event of that name."""
    return next(each for each in reversed(receipt.events) if type(each).__name__ == event)
