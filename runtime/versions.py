"""Names and versions of the runtime, and the limits of its blocks.

What depends on the version of the chain stands here and in `runtime/chain.py`, nowhere else.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.hashing import blake2_64
from pysubtensor.frame.primitives import U8, U32, U64, U64_MAX
from pysubtensor.frame.weights import DB_READ, DB_WRITE, Weight, weight
from pysubtensor.pallets.system import (
    BlockLength,
    BlockWeights,
    DbWeight,
    LengthPerClass,
    LimitsPerClass,
    RuntimeVersion,
    WeightsPerClass,
)

API_VERSIONS: Final = (
    ("Core", 5),
    ("Metadata", 2),
    ("BlockBuilder", 6),
    ("GenesisBuilder", 1),
    ("TaggedTransactionQueue", 3),
    ("OffchainWorkerApi", 2),
    ("AuraApi", 1),
    ("SessionKeys", 1),
    ("GrandpaApi", 3),
    ("AccountNonceApi", 1),
    ("TransactionPaymentApi", 4),
    ("TransactionPaymentCallApi", 3),
    ("EthereumRuntimeRPCApi", 6),
    ("ConvertTransactionRuntimeApi", 2),
    ("ContractsApi", 2),
    ("DelegateInfoRuntimeApi", 1),
    ("NeuronInfoRuntimeApi", 1),
    ("SubnetInfoRuntimeApi", 2),
    ("StakeInfoRuntimeApi", 1),
    ("SubnetRegistrationRuntimeApi", 1),
    ("ProxyFilterRuntimeApi", 1),
    ("BabeApi", 2),
    ("SwapRuntimeApi", 1),
    ("ShieldApi", 1),
)
"""The runtime APIs that the chain's version lists, those of later pallets included."""

VERSION: Final = RuntimeVersion(
    spec_name="node-subtensor",
    impl_name="node-subtensor",
    authoring_version=U32(1),
    spec_version=U32(425),
    impl_version=U32(1),
    apis=tuple((blake2_64(name.encode()), U32(version)) for name, version in API_VERSIONS),
    transaction_version=U32(1),
    system_version=U8(1),
)

BASE_EXTRINSIC: Final = weight(108_157_000)
MAX_BLOCK: Final = Weight(U64(4_000_000_000_000), U64(U64_MAX))

BLOCK_WEIGHTS: Final = BlockWeights(
    base_block=weight(431_614_000),
    max_block=MAX_BLOCK,
    per_class=LimitsPerClass(
        normal=WeightsPerClass(
            base_extrinsic=BASE_EXTRINSIC,
            max_extrinsic=weight(2_599_891_843_000, 11_990_383_647_911_208_550),
            max_total=weight(3_000_000_000_000, 13_835_058_055_282_163_711),
            reserved=weight(0),
        ),
        operational=WeightsPerClass(
            base_extrinsic=BASE_EXTRINSIC,
            max_extrinsic=weight(3_599_891_843_000, 16_602_069_666_338_596_454),
            max_total=MAX_BLOCK,
            reserved=weight(1_000_000_000_000, 4_611_686_018_427_387_904),
        ),
        mandatory=WeightsPerClass(
            base_extrinsic=BASE_EXTRINSIC, max_extrinsic=None, max_total=None, reserved=None
        ),
    ),
)
BLOCK_LENGTH: Final = BlockLength(LengthPerClass(U32(7_864_320), U32(10_485_760), U32(10_485_760)))
DB_WEIGHT: Final = DbWeight(U64(DB_READ), U64(DB_WRITE))
