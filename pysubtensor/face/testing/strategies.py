"""Hypothesis strategies for an economy: accounts, amounts, weights, networks and calls.

Accounts are secret URIs such as `//Alice`, so that they can also sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from hypothesis import strategies as st

from pysubtensor.client.addresses import account
from pysubtensor.face.economy import PALLET
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.frame.primitives import RAO_PER_TAO, U16_MAX, U64_MAX
from pysubtensor.genesis import ChainSpec
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like

PEOPLE: Final = ("//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie")
"""Accounts with TAO on a new chain: the first three a million, the others 2,000."""
HOTKEYS: Final = 3
"""Hotkeys of each account."""


def accounts() -> st.SearchStrategy[str]:
    """Accounts with TAO, as coldkeys."""
    return st.sampled_from(PEOPLE)


def hotkeys(coldkeys: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[str]:
    """Hotkeys of accounts, such as `//Bob//1`."""
    owners = accounts() if coldkeys is None else coldkeys
    return st.builds("{}//{}".format, owners, st.integers(1, HOTKEYS))


def rao(most: int = 10_000 * RAO_PER_TAO) -> st.SearchStrategy[int]:
    """Amounts of TAO in rao, 0 to `most`: of all sizes, and at limits of the chain."""
    return _amounts(most, 500, 2_000_000)


def alpha(most: int = 10_000 * RAO_PER_TAO) -> st.SearchStrategy[int]:
    """Amounts of alpha in rao, 0 to `most`: of all sizes, and at limits of the chain."""
    return _amounts(most, 1_000, 2_000_000)


def _amounts(most: int, *edges: int) -> st.SearchStrategy[int]:
    """Half of them are a part of `most`; the others of all sizes, or beside a limit.

    Integers alone would be small more often than not.
    """
    near = [edge + by for edge in (0, *edges, most) for by in (-1, 0, 1)]
    sizes = st.integers(0, most.bit_length()).flatmap(lambda n: st.integers(0, min(1 << n, most)))
    at_edges = st.sampled_from([each for each in near if 0 <= each <= most])
    parts = st.integers(1, 1000).map(lambda n: most * n // 1000)
    return st.one_of(parts, sizes, parts, at_edges)


def weight_rows(uids: Sequence[int]) -> st.SearchStrategy[dict[int, int]]:
    """Rows of weights over some of these neurons: {uid: weight}, not all of them 0."""
    weights = st.sampled_from([0, 1, U16_MAX]) | st.integers(0, U16_MAX)
    rows = st.dictionaries(st.sampled_from(list(uids)), weights, min_size=1, max_size=len(uids))
    return rows.filter(lambda row: any(row.values()))


def networks(
    *, subnets: int = 4, neurons: int = 16, validators: int = 6
) -> st.SearchStrategy[ChainSpec]:
    """Chains with up to so many subnets, with liquidity pools, stake and full rows of weights."""
    sizes = st.builds(
        Size,
        subnets=st.integers(1, subnets),
        neurons=st.integers(validators + 2, neurons),
        validators=st.integers(1, validators),
        seed=st.integers(0, U64_MAX),
    )
    return sizes.map(mainnet_like)


# Calls


class Step(NamedTuple):
    """A call and its signer; `args` are those of `Devnet.call`."""

    signer: str
    pallet: str
    function: str
    args: Mapping[str, object]


_FLAG: Final = st.booleans()
_PROPORTION: Final = st.integers(0, U16_MAX)
_OF_SUBNETS: Final[dict[str, dict[str, st.SearchStrategy[object]]]] = {
    "sudo_set_tempo": {"tempo": st.integers(1, 40)},
    "sudo_set_kappa": {"kappa": _PROPORTION},
    "sudo_set_bonds_moving_average": {"bonds_moving_average": st.integers(0, 1_000_000)},
    "sudo_set_bonds_penalty": {"bonds_penalty": _PROPORTION},
    "sudo_set_liquid_alpha_enabled": {"enabled": _FLAG},
    "sudo_set_yuma3_enabled": {"enabled": _FLAG},
    "sudo_set_owner_cut_enabled": {"enabled": _FLAG},
    "sudo_set_owner_cut_auto_lock_enabled": {"enabled": _FLAG},
    "sudo_set_subnet_emission_enabled": {"enabled": _FLAG},
    "sudo_set_recycle_or_burn": {"recycle_or_burn": st.sampled_from(list(RecycleOrBurn))},
    "sudo_set_immunity_period": {"immunity_period": st.integers(0, 5_000)},
    "sudo_set_max_allowed_validators": {"max_allowed_validators": st.integers(1, 64)},
}
"""Hyperparameters of a subnet: calls of AdminUtils, and strategies of their arguments."""


def settings_of_subnets(
    netuids: st.SearchStrategy[int],
) -> st.SearchStrategy[tuple[str, dict[str, object]]]:
    """Changes of a subnet's hyperparameters: a call of AdminUtils and its arguments."""
    return st.one_of(
        [
            st.tuples(st.just(name), st.fixed_dictionaries({"netuid": netuids, **args}))
            for name, args in _OF_SUBNETS.items()
        ]
    )


def _keyed(*names: str) -> dict[str, st.SearchStrategy[object]]:
    return {name: hotkeys().map(account) for name in names}


def _calls(netuids: st.SearchStrategy[int]) -> dict[str, dict[str, st.SearchStrategy[object]]]:
    there, back = {"netuid": netuids}, {"origin_netuid": netuids, "destination_netuid": netuids}
    hotkey, some = _keyed("hotkey"), {"alpha_amount": alpha()}
    return {
        "register_network": hotkey,
        "burned_register": hotkey | there,
        "root_register": hotkey,
        "add_stake": hotkey | there | {"amount_staked": rao()},
        "remove_stake": hotkey | there | {"amount_unstaked": alpha()},
        "unstake_all": hotkey,
        "unstake_all_alpha": hotkey,
        "swap_stake": hotkey | back | some,
        "move_stake": _keyed("origin_hotkey", "destination_hotkey") | back | some,
        "transfer_stake": {"destination_coldkey": accounts().map(account)} | hotkey | back | some,
        "burn_alpha": hotkey | there | {"amount": alpha()},
        "recycle_alpha": hotkey | there | {"amount": alpha()},
    }


def call_sequences(
    netuids: Sequence[int] = (1, 2), *, max_size: int = 20
) -> st.SearchStrategy[list[Step]]:
    """Lists of calls of SubtensorModule, any of which may fail."""
    subnets = st.sampled_from(list(netuids))
    steps = [
        st.builds(Step, accounts(), st.just(PALLET), st.just(name), st.fixed_dictionaries(args))
        for name, args in _calls(subnets).items()
    ]
    return st.lists(st.one_of(steps), max_size=max_size)
