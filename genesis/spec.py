"""Chain specifications: everything a node needs to begin the same chain as another.

A plain specification holds what the pallets' genesis is made from; a raw one holds the state of
block 0 key by key.  The JSON is Substrate's (`name`, `id`, `genesis.runtimeGenesis.patch` or
`genesis.raw.top`), with the choice of runtime under `pysubtensor`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import orjson

from pysubtensor.frame.crypto import Ss58Error, ss58_decode, ss58_encode
from pysubtensor.frame.primitives import U64, U64_MAX, AccountId, Tao
from pysubtensor.genesis.mainnet_like.size import LIMITS, Size
from pysubtensor.runtime.chain import Build, Constants, Variety


class BadChainSpec(ValueError):
    """A chain specification that cannot be read; the text says where."""


@dataclass(frozen=True)
class Genesis:
    """What the state of block 0 is made from."""

    balances: Mapping[AccountId, Tao] = field(default_factory=dict)
    aura: tuple[AccountId, ...] = ()
    """sr25519 keys of the block authors, in turn."""
    grandpa: tuple[tuple[AccountId, U64], ...] = ()
    """ed25519 keys of the finality voters with their weight."""
    sudo: AccountId | None = None
    mainnet_like: Size | None = None
    """A made-up main network of this size, instead of subnet 1."""


@dataclass(frozen=True)
class ChainSpec:
    """One chain.  `raw` replaces `genesis` when given."""

    name: str
    id: str
    chain_type: str
    genesis: Genesis = field(default_factory=Genesis)
    raw: Mapping[bytes, bytes] | None = None
    build: Build = field(default_factory=Build)
    protocol_id: str = "bittensor"
    properties: Mapping[str, Any] = field(
        default_factory=lambda: {"ss58Format": 42, "tokenDecimals": 9, "tokenSymbol": "TAO"}
    )

    def with_build(self, build: Build) -> ChainSpec:
        """The same chain on another build of the runtime."""
        return replace(self, build=build)

    def to_json(self) -> bytes:
        """The specification as JSON."""
        genesis: dict[str, object]
        if self.raw is not None:
            top = {f"0x{k.hex()}": f"0x{v.hex()}" for k, v in sorted(self.raw.items())}
            genesis = {"raw": {"top": top, "childrenDefault": {}}}
        else:
            genesis = {"runtimeGenesis": {"patch": _patch(self.genesis)}}
        document: dict[str, object] = {
            "name": self.name,
            "id": self.id,
            "chainType": self.chain_type,
            "bootNodes": [],
            "telemetryEndpoints": None,
            "protocolId": self.protocol_id,
            "properties": dict(self.properties),
            "codeSubstitutes": {},
            "pysubtensor": {
                "constants": self.build.constants.value,
                "runtime": self.build.variety.value,
            },
            "genesis": genesis,
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)

    @classmethod
    def from_json(cls, text: bytes) -> ChainSpec:
        """Read a specification, plain or raw.  Errors: BadChainSpec."""
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadChainSpec(f"not JSON: {error}") from error
        if not isinstance(document, dict):
            raise BadChainSpec("a chain specification is a JSON object")
        genesis = _object(document, "genesis")
        choice = document.get("pysubtensor", {})
        return cls(
            name=_text(document, "name"),
            id=_text(document, "id"),
            chain_type=str(document.get("chainType", "Local")),
            genesis=_read_patch(genesis) if "raw" not in genesis else Genesis(),
            raw=_read_raw(genesis) if "raw" in genesis else None,
            build=_read_build(choice),
            protocol_id=str(document.get("protocolId") or "bittensor"),
            properties=_properties(document),
        )


_MAINNET_LIKE: Final = "mainnetLike"


def _patch(genesis: Genesis) -> dict[str, object]:
    patch: dict[str, object] = {
        "balances": {
            "balances": [[ss58_encode(w), amount] for w, amount in genesis.balances.items()]
        },
        "aura": {"authorities": [ss58_encode(key) for key in genesis.aura]},
        "grandpa": {"authorities": [[ss58_encode(key), w] for key, w in genesis.grandpa]},
        "sudo": {"key": None if genesis.sudo is None else ss58_encode(genesis.sudo)},
    }
    if genesis.mainnet_like is not None:
        patch[_MAINNET_LIKE] = asdict(genesis.mainnet_like)
    return patch


def _object(document: Mapping[str, object], name: str) -> dict[str, Any]:
    found = document.get(name)
    if not isinstance(found, dict):
        raise BadChainSpec(f"`{name}` must be an object")
    return found


def _text(document: Mapping[str, object], name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str):
        raise BadChainSpec(f"`{name}` must be a string")
    return found


def _properties(document: Mapping[str, object]) -> dict[str, object]:
    return {} if document.get("properties") is None else _object(document, "properties")


def _read_build(choice: Any) -> Build:
    try:
        return Build(
            Constants(choice.get("constants", Constants.FAST.value)),
            Variety(choice.get("runtime", Variety.EXTENDED.value)),
        )
    except (ValueError, AttributeError) as error:
        raise BadChainSpec(f"`pysubtensor`: {error}") from error


def _account(value: Any) -> AccountId:
    try:
        public, _ = ss58_decode(value)
    except (Ss58Error, TypeError, AttributeError) as error:
        raise BadChainSpec(f"{value!r:.60} is not an address: {error}") from error
    if len(public) != 32:
        raise BadChainSpec(f"{value!r:.60} is not the address of an account")
    return AccountId(public)


_KNOWN: Final = {"balances", "aura", "grandpa", "sudo", _MAINNET_LIKE}


def _read_patch(genesis: Mapping[str, object]) -> Genesis:
    runtime = _object(genesis, "runtimeGenesis")
    patch = runtime.get("patch", runtime.get("config"))
    if not isinstance(patch, dict):
        raise BadChainSpec("`genesis.runtimeGenesis` needs a `patch` or `config` object")
    unknown = sorted(set(patch) - _KNOWN)
    if unknown:
        raise BadChainSpec(f"unknown pallets in the genesis: {', '.join(unknown)}")
    try:
        return Genesis(
            {_account(w): _amount(a) for w, a in patch.get("balances", {}).get("balances", [])},
            tuple(_account(key) for key in patch.get("aura", {}).get("authorities", [])),
            tuple(
                (_account(key), _u64(weight, "a weight"))
                for key, weight in patch.get("grandpa", {}).get("authorities", [])
            ),
            None if patch.get("sudo", {}).get("key") is None else _account(patch["sudo"]["key"]),
            _size(patch.get(_MAINNET_LIKE)),
        )
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BadChainSpec):
            raise
        raise BadChainSpec(f"`genesis`: {error}") from error


def _size(value: Any) -> Size | None:
    if value is None:
        return None
    unknown = sorted(set(value) - set(LIMITS))
    if unknown:
        raise BadChainSpec(f"`{_MAINNET_LIKE}` knows no {', '.join(unknown)}")
    return Size(**value)


def _amount(value: object) -> Tao:
    return Tao(_u64(value, "an amount in rao"))


def _u64(value: object, wanted: str) -> U64:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= U64_MAX:
        raise BadChainSpec(f"{value!r:.60} is not {wanted}")
    return U64(value)


def _read_raw(genesis: Mapping[str, object]) -> dict[bytes, bytes]:
    top = _object(_object(genesis, "raw"), "top")
    try:
        return {
            bytes.fromhex(k.removeprefix("0x")): bytes.fromhex(v.removeprefix("0x"))
            for k, v in top.items()
        }
    except (ValueError, AttributeError) as error:
        raise BadChainSpec(f"`genesis.raw.top`: {error}") from error
