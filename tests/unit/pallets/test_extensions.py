"""The thirteen transaction extensions: types, verdicts, what they change."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.call import Call, CallSpec
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.era import IMMORTAL, Era
from pysubtensor.frame.error import BadOrigin, Error
from pysubtensor.frame.extensions import DispatchOutcome, Transaction
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.frame.validity import (
    AncientBirthBlockInvalid,
    BadSignerInvalid,
    CannotLookupUnknown,
    CustomInvalid,
    ExhaustsResourcesInvalid,
    FutureInvalid,
    InvalidTransaction,
    PaymentInvalid,
    StaleInvalid,
    UnknownTransaction,
)
from pysubtensor.frame.weights import ZERO, DispatchClass, DispatchInfo, Pays, PostInfo, Weight
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.metadata_hash import CheckMetadataHash, Mode
from pysubtensor.pallets.subtensor.errors import ColdkeySwapAnnounced, SlippageTooHigh
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.extensions import CheckWeight, WeightExtra, nonce_tag
from pysubtensor.runtime.runtime import Runtime
from tests.catalog import wrong_definitions
from tests.support import (
    ALICE,
    BOB,
    PARENT,
    TAO,
    catalog,
    chain_extensions,
    extra_of,
    open_block,
    payment_entry,
    runtime_of,
    sign,
)

GROUPS = (7, 5, 1)
KEY = Keypair.from_uri("//Alice")
WHO = KEY.account_id


def chain(**hooks: Any) -> Runtime:
    return runtime_of(
        payment_entry(),
        balances={ALICE: 10 * TAO, WHO: 10 * TAO},
        extensions=lambda runtime: chain_extensions(runtime, **hooks),
        extension_groups=GROUPS,
    )


@pytest.fixture
def runtime() -> Runtime:
    made = chain()
    open_block(made)
    return made


def call_of(pallet: str, name: str, *args: Any) -> Call:
    """A call of a pallet that is not there."""
    return Call(CallSpec(pallet, 0, name, print, 0, DispatchClass.NORMAL, Pays.YES, "", ()), args)


def tx_of(runtime: Runtime, call: Call | None = None, who=WHO, **changes: Any) -> Transaction:
    call = call or runtime.call("System", "remark", remark=b"hello")
    info = changes.pop("info", DispatchInfo(Weight(1_000_000, 10)))
    return Transaction(call, info, changes.pop("length", 100), who, **changes)


def judge(runtime: Runtime, tx: Transaction, **extra: Any):
    return runtime.pipeline.validate(tx, extra_of(**extra))


def prepare(runtime: Runtime, tx: Transaction, **extra: Any) -> list[Any]:
    judge(runtime, tx, **extra)
    return runtime.pipeline.prepare(tx, extra_of(**extra))


def refused(kind):
    return pytest.raises(InvalidTransaction, match=kind.text.split("(")[0])


def test_types_are_those_of_the_catalog(runtime):
    described = [
        {
            "identifier": each.identifier,
            "extra_type": runtime.codecs(each.extra).name,
            "additional_signed_type": runtime.codecs(each.implicit_type).name,
        }
        for each in runtime.pipeline.extensions
    ]
    wanted = [
        {key: each[key] for key in described[0]} for each in catalog()["extrinsic"]["extensions"]
    ]
    assert described == wanted


def test_type_definitions_are_those_of_the_catalog(runtime):
    each = runtime.pipeline.extensions
    codecs = [runtime.codecs(kind) for ext in each for kind in (ext.extra, ext.wrapper)]
    assert wrong_definitions(codecs) == {}
    apis = {api["name"]: api for api in catalog()["runtime_apis"]}
    uxt = apis["TransactionPaymentApi"]["methods"][0]["inputs"][0]["type"]
    assert runtime.extrinsics.unchecked.name == uxt


def test_explicit_values_on_the_wire(runtime):
    extra = extra_of(3, era=Era(64, 5), tip=1000, mode=1)
    data = runtime.extrinsics.encode_extra(extra)
    assert data.hex() == "5500" + "0c" + "a10f" + "01"
    assert runtime.extrinsics.decode_extra(data, 0) == (tuple(extra), len(data))


def test_implicit_values_on_the_wire(runtime):
    runtime.get(System).block_hash[0] = b"\x22" * 32
    implicit = runtime.executive.implicit(extra_of())
    assert (
        implicit == (425).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"\x22" * 64 + b"\0"
    )


def test_a_plain_transaction(runtime):
    verdict = judge(runtime, tx_of(runtime))
    assert (verdict.priority, verdict.requires, verdict.longevity) == (1, (), U64_MAX - 1)
    assert verdict.provides == (nonce_tag(WHO, 0),)
    assert verdict.propagate


class TestSender:
    def test_zero(self, runtime):
        with refused(BadSignerInvalid):
            judge(runtime, tx_of(runtime, who=bytes(32)))

    def test_a_general_transaction_gets_no_origin(self, runtime):
        with pytest.raises(InvalidTransaction, match="did not authorize"):
            judge(runtime, tx_of(runtime, who=None))


class TestMortality:
    def test_longevity_is_what_remains(self, runtime):
        runtime.get(System).number.put(37)
        assert judge(runtime, tx_of(runtime), era=Era(16, 4)).longevity == 36 + 16 - 37
        assert judge(runtime, tx_of(runtime), era=Era(4, 2)).longevity == 1

    def test_the_birth_block_must_be_known(self, runtime):
        executive = runtime.executive
        hashes = runtime.get(System).block_hash
        runtime.get(System).number.put(100)
        with refused(AncientBirthBlockInvalid):
            executive.implicit(extra_of(era=Era(64, 0)))
        hashes[64] = b"\x64" * 32
        assert b"\x64" * 32 in executive.implicit(extra_of(era=Era(64, 0)))

    @pytest.mark.parametrize("period", [0, 16])
    def test_an_encrypted_transaction_must_be_short_lived(self, runtime, period):
        call = call_of("MevShield", "submit_encrypted", b"")
        with refused(StaleInvalid):
            judge(runtime, tx_of(runtime, call), era=Era(period))
        judge(runtime, tx_of(runtime, call), era=Era(8))


class TestNonce:
    def test_ahead(self, runtime):
        verdict = judge(runtime, tx_of(runtime), nonce=5)
        assert verdict.requires == (nonce_tag(WHO, 4),)
        assert verdict.provides == (nonce_tag(WHO, 5),)
        with refused(FutureInvalid):
            prepare(runtime, tx_of(runtime), nonce=5)

    def test_used(self, runtime):
        prepare(runtime, tx_of(runtime))
        assert runtime.get(System).account[WHO].nonce == 1
        with refused(StaleInvalid):
            judge(runtime, tx_of(runtime))

    def test_an_account_that_nobody_paid_for(self, runtime):
        with refused(PaymentInvalid):
            judge(runtime, tx_of(runtime, who=BOB))
        free = DispatchInfo(Weight(1, 1), pays_fee=Pays.NO)
        prepare(runtime, tx_of(runtime, who=BOB, info=free))
        assert runtime.get(System).account[BOB].nonce == 1


class TestWeight:
    def heavy(self, part: int, kind: DispatchClass = DispatchClass.NORMAL) -> DispatchInfo:
        return DispatchInfo(Weight(4_000_000_000_000 * part // 100, 0), kind)

    def test_one_extrinsic(self, runtime):
        with refused(ExhaustsResourcesInvalid):
            judge(runtime, tx_of(runtime, info=self.heavy(65)))

    def test_length(self, runtime):
        with refused(ExhaustsResourcesInvalid):
            judge(runtime, tx_of(runtime, length=7_864_321))
        prepare(runtime, tx_of(runtime, length=7_864_000))
        with refused(ExhaustsResourcesInvalid):
            judge(runtime, tx_of(runtime, length=321), nonce=1)

    def test_the_class_is_full(self, runtime):
        free = Pays.NO
        info = DispatchInfo(self.heavy(50).call_weight, pays_fee=free)
        prepare(runtime, tx_of(runtime, info=info))
        with refused(ExhaustsResourcesInvalid):
            prepare(runtime, tx_of(runtime, info=info), nonce=1)

    def test_operational_calls_have_a_reserve(self, runtime):
        check = next(e for e in runtime.pipeline.extensions if isinstance(e, CheckWeight))
        for info in (self.heavy(60), self.heavy(14), self.heavy(25, DispatchClass.OPERATIONAL)):
            check.prepare(tx_of(runtime, info=info), WeightExtra())
        with refused(ExhaustsResourcesInvalid):
            check.prepare(
                tx_of(runtime, info=self.heavy(2, DispatchClass.OPERATIONAL)), WeightExtra()
            )
        check.prepare(tx_of(runtime, info=self.heavy(90, DispatchClass.MANDATORY)), WeightExtra())

    def test_books(self, runtime):
        system = runtime.get(System)
        before = system.block_weight.get().normal
        tx = tx_of(runtime)
        prepared = prepare(runtime, tx)
        base = system.config.block_weights.per_class.normal.base_extrinsic
        added = system.block_weight.get().normal - before
        assert added == Weight(1_000_000, 10) + base + Weight(0, 100)
        assert system.all_extrinsics_len.get() == 100
        outcome = DispatchOutcome(tx.info, PostInfo(Weight(400_000, 20)), 100, None)
        runtime.pipeline.post_dispatch(prepared, outcome)
        left = system.block_weight.get().normal - before
        assert left == Weight(400_000, 10) + base + Weight(0, 100)
        assert system.extrinsic_weight_reclaimed.get() == Weight(600_000, 0)

    def test_bare(self, runtime):
        system = runtime.get(System)
        before = system.block_weight.get().normal
        tx = tx_of(runtime, who=None)
        runtime.pipeline.bare_prepare(tx)
        assert system.block_weight.get().normal != before
        runtime.pipeline.bare_post_dispatch(DispatchOutcome(tx.info, PostInfo(ZERO), 100, None))
        assert system.extrinsic_weight_reclaimed.get() == tx.info.call_weight
        with refused(ExhaustsResourcesInvalid):
            runtime.pipeline.bare_validate(tx_of(runtime, who=None, length=8_000_000))


class TestOfOtherPallets:
    def test_sudo_is_for_the_key(self, runtime):
        call = call_of("Sudo", "sudo", None)
        with refused(BadSignerInvalid):
            judge(runtime, tx_of(runtime, call))
        keyed = chain(sudo_key=lambda: ALICE)
        open_block(keyed)
        with refused(BadSignerInvalid):
            judge(keyed, tx_of(keyed, call))
        judge(keyed, tx_of(keyed, call, who=ALICE))

    def test_unreadable_encrypted_transactions(self):
        runtime = chain(readable=lambda data: data == b"good")
        open_block(runtime)
        with refused(CustomInvalid) as caught:
            judge(
                runtime,
                tx_of(runtime, call_of("MevShield", "submit_encrypted", b"bad")),
                era=Era(4),
            )
        assert caught.value.kind == CustomInvalid(23)
        call = call_of("MevShield", "submit_encrypted", b"good")
        judge(runtime, tx_of(runtime, call), era=Era(4))

    @pytest.mark.parametrize(
        ("error", "code"),
        [(SlippageTooHigh, 8), (ColdkeySwapAnnounced, 0), (type("Odd", (Error,), {}), 255)],
    )
    def test_guards_speak_in_numbers(self, error, code):
        def guard(who, call):
            raise error

        runtime = chain(guard=guard)
        open_block(runtime)
        with refused(CustomInvalid) as caught:
            judge(runtime, tx_of(runtime))
        assert caught.value.kind == CustomInvalid(code)

    def test_guards_of_the_kernel_have_no_number(self):
        def guard(who, call):
            raise BadOrigin

        runtime = chain(guard=guard)
        open_block(runtime)
        with refused(CustomInvalid) as caught:
            judge(runtime, tx_of(runtime))
        assert caught.value.kind == CustomInvalid(255)

    def test_beacons_go_first(self, runtime):
        verdict = judge(runtime, tx_of(runtime, call_of("Drand", "write_pulse", None, None)))
        assert verdict.priority == 10_001

    def test_operational_calls_go_first(self, runtime):
        info = DispatchInfo(Weight(1, 1), DispatchClass.OPERATIONAL)
        assert judge(runtime, tx_of(runtime, info=info), tip=5).priority == 10**10


class TestMetadataHash:
    def test_stated(self):
        check = CheckMetadataHash(lambda: b"\x07" * 32)
        assert check.implicit(Mode.DISABLED) is None
        assert check.implicit(Mode.ENABLED) == b"\x07" * 32

    def test_unknown(self):
        with pytest.raises(UnknownTransaction, match=CannotLookupUnknown.text):
            CheckMetadataHash(lambda: None).implicit(Mode.ENABLED)


class TestWhole:
    """Through the executive, with signatures."""

    def test_pool_and_block(self):
        runtime = chain()
        executive = runtime.executive
        call = runtime.call("Balances", "transfer_keep_alive", dest=Id(ALICE), value=TAO)
        executive_of_block = open_block(runtime)
        data = sign(executive_of_block, KEY, call, extra_of(era=IMMORTAL, tip=3))
        assert executive_of_block.apply(data) is None
        assert runtime.get(Balances).free_balance(ALICE) == 11 * TAO
        with refused(StaleInvalid):
            executive.validate(data, PARENT)
        again = sign(executive_of_block, KEY, call, extra_of(2))
        assert executive.validate(again, PARENT).requires == (nonce_tag(WHO, 1),)

    def test_a_refused_transaction_leaves_no_trace(self):
        runtime = chain()
        executive = open_block(runtime)
        call = runtime.call("Balances", "transfer_keep_alive", dest=Id(ALICE), value=TAO)
        mark = runtime.state.mark()
        with refused(FutureInvalid):
            executive.apply(sign(executive, KEY, call, extra_of(1)))
        assert runtime.state.mark() == mark
