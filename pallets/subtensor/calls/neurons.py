"""Calls by which hotkeys become neurons."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from runtime.frame.call import call
from runtime.frame.origin import Origin
from runtime.frame.weights import weight
from runtime.primitives import U64, AccountId, NetUid


class NeuronCalls(Storage):
    """Registration of neurons."""

    @call(6, weight=weight(349_872_000, 6_148, reads=34, writes=29), implemented=False)
    def register(
        self,
        origin: Origin,
        netuid: NetUid,
        block_number: U64,
        nonce: U64,
        work: bytes,
        hotkey: AccountId,
        coldkey: AccountId,
    ) -> None:
        """As `burned_register`: the other arguments, once a proof of work, are ignored."""

    @call(7, weight=weight(336_815_000, 6_148, reads=34, writes=29), implemented=False)
    def burned_register(self, origin: Origin, netuid: NetUid, hotkey: AccountId) -> None:
        """Pay the subnet's price and make `hotkey` a neuron of the caller.

        Errors: RegistrationNotPermittedOnRootSubnet; SubnetNotExists; SubNetRegistrationDisabled;
        HotKeyAlreadyRegisteredInSubNet; NotEnoughBalanceToStake; NonAssociatedColdKey;
        NoNeuronIdAvailable; CannotUseSystemAccount.
        """

    @call(134, weight=weight(354_200_000, reads=47, writes=40), implemented=False)
    def register_limit(
        self, origin: Origin, netuid: NetUid, hotkey: AccountId, limit_price: U64
    ) -> None:
        """The same if it costs no more than `limit_price` rao.

        Errors: those of `burned_register`; RegistrationPriceLimitExceeded.
        """

    @call(62, weight=weight(103_934_000, 4_981, reads=19, writes=16), implemented=False)
    def root_register(self, origin: Origin, hotkey: AccountId) -> None:
        """Make `hotkey` a validator on root; if full, in place of the one with the least stake.

        Errors: RootNetworkDoesNotExist; TooManyRegistrationsThisBlock;
        TooManyRegistrationsThisInterval; HotKeyAlreadyRegisteredInSubNet; StakeTooLowForRoot.
        """
