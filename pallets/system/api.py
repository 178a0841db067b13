"""The runtime API of the System pallet."""

from __future__ import annotations

from pysubtensor.frame.primitives import AccountId, Nonce
from pysubtensor.frame.view import RuntimeApi, view
from pysubtensor.pallets.system.pallet import System


class AccountNonceApi(RuntimeApi, version=1):
    """Nonces of accounts."""

    def __init__(self, system: System) -> None:
        self._system = system

    @view
    def account_nonce(self, account: AccountId) -> Nonce:
        """The nonce that the next transaction of `account` must carry."""
        return self._system.account[account].nonce
