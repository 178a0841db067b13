"""Facts of the chain's transaction-fee tests: fees paid by the stake that a call takes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pysubtensor.face.devnet import Devnet
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.primitives import U16, U64, ZERO_ACCOUNT, AccountId, Alpha, NetUid, Tao
from pysubtensor.frame.validity import InvalidTransaction, PaymentInvalid
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor.events.staking import StakeRemoved, TransactionFeePaidWithAlpha
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.staking.alpha_fees import AlphaFees
from pysubtensor.pallets.transaction_payment import TransactionPayment
from pysubtensor.pallets.transaction_payment.pallet import TransactionFeePaid
from pysubtensor.runtime.runtime import Runtime
from tests.subtensor_chain import NAME, borrowed, subtensor_entries
from tests.support import chain_extensions, events, extra_of, payment_entry, runtime_of, sign
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
    DEPOSIT,
    MINER,
    NOMINATOR,
    ONE,
    OTHER_MINER,
    RESERVE,
    ROOT,
    TAO,
    TWO,
    Market,
    at,
)

KEY = Keypair.from_uri("//Alice")
WHO = AccountId(KEY.account_id)
PART = TAO // 50
FEE = 10_000
STAKE = at(coldkey=WHO)

ONE_SUBNET: dict[str, dict[str, Any]] = {
    "remove_stake": {"hotkey": MINER, "netuid": ONE, "amount_unstaked": PART},
    "remove_stake_limit": {
        "hotkey": MINER,
        "netuid": ONE,
        "amount_unstaked": PART,
        "limit_price": 1_000,
        "allow_partial": False,
    },
    "remove_stake_full_limit": {"hotkey": MINER, "netuid": ONE, "limit_price": 1_000},
    "move_stake": {
        "origin_hotkey": MINER,
        "destination_hotkey": OTHER_MINER,
        "origin_netuid": ONE,
        "destination_netuid": TWO,
        "alpha_amount": PART,
    },
    "transfer_stake": {
        "destination_coldkey": NOMINATOR,
        "hotkey": MINER,
        "origin_netuid": ONE,
        "destination_netuid": TWO,
        "alpha_amount": PART,
    },
    "swap_stake": {
        "hotkey": MINER,
        "origin_netuid": ONE,
        "destination_netuid": TWO,
        "alpha_amount": PART,
    },
    "swap_stake_limit": {
        "hotkey": MINER,
        "origin_netuid": ONE,
        "destination_netuid": TWO,
        "alpha_amount": PART,
        "limit_price": 1_000,
        "allow_partial": False,
    },
    "recycle_alpha": {"hotkey": MINER, "amount": PART, "netuid": ONE},
    "burn_alpha": {"hotkey": MINER, "amount": PART, "netuid": ONE},
}
TAO_ONLY = {
    "add_stake": {"hotkey": MINER, "netuid": ONE, "amount_staked": PART},
    "set_coldkey_auto_stake_hotkey": {"netuid": ONE, "hotkey": MINER},
}
SEVERAL_SUBNETS = pytest.mark.parametrize("name", ["unstake_all", "unstake_all_alpha"])


class Paying(Market):
    """A market whose transactions cost something; `WHO` has the deposit and 1 alpha of stake."""

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self.give(WHO, DEPOSIT)
        self.give(NOMINATOR, DEPOSIT)
        self.stake(STAKE, TAO)
        self.executive = self.runtime.executive

    def compose(self, **config: Any) -> Runtime:
        payment = payment_entry(author=config["author"], alpha=AlphaFees(lambda: self.sub))
        entries = subtensor_entries(**config)
        groups = {"extensions": chain_extensions, "extension_groups": (7, 5, 1)}
        return runtime_of(payment, *entries, balances={}, **groups)

    @property
    def fees(self) -> Any:
        return self.runtime.get(TransactionPayment).config.alpha

    def made(self, name: str, args: dict[str, Any]) -> Call:
        return self.runtime.call(NAME, name, **args)

    def send(self, name: str, **args: Any) -> list[Any]:
        """Apply a signed transaction; its events."""
        data = sign(self.executive, KEY, self.made(name, args), extra_of())
        self.runtime.state.events.clear()
        self.executive.apply(data)
        return events(self.runtime)

    def unpaid(self, name: str, **args: Any) -> None:
        """Send a transaction that cannot pay its fee, and changes nothing."""
        before = self.runtime.state.changes()
        data = sign(self.executive, KEY, self.made(name, args), extra_of())
        with pytest.raises(InvalidTransaction) as refused:
            self.executive.apply(data)
        assert refused.value.kind == PaymentInvalid()
        assert self.runtime.state.changes() == before


@pytest.fixture
def paying() -> Iterator[Paying]:
    with borrowed(Paying) as chain:
        yield chain


def _one(told: list[Any], kind: type) -> Any:
    (found,) = [each for each in told if isinstance(each, kind)]
    return found


def test_who_has_tao_pays_in_tao(paying: Paying) -> None:
    paying.give(WHO, TAO)
    told = paying.send("remove_stake", **ONE_SUBNET["remove_stake"])
    paid = _one(told, TransactionFeePaid)
    sold = _one(told, StakeRemoved)
    assert not any(isinstance(each, TransactionFeePaidWithAlpha) for each in told)
    assert paying.free(WHO) == DEPOSIT + TAO + sold.tao - paid.actual_fee
    assert paying.staked(STAKE) == TAO - PART


@pytest.mark.parametrize("name", ONE_SUBNET)
def test_who_has_no_tao_pays_with_the_stake_of_the_call(paying: Paying, name: str) -> None:
    before = paying.free(AUTHOR)
    told = paying.send(name, **ONE_SUBNET[name])
    paid = _one(told, TransactionFeePaid)
    in_alpha = _one(told, TransactionFeePaidWithAlpha)
    assert (in_alpha.who, in_alpha.netuid) == (WHO, ONE)
    assert in_alpha.alpha_fee >= paid.actual_fee > 0
    assert in_alpha.tao_amount == pytest.approx(in_alpha.alpha_fee, rel=1e-5)
    assert told.index(in_alpha) + 1 == told.index(paid)
    assert paying.free(AUTHOR) - before >= in_alpha.tao_amount
    left = paying.staked(STAKE)
    assert left == (0 if name == "remove_stake_full_limit" else TAO - PART - in_alpha.alpha_fee)


@pytest.mark.parametrize("name", TAO_ONLY)
def test_other_calls_are_not_paid_with_stake(paying: Paying, name: str) -> None:
    paying.unpaid(name, **TAO_ONLY[name])


def test_a_call_within_another_is_not_paid_with_stake(paying: Paying) -> None:
    call = paying.runtime.call("System", "remark", remark=b"")
    assert not paying.fees.can_pay(WHO, call, Tao(U64(1)))
    assert paying.fees.pay(WHO, call, Tao(U64(1))) is None


def test_the_fee_is_sold_without_a_fee(paying: Paying) -> None:
    call = paying.made("burn_alpha", ONE_SUBNET["burn_alpha"])
    worth = paying.swap.alpha_worth(ONE, FEE)
    assert worth == FEE
    sold = paying.sells(ONE, worth, drop_fees=True)
    event = paying.fees.pay(WHO, call, Tao(U64(FEE)))
    tao = Tao(U64(sold.paid_out))
    assert event == TransactionFeePaidWithAlpha(WHO, ONE, Alpha(U64(FEE)), tao)
    assert paying.staked(STAKE) == TAO - FEE
    assert paying.sub.subnet_tao[ONE] == RESERVE - sold.paid_out


@pytest.mark.parametrize(("tao", "alpha"), [(RESERVE, FEE), (RESERVE // 4, 4 * FEE)])
def test_the_fee_is_priced_by_the_pool(paying: Paying, tao: int, alpha: int) -> None:
    paying.sub.subnet_tao[ONE] = Tao(U64(tao))
    paying.fees.pay(WHO, paying.made("burn_alpha", ONE_SUBNET["burn_alpha"]), Tao(U64(FEE)))
    assert paying.staked(STAKE) == TAO - alpha


def test_the_whole_position_pays_where_alpha_is_worth_nothing(paying: Paying) -> None:
    call = paying.made("burn_alpha", ONE_SUBNET["burn_alpha"])
    paying.sub.subnet_alpha_in[ONE] = Alpha(U64(0))
    assert paying.swap.alpha_worth(ONE, FEE) == 0
    assert paying.fees.can_pay(WHO, call, Tao(U64(FEE)))
    with pytest.raises(InvalidTransaction):
        paying.fees.pay(WHO, call, Tao(U64(FEE)))


def test_stake_on_root_pays_too(paying: Paying) -> None:
    root = StakePosition(MINER, WHO, ROOT)
    paying.give(NOMINATOR, TAO)
    paying.call(NOMINATOR, "add_stake", hotkey=MINER, netuid=ROOT, amount_staked=Tao(U64(TAO)))
    paying.stake(root, TAO // 2)
    told = paying.send("remove_stake", hotkey=MINER, netuid=ROOT, amount_unstaked=TAO // 10)
    in_alpha = _one(told, TransactionFeePaidWithAlpha)
    assert in_alpha.netuid == ROOT
    assert in_alpha.alpha_fee == in_alpha.tao_amount
    left = TAO // 2 - TAO // 10 - in_alpha.alpha_fee
    assert paying.staked(root) == left
    assert paying.free(WHO) == DEPOSIT + TAO // 10


def test_a_position_that_is_removed_as_a_whole_pays_first(paying: Paying) -> None:
    sold = paying.sells(ONE, TAO).paid_out
    paying.send("remove_stake", **{**ONE_SUBNET["remove_stake"], "amount_unstaked": TAO})
    assert paying.staked(STAKE) == 0
    assert 0 < paying.free(WHO) - DEPOSIT < sold


@pytest.mark.parametrize(("fee", "enough"), [(TAO, True), (TAO + 1, False)])
def test_the_last_rao_may_pay(paying: Paying, fee: int, enough: bool) -> None:
    call = paying.made("burn_alpha", ONE_SUBNET["burn_alpha"])
    assert paying.fees.can_pay(WHO, call, Tao(U64(fee))) is enough


def test_too_little_stake_cannot_pay(paying: Paying) -> None:
    ledger.decrease(paying.sub, *STAKE, TAO - 1_000)
    paying.unpaid("remove_stake", **{**ONE_SUBNET["remove_stake"], "amount_unstaked": 1_000})


def test_stake_that_lost_its_worth_cannot_pay(paying: Paying) -> None:
    ledger.decrease(paying.sub, *STAKE, TAO - 2_000_000)
    args = {**ONE_SUBNET["remove_stake"], "amount_unstaked": 2_000_000}
    fee = Tao(U64(1_000_000))
    assert paying.fees.can_pay(WHO, paying.made("remove_stake", args), fee)
    paying.sub.subnet_tao[ONE] = Tao(U64(1_000_000))
    paying.sub.subnet_alpha_in[ONE] = Alpha(U64(10_000_000_000))
    assert not paying.fees.can_pay(WHO, paying.made("remove_stake", args), fee)
    paying.unpaid("remove_stake", **args)


@SEVERAL_SUBNETS
def test_one_of_several_stakes_is_not_chosen(paying: Paying, name: str) -> None:
    paying.stake(at(TWO, coldkey=WHO), TAO)
    call = paying.made(name, {"hotkey": MINER})
    assert not paying.fees.can_pay(WHO, call, Tao(U64(1)))
    nothing = TransactionFeePaidWithAlpha(WHO, ROOT, Alpha(U64(0)), Tao(U64(0)))
    assert paying.fees.pay(WHO, call, Tao(U64(1))) == nothing
    paying.unpaid(name, hotkey=MINER)
    paying.give(WHO, TAO)
    paying.send(name, hotkey=MINER)
    assert paying.staked(STAKE) == paying.staked(at(TWO, coldkey=WHO)) == 0


@SEVERAL_SUBNETS
def test_the_only_stake_pays_for_unstaking_all(paying: Paying, name: str) -> None:
    in_alpha = _one(paying.send(name, hotkey=MINER), TransactionFeePaidWithAlpha)
    assert in_alpha.netuid == ONE
    assert paying.staked(STAKE) == 0


@SEVERAL_SUBNETS
def test_stake_that_is_not_traded_does_not_count(paying: Paying, name: str) -> None:
    paying.sub.subtoken_enabled[ONE] = False
    paying.unpaid(name, hotkey=MINER)


def test_a_call_that_fails_pays_all_the_same(paying: Paying) -> None:
    paying.sub.subtoken_enabled[ONE] = False
    told = paying.send("remove_stake", **ONE_SUBNET["remove_stake"])
    in_alpha = _one(told, TransactionFeePaidWithAlpha)
    assert paying.staked(STAKE) == TAO - in_alpha.alpha_fee
    assert paying.free(WHO) == DEPOSIT


def test_a_call_that_fails_pays_in_tao_too(paying: Paying) -> None:
    paying.give(WHO, TAO)
    paying.sub.subnet_tao[ONE] = Tao(U64(1))
    paying.send("remove_stake", **ONE_SUBNET["remove_stake"])
    assert paying.free(WHO) < DEPOSIT + TAO
    assert paying.staked(STAKE) == TAO


def test_a_fee_that_cannot_be_sold_keeps_the_transaction_out(paying: Paying) -> None:
    account = paying.account(ONE)
    paying.runtime.get(Balances).set_balance(account, 0)
    paying.unpaid("remove_stake", **ONE_SUBNET["remove_stake"])


def test_without_an_author_stake_pays_nothing() -> None:
    paying = Paying(author=None)
    told = paying.send("burn_alpha", **ONE_SUBNET["burn_alpha"])
    nothing = TransactionFeePaidWithAlpha(WHO, ROOT, Alpha(U64(0)), Tao(U64(0)))
    assert _one(told, TransactionFeePaidWithAlpha) == nothing
    assert paying.staked(STAKE) == TAO - PART


def test_the_author_earns_the_fees_of_a_purchase(paying: Paying) -> None:
    paying.give(WHO, 10 * TAO)
    before, fee = paying.free(AUTHOR), paying.buys(ONE, TAO).fee
    args = {**TAO_ONLY["add_stake"], "amount_staked": TAO}
    paid = _one(paying.send("add_stake", **args), TransactionFeePaid).actual_fee
    assert paying.free(AUTHOR) - before == fee + paid
    assert paying.free(WHO) == DEPOSIT + 9 * TAO - paid


# -- on a whole chain -----------------------------------------------------------------------------


def test_an_account_without_tao_unstakes_on_a_chain() -> None:
    poor, netuid = Keypair.from_uri("//Poor"), NetUid(U16(1))
    position = StakePosition(ZERO_ACCOUNT, AccountId(poor.account_id), netuid)
    where = {"hotkey": ZERO_ACCOUNT, "netuid": netuid}
    with Devnet() as net:
        allow = {"netuid": netuid, "subtoken_enabled": True}
        net.dispatch(net.call("AdminUtils", "sudo_set_subtoken_enabled", **allow))
        net.set_balance(poor, 2 * TAO)
        net.submit(net.call(NAME, "add_stake", **where, amount_staked=TAO), poor)
        net.set_balance(poor, DEPOSIT)
        staked = ledger.of(net.subtensor_module, *position)
        call = net.call(NAME, "remove_stake", **where, amount_unstaked=staked // 2)
        receipt = net.submit(call, poor)
        in_alpha = _one(list(receipt.events), TransactionFeePaidWithAlpha)
        sold = [each for each in receipt.events if isinstance(each, StakeRemoved)]
        assert [each.alpha + each.fee for each in sold] == [in_alpha.alpha_fee, staked // 2]
        left = staked - staked // 2 - in_alpha.alpha_fee
        assert ledger.of(net.subtensor_module, *position) == left
        assert net.free(poor) == DEPOSIT + sold[1].tao
