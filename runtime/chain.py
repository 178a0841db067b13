"""What this chain is: START HERE.

The pallet table with its indices (gaps kept as comments), the order of the transaction
extensions, the runtime APIs and the builds.  Everything that depends on the version of the chain
is here and in `runtime/versions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache, partial
from typing import Annotated, Any, Final, cast

import orjson

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.records import Variant as VariantCodec
from pysubtensor.frame.codec.resolve import Fixed, Wire
from pysubtensor.frame.codec.struct import Variant, rust_enum
from pysubtensor.frame.extensions import Extension
from pysubtensor.frame.hashing import blake2_128
from pysubtensor.frame.live_state import Backing
from pysubtensor.frame.origin import RawOrigin
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U64, AccountId, Moment
from pysubtensor.frame.view import RuntimeApi
from pysubtensor.pallets import (
    admin_utils,
    alpha_assets,
    aura,
    balances,
    evm_chain_id,
    grandpa,
    multisig,
    preimage,
    safe_mode,
    scheduler,
    subtensor,
    sudo,
    swap,
    system,
    timestamp,
    training,
    transaction_payment,
    utility,
)
from pysubtensor.pallets import randomness_collective_flip as flip
from pysubtensor.pallets.extensions import (
    CheckShieldedTxValidity,
    DrandPriority,
    SubtensorTransactionExtension,
    SudoTransactionExtension,
)
from pysubtensor.pallets.metadata_hash import CheckMetadataHash
from pysubtensor.pallets.subtensor.guards import check, guards_weight
from pysubtensor.pallets.subtensor.hyperparameters import HyperparameterService
from pysubtensor.pallets.subtensor.reads import api as subtensor_api
from pysubtensor.pallets.subtensor.staking.alpha_fees import AlphaFees
from pysubtensor.pallets.subtensor.weights.service import WeightService
from pysubtensor.pallets.system.extensions import (
    CheckGenesis,
    CheckMortality,
    CheckNonce,
    CheckNonZeroSender,
    CheckSpecVersion,
    CheckTxVersion,
    CheckWeight,
)
from pysubtensor.runtime.apis import core_apis
from pysubtensor.runtime.metadata import metadata, metadata_digest
from pysubtensor.runtime.metadata.digest import ChainInfo
from pysubtensor.runtime.reasons import bind_reasons
from pysubtensor.runtime.runtime import Entry, Interface, Runtime, RuntimeSpec
from pysubtensor.runtime.versions import (
    API_VERSIONS,
    BLOCK_LENGTH,
    BLOCK_WEIGHTS,
    DB_WEIGHT,
    VERSION,
)

CRATE: Final = "node_subtensor_runtime"
CHAIN_INFO: Final = ChainInfo(VERSION.spec_version, VERSION.spec_name, 42, 9, "TAO")
"""What hardware signers show beside a call; part of the metadata hash."""


class Constants(StrEnum):
    """Which of the chain's two sets of constants."""

    FAST = "fast"
    """Blocks of 250 ms, as on the real localnet."""
    PROD = "prod"
    """Blocks of 12 s, as on the main network."""


class Variety(StrEnum):
    """With or without what the real chain does not have."""

    EXACT = "exact"
    EXTENDED = "extended"


@dataclass(frozen=True)
class Build:
    """One build of the runtime."""

    constants: Constants = Constants.FAST
    variety: Variety = Variety.EXTENDED

    @property
    def slot_duration(self) -> Moment:
        """Milliseconds of a slot."""
        return Moment(U64(250 if self.constants is Constants.FAST else 12_000))


def code_of(runtime: Runtime, build: Build) -> bytes:
    """What is stored under `:code`: an empty Wasm module that names the build.

    Clients keep metadata by the hash of the code or of block 0, so both change with it.
    """
    name = orjson.dumps(
        {
            "spec": f"{VERSION.spec_name}-{VERSION.spec_version}",
            "constants": build.constants.value,
            "runtime": build.variety.value,
            "metadata": blake2_128(metadata(runtime, 15) or b"").hex(),
        }
    )
    section = b"\x0bpysubtensor" + name
    return b"\0asm\1\0\0\0" + b"\0" + _leb128(len(section)) + section


