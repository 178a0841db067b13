"""The devnet in process: what its methods give, and what they refuse."""

import pytest

from pysubtensor import ROOT, TAO, Devnet, TransactionFailed
from pysubtensor.client.addresses import account
from pysubtensor.client.signing import sign
from pysubtensor.consensus.pool import PoolError
from pysubtensor.face.devnet import NotIncluded
from pysubtensor.frame.codec.struct import snake_case
from pysubtensor.frame.crypto import CryptoError, Keypair, KeyType
from pysubtensor.frame.era import Era
from pysubtensor.frame.origin import Id
from pysubtensor.genesis import preset
from pysubtensor.runtime.chain import Build, Constants

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


def remark(d):
    return d.call("System", "remark", remark=b"")


def test_begins_at_block_one(devnet):
    assert devnet.number == 1
    assert devnet.free("//Alice") == 1_000_000 * TAO
    assert devnet.balances.account[ALICE].free == devnet.free("//Alice")


def test_a_receipt(devnet):
    before = devnet.free("//Alice")
    receipt = devnet.transfer("//Alice", "//Bob", 5 * TAO)
    assert receipt.ok
    assert (receipt.index, receipt.block.hash, receipt.reason) == (1, devnet.hash, "")
    assert receipt.fee > 0
    assert devnet.free("//Alice") == before - 5 * TAO - receipt.fee
    names = [type(event).__name__ for event in receipt.events]
    assert names[0] == "Withdraw"
    assert names[-1] == "ExtrinsicSuccess"
    assert {record.event for record in devnet.events()} >= set(receipt.events)


def test_a_tip_is_paid(devnet):
    plain, tipped = (devnet.submit(remark(devnet), "//Alice", tip=tip) for tip in (1_000, 2_000))
    assert tipped.fee == plain.fee + 1_000


def test_a_refused_call_tells_why_and_pays(devnet):
    call = devnet.call(
        "Balances", "transfer_keep_alive", dest=Id(account("//Bob")), value=2 * 10**15
    )
    with pytest.raises(TransactionFailed, match=r"^Token\.FundsUnavailable$") as failed:
        devnet.submit(call, "//Alice")
    assert failed.value.receipt.fee > 0
    assert not failed.value.receipt.ok
    with pytest.raises(TransactionFailed, match=r"^BadOrigin$"):
        devnet.submit(devnet.call("System", "set_storage", items=()), "//Alice")
    twice = devnet.call("SafeMode", "enter")
    with pytest.raises(TransactionFailed, match=r"^SafeMode\.NotConfigured$"):
        devnet.submit(twice, "//Alice")


def test_who_cannot_pay_gets_into_no_block(devnet):
    with pytest.raises(PoolError):
        devnet.transfer("//Nobody", "//Bob", 1)
    assert devnet.number == 1


def test_a_transaction_that_must_wait(devnet):
    with pytest.raises(NotIncluded):
        devnet.submit_extrinsic(devnet.sign(remark(devnet), "//Alice", nonce=3))


@pytest.mark.parametrize("kind", KeyType)
def test_every_kind_of_key_signs(devnet, kind):
    key = Keypair.from_uri("//Somebody", kind)
    devnet.set_balance(key, TAO)
    assert devnet.submit(remark(devnet), key).ok


@pytest.mark.parametrize("back", [0, 1])
@pytest.mark.parametrize("mortal", [False, True])
def test_signed_for_the_next_block(devnet, back, mortal):
    """Also on block 0, and with an era that begins with the best block."""
    devnet.mine()
    devnet.node.set_head(back)
    era = {"era": Era.mortal(64, back)} if mortal else {}
    key = Keypair.from_uri("//Alice")
    assert devnet.submit_extrinsic(sign(devnet.node.chain, remark(devnet), key, nonce=0, **era)).ok


def test_names_of_an_account():
    key = Keypair.from_uri("//Alice")
    forms = [key, key.public, ALICE, "//Alice", "0x" + key.public.hex(), bytearray(key.public)]
    assert {account(form) for form in forms} == {key.public}


@pytest.mark.parametrize(
    "wrong", [b"", bytes(31), bytes(33), "", "0x", "0x00", "Alice", ALICE[:-1]]
)
def test_what_names_no_account(wrong):
    with pytest.raises((ValueError, CryptoError)):
        account(wrong)


def test_unknown_calls_and_arguments(devnet):
    with pytest.raises(KeyError):
        devnet.call("Nothing", "at_all")
    with pytest.raises(KeyError):
        devnet.call("System", "at_all")
    with pytest.raises(TypeError):
        devnet.call("System", "remark")
    with pytest.raises(TypeError):
        devnet.call("System", "remark", remark=b"", more=1)


def test_pallets_by_attribute(devnet):
    assert devnet.system is devnet.node.chain.runtime.pallets["System"]
    assert devnet.transaction_payment.name == "TransactionPayment"
    assert devnet.balances.total_issuance() > 0
    with pytest.raises(AttributeError, match="no pallet 'nothing'"):
        devnet.nothing  # noqa: B018
    assert snake_case("RandomnessCollectiveFlip") == "randomness_collective_flip"


def test_dispatch_as_root_and_as_an_account(devnet):
    imported = devnet.dispatch(devnet.call("System", "set_storage", items=((b"a", b"b"),)), ROOT)
    assert imported.changes[b"a"] == b"b"
    devnet.dispatch(devnet.call("System", "remark_with_event", remark=b"x"), "//Dave")
    assert any(type(record.event).__name__ == "Remarked" for record in devnet.events())


def test_the_same_actions_give_the_same_hashes():
    def act():
        with Devnet() as d:
            d.transfer("//Alice", "//Bob", TAO)
            return d.hash

    assert act() == act()


def test_real_time_is_the_wall_clock():
    with Devnet(real_time=True) as first, Devnet(real_time=True) as second:
        assert first.timestamp.now.get() > 1_700_000_000_000
        assert first.hash != second.hash, "seals are salted"


def test_builds():
    with Devnet(constants="prod") as d:
        assert d.aura.config.slot_duration == 12_000
        first, second = (block.header for block in d.mine(2))
        assert second.number == first.number + 1
    spec = preset("local").with_build(Build(Constants.PROD))
    with Devnet(spec) as d:
        assert d.aura.config.slot_duration == 12_000
        assert len(d.aura.authorities.get()) == 3
    for wrong in ({"constants": "slow"}, {"runtime": "none"}, {"chain": "nowhere"}):
        with pytest.raises(ValueError, match=r"slow|none|nowhere"):
            Devnet(**wrong)


def test_start_is_the_first_time():
    with Devnet(start=10**12) as d:
        assert d.timestamp.now.get() == 10**12
