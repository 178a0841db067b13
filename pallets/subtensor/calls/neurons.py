"""Calls by which hotkeys become neurons."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.error import ensure
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U64, AccountId, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.errors import RootNetworkDoesNotExist
from pysubtensor.pallets.subtensor.neurons import registration, root
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT


class NeuronCalls(Storage):
    """Registration of neurons."""

    @call(6, weight=weight(349_872_000, 6_148, reads=34, writes=29))
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
        registration.register(self, ensure_signed(origin), netuid, hotkey)

    @call(7, weight=weight(336_815_000, 6_148, reads=34, writes=29))
    def burned_register(self, origin: Origin, netuid: NetUid, hotkey: AccountId) -> None:
        """Pay the subnet's price and make `hotkey` a neuron of the caller.

        Errors: RegistrationNotPermittedOnRootSubnet; SubnetNotExists; SubNetRegistrationDisabled;
        HotKeyAlreadyRegisteredInSubNet; NotEnoughBalanceToStake; NonAssociatedColdKey;
        NoNeuronIdAvailable; CannotUseSystemAccount.
        """
        registration.register(self, ensure_signed(origin), netuid, hotkey)

    @call(134, weight=weight(354_200_000, reads=47, writes=40))
    def register_limit(
        self, origin: Origin, netuid: NetUid, hotkey: AccountId, limit_price: U64
    ) -> None:
        """The same if it costs no more than `limit_price` rao.

        Errors: those of `burned_register`; RegistrationPriceLimitExceeded.
        """
        who = ensure_signed(origin)
        registration.register_within(self, who, netuid, hotkey, limit_price)

    @call(62, weight=weight(103_934_000, 4_981, reads=19, writes=16))
    def root_register(self, origin: Origin, hotkey: AccountId) -> None:
        """Make `hotkey` a validator on root; if full, in place of the one with the least stake.

        Errors: RootNetworkDoesNotExist; TooManyRegistrationsThisBlock;
        TooManyRegistrationsThisInterval; HotKeyAlreadyRegisteredInSubNet; CannotUseSystemAccount;
        StakeTooLowForRoot.
        """
        ensure(registry.exists(self, ROOT), RootNetworkDoesNotExist)
        root.register(self, ensure_signed(origin), hotkey)
