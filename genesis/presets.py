"""The chains that need no file.

`local` is the real localnet's genesis, `dev` has one author, `mainnet-like` many subnets in use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

from pysubtensor.frame.crypto import Keypair, KeyType, Ss58Error, ss58_decode
from pysubtensor.frame.primitives import RAO_PER_TAO, U64, AccountId, Tao
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.spec import BadChainSpec, ChainSpec, Genesis

RICH: Final = ("Alice", "Bob", "Charlie")
"""Begin with 1,000,000 TAO."""
MODEST: Final = ("Dave", "Eve", "Ferdie", "One", "Two", "Three")
"""Begin with 2,000 TAO."""
EVM_MAPPED: Final = (
    "5Fghzk1AJt88PeFEzuRfXzbPchiBbsVGTTXcdx599VdZzkTA",
    "5GeqNhKWj1KG78VHzbmo3ZjZgUTrCuWeamdgiA114XHGdaEr",
)
"""Alith and Baltathar as this chain sees them: 2,000 TAO."""
AUTHORITIES: Final = ("One", "Two", "Three")
MAINNET_LIKE: Final = "mainnet-like"
EXTRA_WALLET: Final = "BT_DEFAULT_TOKEN_WALLET"
"""Environment variable with one more address to endow with 1,000,000 TAO."""


@cache
def development_key(name: str, kind: KeyType = KeyType.SR25519) -> Keypair:
    """The well-known key `//name`."""
    return Keypair.from_uri(f"//{name}", kind)


def development_keys() -> dict[bytes, Keypair]:
    """Keys of all authorities of the presets, by public key."""
    return {key.public: key for key in map(development_key, AUTHORITIES)}


def _account(name: str) -> AccountId:
    return AccountId(development_key(name).account_id)


def _balances() -> dict[AccountId, Tao]:
    balances = {_account(name): _tao(1_000_000) for name in RICH}
    balances |= {_account(name): _tao(2_000) for name in MODEST}
    balances |= {AccountId(ss58_decode(text)[0]): _tao(2_000) for text in EVM_MAPPED}
    wallet = os.environ.get(EXTRA_WALLET)
    if wallet is not None:
        try:
            balances[AccountId(ss58_decode(wallet)[0])] = _tao(1_000_000)
        except Ss58Error as error:
            raise BadChainSpec(f"{EXTRA_WALLET}: {error}") from error
    return balances


def _tao(amount: int) -> Tao:
    return Tao(U64(amount * RAO_PER_TAO))


def _genesis(authorities: tuple[str, ...]) -> Genesis:
    return Genesis(
        balances=_balances(),
        aura=tuple(_account(name) for name in authorities),
        grandpa=tuple(
            (AccountId(development_key(name, KeyType.ED25519).public), U64(1))
            for name in authorities
        ),
        sudo=_account("Alice"),
    )


def local() -> ChainSpec:
    """The localnet: authorities //One, //Two and //Three, sudo //Alice."""
    return ChainSpec("Bittensor", "bittensor", "Local", _genesis(AUTHORITIES))


def dev() -> ChainSpec:
    """The same accounts with //One as the only authority."""
    return ChainSpec("Bittensor", "bittensor", "Local", _genesis(AUTHORITIES[:1]))


def mainnet_like(size: Size | None = None) -> ChainSpec:
    """`dev` on which a made-up main network runs, 128 subnets of 256 neurons unless told.

    Its accounts belong to nobody: calls are dispatched as them (`dev_call`, `Devnet.dispatch`).
    """
    genesis = replace(_genesis(AUTHORITIES[:1]), mainnet_like=size or Size())
    return ChainSpec("Bittensor", "bittensor", "Local", genesis)


PRESETS: Final[dict[str, Callable[[], ChainSpec]]] = {
    "local": local,
    "dev": dev,
    MAINNET_LIKE: mainnet_like,
}


def preset(name: str) -> ChainSpec:
    """The preset of that name.  Errors: BadChainSpec."""
    found = PRESETS.get(name)
    if found is None:
        raise BadChainSpec(f"no preset {name!r}; there are {', '.join(PRESETS)}")
    return found()
