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
        """Register a neuron as `burned_register` does; what once was a proof of work is ignored.

        Origin: signed by the coldkey that pays, and will own the hotkey.
        - `netuid`: the subnet; not root.
        - `block_number`: ignored.
        - `nonce`: ignored.
        - `work`: ignored.
        - `hotkey`: the hotkey; nobody's, or of the sender.
        - `coldkey`: ignored.

        Errors: none of its own; those of `burned_register`.
        """
        registration.register(self, ensure_signed(origin), netuid, hotkey)

    @call(7, weight=weight(336_815_000, 6_148, reads=34, writes=29))
    def burned_register(self, origin: Origin, netuid: NetUid, hotkey: AccountId) -> None:
        """Register a neuron on a subnet for its price.

        In a full subnet it takes the uid of the weakest neuron.

        Origin: signed by the coldkey that pays, and will own the hotkey.
        - `netuid`: the subnet; not root.
        - `hotkey`: the hotkey; nobody's, or of the sender.

        Errors: RegistrationNotPermittedOnRootSubnet, SubnetNotExists, SubNetRegistrationDisabled,
        HotKeyAlreadyRegisteredInSubNet, NotEnoughBalanceToStake, CannotUseSystemAccount,
        NonAssociatedColdKey, NoNeuronIdAvailable, ReservesTooLow, SwapInputTooLarge.
        """
        registration.register(self, ensure_signed(origin), netuid, hotkey)

    @call(134, weight=weight(354_200_000, reads=47, writes=40))
    def register_limit(
        self, origin: Origin, netuid: NetUid, hotkey: AccountId, limit_price: U64
    ) -> None:
        """Register a neuron on a subnet if the price is low enough.

        Origin: signed by the coldkey that pays, and will own the hotkey.
        - `netuid`: the subnet; not root.
        - `hotkey`: the hotkey; nobody's, or of the sender.
        - `limit_price`: highest price, in rao.

        Errors: RegistrationPriceLimitExceeded; those of `burned_register`.
        """
        who = ensure_signed(origin)
        registration.register_within(self, who, netuid, hotkey, limit_price)

    @call(62, weight=weight(103_934_000, 4_981, reads=19, writes=16))
    def root_register(self, origin: Origin, hotkey: AccountId) -> None:
        """Register a validator on root; if root is full, in place of the one with the least stake.

        Origin: signed by the coldkey of the hotkey; a hotkey of nobody becomes its own.
        - `hotkey`: the hotkey.

        Errors: RootNetworkDoesNotExist, TooManyRegistrationsThisBlock,
        TooManyRegistrationsThisInterval, HotKeyAlreadyRegisteredInSubNet, CannotUseSystemAccount,
        StakeTooLowForRoot, HotKeyNotRegisteredInSubNet.
        """
        ensure(registry.exists(self, ROOT), RootNetworkDoesNotExist)
        root.register(self, ensure_signed(origin), hotkey)
