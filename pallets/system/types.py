"""Types of the System pallet, and the block limits of the runtime."""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.codec.resolve import COMPACT, Fixed, Named, Prelude
from pysubtensor.frame.codec.struct import Struct
from pysubtensor.frame.interfaces.currency import EMPTY_ACCOUNT, AccountData
from pysubtensor.frame.primitives import U8, U32, U64, Hash, Nonce
from pysubtensor.frame.weights import DispatchClass, Pays, Weight

CowText = Annotated[str, Prelude("Cow", generic=True), Named("Cow<'static, str>")]
ApiVersions = Annotated[
    tuple[tuple[Annotated[bytes, Fixed(8)], U32], ...],
    Prelude("Cow", generic=True),
    Named("ApisVec"),
]
RefCount = Annotated[U32, Named("RefCount")]


class AccountInfo(
    Struct, path="frame_system::AccountInfo", params={"Nonce": U32, "AccountData": AccountData}
):
    """An account lives as long as it has a provider or a sufficient reference."""

    nonce: Nonce = Nonce(U32(0))
    consumers: RefCount = U32(0)
    providers: RefCount = U32(0)
    sufficients: RefCount = U32(0)
    data: AccountData = EMPTY_ACCOUNT


NO_ACCOUNT = AccountInfo()


class WeightPerClass(
    Struct, path="frame_support::dispatch::PerDispatchClass", params={"T": Weight}
):
    """A weight for each dispatch class."""

    normal: Annotated[Weight, Named("T")]
    operational: Annotated[Weight, Named("T")]
    mandatory: Annotated[Weight, Named("T")]

    def of(self, dispatch_class: DispatchClass) -> Weight:
        """The weight of one class."""
        return (self.normal, self.operational, self.mandatory)[dispatch_class]

    def total(self) -> Weight:
        """All classes together."""
        return self.normal + self.operational + self.mandatory

    def adding(self, weight: Weight, dispatch_class: DispatchClass) -> WeightPerClass:
        """The same with `weight` more in one class."""
        weights = [self.normal, self.operational, self.mandatory]
        weights[dispatch_class] = weights[dispatch_class] + weight
        return WeightPerClass(*weights)

    def reducing(self, weight: Weight, dispatch_class: DispatchClass) -> WeightPerClass:
        """The same with `weight` less in one class."""
        weights = [self.normal, self.operational, self.mandatory]
        weights[dispatch_class] = weights[dispatch_class] - weight
        return WeightPerClass(*weights)


class LengthPerClass(Struct, path="frame_support::dispatch::PerDispatchClass", params={"T": U32}):
    """A length in bytes for each dispatch class."""

    normal: Annotated[U32, Named("T")]
    operational: Annotated[U32, Named("T")]
    mandatory: Annotated[U32, Named("T")]

    def of(self, dispatch_class: DispatchClass) -> int:
        """The length of one class."""
        return (self.normal, self.operational, self.mandatory)[dispatch_class]


class WeightsPerClass(Struct, path="frame_system::limits::WeightsPerClass"):
    """Limits of one class; None: no limit."""

    base_extrinsic: Weight
    max_extrinsic: Weight | None
    max_total: Weight | None
    reserved: Weight | None


class LimitsPerClass(
    Struct, path="frame_support::dispatch::PerDispatchClass", params={"T": WeightsPerClass}
):
    """Limits for each dispatch class."""

    normal: Annotated[WeightsPerClass, Named("T")]
    operational: Annotated[WeightsPerClass, Named("T")]
    mandatory: Annotated[WeightsPerClass, Named("T")]

    def of(self, dispatch_class: DispatchClass) -> WeightsPerClass:
        """The limits of one class."""
        return (self.normal, self.operational, self.mandatory)[dispatch_class]


class BlockWeights(Struct, path="frame_system::limits::BlockWeights"):
    """How heavy a block may be."""

    base_block: Weight
    max_block: Weight
    per_class: Annotated[LimitsPerClass, Named("PerDispatchClass<WeightsPerClass>")]


class BlockLength(Struct, path="frame_system::limits::BlockLength"):
    """How long a block may be, in bytes."""

    max: Annotated[LengthPerClass, Named("PerDispatchClass<u32>")]


class DbWeight(Struct, path="sp_weights::RuntimeDbWeight"):
    """What a storage access costs, in picoseconds."""

    read: U64
    write: U64


class RuntimeVersion(Struct, path="sp_version::RuntimeVersion"):
    """Which chain this is, and what it speaks."""

    spec_name: CowText
    impl_name: CowText
    authoring_version: U32
    spec_version: U32
    impl_version: U32
    apis: ApiVersions
    transaction_version: U32
    system_version: U8


class LastRuntimeUpgradeInfo(Struct, path="frame_system::LastRuntimeUpgradeInfo"):
    """The version the state was last upgraded to."""

    spec_version: Annotated[U32, COMPACT, Named("codec::Compact<u32>")]
    spec_name: CowText


class CodeUpgradeAuthorization(Struct, path="frame_system::CodeUpgradeAuthorization"):
    """Code that may be set by anyone who brings it."""

    code_hash: Hash
    check_version: bool


class DispatchEventInfo(Struct, path="frame_system::DispatchEventInfo"):
    """What an extrinsic cost."""

    weight: Weight
    class_: Annotated[DispatchClass, Named("DispatchClass")]
    pays_fee: Annotated[Pays, Named("Pays")]
