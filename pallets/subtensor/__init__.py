"""Subnets: their neurons, stakes, weights and emissions.

Rooms and modules in the order in which they build on each other, each only on those further down
(`pyproject.toml` holds them to it):

    pallet                          SubtensorModule, joined from its parts: START HERE
    calls, reads, genesis           what clients ask for; what they read; the first state
    guards                          what is checked before a call runs
    coinbase                        the emission of a block, from the mint to accounts
    epoch                           Yuma Consensus of one subnet
    networks, swaps                 subnets that come and go; keys that replace others
    hyperparameters                 settings that root and owners change
    staking                         trading stake
    root_claims, weights            dividends of root; weights of validators
    locks                           locked stake, conviction, changes of owners
    neurons, children               registration of neurons; childkeys
    pools                           whose stake it is; buying and selling alpha
    money, takes, tempo, ...        single concerns
    subnets                         which subnets there are, whose they are
    hotkeys, rate_limits, ...       single concerns that the rooms share
    storage                         storage items
    errors, events, types, ...      declarations and plain formulas
    yuma                            the mathematics of Yuma Consensus
"""

from pysubtensor.pallets.subtensor.config import Config, fast
from pysubtensor.pallets.subtensor.pallet import SubtensorModule, SubtensorWithFaucet

__all__ = ["Config", "SubtensorModule", "SubtensorWithFaucet", "fast"]