def _leb128(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@rust_enum("pallet_contracts::pallet::HoldReason")
class ContractsHoldReason(Enum):
    """What the contracts pallet will hold money for; its index is taken already."""

    CODE_UPLOAD_DEPOSIT_RESERVE = 0
    STORAGE_DEPOSIT_RESERVE = 1


class EthereumOrigin(Variant, path="pallet_ethereum::RawOrigin"):
    """Origins of the Ethereum pallet; its index is taken already."""


class EthereumTransaction(EthereumOrigin, index=0, unnamed=True):
    """An Ethereum account."""

    account: Annotated[bytes, Fixed(20), Wire("primitive_types::H160", type_name="H160")]


def _bindings(interface: Interface) -> None:
    """Outer enums that name pallets of the chain, also those that are not here yet."""
    bind_reasons(
        interface,
        {
            "Preimage": (14, preimage.HoldReason),
            "SafeMode": (20, safe_mode.HoldReason),
            "Contracts": (29, ContractsHoldReason),
        },
    )
    raw = cast(VariantCodec, interface.codecs(RawOrigin))
    ethereum = cast(VariantCodec, interface.codecs(EthereumOrigin))
    interface.origins.join(
        {
            "system": (0, raw, "frame_system::Origin<Runtime>"),
            "Ethereum": (21, ethereum, "pallet_ethereum::Origin"),
        }
    )


# -- what each pallet is given ------------------------------------------------------------------


def _system(_: Runtime) -> system.Config:
    return system.Config(BLOCK_WEIGHTS, BLOCK_LENGTH, db_weight=DB_WEIGHT, version=VERSION)


def _with_system(module: Any) -> Callable[[Runtime], Any]:
    return lambda runtime: module.Config(runtime.get(system.System))


def _author(runtime: Runtime) -> AccountId | None:
    """The account of the open block's author."""
    key = runtime.get(aura.Aura).author()
    return None if key is None else AccountId(key)


def _payment(runtime: Runtime) -> transaction_payment.Config:
    return transaction_payment.Config(
        BLOCK_WEIGHTS,
        runtime.get(balances.Balances),
        partial(_author, runtime),
        AlphaFees(lambda: runtime.get(subtensor.SubtensorModule)),
    )


def _multisig(runtime: Runtime) -> multisig.Config:
    return multisig.Config(runtime.get(system.System), runtime.get(balances.Balances))


def _preimage(runtime: Runtime) -> preimage.Config:
    money = runtime.get(balances.Balances)
    return preimage.Config(money, money)


def _scheduler(runtime: Runtime) -> scheduler.Config:
    return scheduler.Config(runtime.get(system.System), runtime.get(preimage.Preimage))


def _safe_mode(runtime: Runtime) -> safe_mode.Config:
    return safe_mode.Config(
        runtime.get(system.System), runtime.get(balances.Balances), _goes_through_safe_mode
    )


def _subtensor(build: Build) -> Entry:
    """The pallet of that build; the real localnet is built with a faucet."""
    local = build.constants is Constants.FAST

    def config(runtime: Runtime) -> subtensor.Config:
        made = subtensor.Config(
            system=runtime.get(system.System),
            currency=runtime.get(balances.Balances),
            exchange=lambda: runtime.get(swap.Swap),
            alpha_issuance=lambda: runtime.get(alpha_assets.AlphaAssets),
            author=partial(_author, runtime),
            pow_faucet=local,
        )
        return subtensor.fast(made) if local else made

    pallet = subtensor.SubtensorWithFaucet if local else subtensor.SubtensorModule
    return Entry(7, "SubtensorModule", pallet, config)


def _swap(runtime: Runtime) -> swap.Config:
    return swap.Config(runtime.get(subtensor.SubtensorModule))


def _admin_utils(runtime: Runtime) -> admin_utils.Config:
    def set_evm_chain_id(number: U64) -> None:  # that pallet is not there yet
        runtime.get(evm_chain_id.EVMChainId).chain_id.put(number)

    return admin_utils.Config(
        HyperparameterService(runtime.get(subtensor.SubtensorModule)),
        runtime.get(aura.Aura).change_authorities,
        runtime.get(grandpa.Grandpa).schedule_change,
        set_evm_chain_id,
    )


def _training(runtime: Runtime) -> training.Config:
    sub = runtime.get(subtensor.SubtensorModule)
    return training.Config(
        system=runtime.get(system.System),
        currency=runtime.get(balances.Balances),
        subnets=WeightService(sub),
        burn_account=account_of(sub.config.burn_account_id),
    )


# -- filters and weights over all calls ---------------------------------------------------------

SAFE_MODE_PALLETS: Final = frozenset({"Sudo", "Multisig", "System", "SafeMode", "Timestamp"})
SAFE_MODE_CALLS: Final = frozenset(
    {
        ("SubtensorModule", "set_weights"),
        ("SubtensorModule", "serve_axon"),
        ("Commitments", "set_commitment"),
    }
)
BATCHES: Final = frozenset({"batch", "batch_all", "force_batch"})


def _goes_through_safe_mode(call: Call) -> bool:
    return call.pallet in SAFE_MODE_PALLETS or (call.pallet, call.name) in SAFE_MODE_CALLS


def _is_batch(call: Call) -> bool:
    return call.pallet == "Utility" and call.name in BATCHES


def _call_filter(runtime: Runtime) -> Callable[[Call], bool]:
    """Nothing but the whitelist in safe mode; never a batch directly inside a batch."""
    mode = runtime.get(safe_mode.SafeMode)

    def allows(call: Call) -> bool:
        if _is_batch(call) and any(_is_batch(inner) for inner in call.args[0]):
            return False
        return mode.allows(call)

    return allows


def _call_guard(runtime: Runtime) -> Callable[[AccountId, Call], None]:
    """Refuses what SubtensorModule would, and nearly all of a coldkey that is to be swapped."""
    return partial(check, runtime.get(subtensor.SubtensorModule))


# -- the table ----------------------------------------------------------------------------------


OURS: Final = (Entry(100, "Training", training.Training, _training),)
"""Pallets that the real chain does not have."""


def pallet_table(build: Build) -> Sequence[Entry]:
    """The pallets by index."""
    slot = build.slot_duration

    def on_time(runtime: Runtime) -> Callable[[Moment], None]:
        return lambda now: runtime.get(aura.Aura).on_timestamp_set(now)

    return [
        Entry(0, "System", system.System, _system),
        Entry(1, "RandomnessCollectiveFlip", flip.RandomnessCollectiveFlip, _with_system(flip)),
        Entry(2, "Timestamp", timestamp.Timestamp,
              lambda rt: timestamp.Config(on_time(rt), Moment(U64(slot // 2)))),
        Entry(3, "Aura", aura.Aura, lambda rt: aura.Config(rt.get(system.System), slot)),
        Entry(4, "Grandpa", grandpa.Grandpa, _with_system(grandpa)),
        Entry(5, "Balances", balances.Balances, _with_system(balances)),
        Entry(6, "TransactionPayment", transaction_payment.TransactionPayment, _payment),
        _subtensor(build),
        # 8, 9, 10: vacated
        Entry(11, "Utility", utility.Utility, lambda _: utility.Config(), has_storage=False),
        Entry(12, "Sudo", sudo.Sudo, lambda _: sudo.Config()),
        Entry(13, "Multisig", multisig.Multisig, _multisig),
        Entry(14, "Preimage", preimage.Preimage, _preimage),
        Entry(15, "Scheduler", scheduler.Scheduler, _scheduler),
        # 16 Proxy, 17: vacated, 18 Commitments
        Entry(19, "AdminUtils", admin_utils.AdminUtils, _admin_utils),
        Entry(20, "SafeMode", safe_mode.SafeMode, _safe_mode),
        # 21 Ethereum, 22 EVM
        Entry(23, "EVMChainId", evm_chain_id.EVMChainId, lambda _: evm_chain_id.Config()),
        # 24: vacated, 25 BaseFee, 26 Drand, 27 Crowdloan
        Entry(28, "Swap", swap.Swap, _swap),
        # 29 Contracts, 30 MevShield
        Entry(31, "AlphaAssets", alpha_assets.AlphaAssets, lambda _: alpha_assets.Config()),
        # 32 LimitOrders
        *(OURS if build.variety is Variety.EXTENDED else ()),
    ]  # fmt: skip


def extensions(runtime: Runtime) -> Sequence[Extension]:
    """Around every transaction, in this order."""
    accounts = runtime.get(system.System)
    payment = runtime.get(transaction_payment.TransactionPayment)
    key = runtime.get(sudo.Sudo).key
    return [
        CheckNonZeroSender(),
        CheckSpecVersion(accounts),
        CheckTxVersion(accounts),
        CheckGenesis(accounts),
        CheckMortality(accounts),
        CheckNonce(accounts),
        CheckWeight(accounts),
        transaction_payment.ChargeTransactionPayment(payment),
        SudoTransactionExtension(key.get),
        CheckShieldedTxValidity(),
        SubtensorTransactionExtension(_call_guard(runtime)),
        DrandPriority(),
        CheckMetadataHash(lambda: metadata_digest(runtime, CHAIN_INFO)),
    ]


def _subtensor_apis(runtime: Runtime) -> Sequence[RuntimeApi]:
    """What clients may ask of the subnets."""
    kept = runtime.get(subtensor.SubtensorModule)
    return [
        subtensor_api.DelegateInfoRuntimeApi(kept),
        subtensor_api.NeuronInfoRuntimeApi(kept),
        subtensor_api.SubnetInfoRuntimeApi(kept),
        subtensor_api.StakeInfoRuntimeApi(kept, runtime.get(swap.Swap).fee_on),
        subtensor_api.SubnetRegistrationRuntimeApi(kept),
    ]


def apis(runtime: Runtime) -> Sequence[RuntimeApi]:
    """What clients may ask, in the order in which the version lists it."""
    payment = runtime.get(transaction_payment.TransactionPayment)
    found: list[RuntimeApi] = [
        *core_apis(runtime),
        aura.AuraApi(runtime.get(aura.Aura)),
        grandpa.GrandpaApi(runtime.get(grandpa.Grandpa)),
        system.AccountNonceApi(runtime.get(system.System)),
        transaction_payment.TransactionPaymentApi(payment, runtime.extrinsics.decode),
        transaction_payment.TransactionPaymentCallApi(payment),
        *_subtensor_apis(runtime),
        swap.SwapRuntimeApi(runtime.get(swap.Swap)),
    ]
    if "Training" in runtime.pallets:
        found.append(training.TrainingApi(runtime.get(training.Training)))
    places = {name: place for place, (name, _) in enumerate(API_VERSIONS)}
    return sorted(found, key=lambda api: places.get(api.api_name, len(places)))


@cache
def runtime_spec(build: Build) -> RuntimeSpec:
    """The description of one build."""
    return RuntimeSpec(
        CRATE,
        pallet_table(build),
        extensions,
        extension_groups=(7, 5, 1),
        apis=apis,
        bindings=_bindings,
        call_filter=_call_filter,
        call_guard=_call_guard,
        call_overhead=guards_weight,
    )


def make_runtime(
    build: Build, backing: Backing, impersonated: Set[AccountId] = frozenset()
) -> Runtime:
    """The chain's runtime on a state; `impersonated` accounts need no valid signature."""
    return Runtime(runtime_spec(build), backing, impersonated)
