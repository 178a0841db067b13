"""From block emission to accounts: START HERE for what happens in each block.

`block_step` is what the chain does at the start of a block, `coinbase` the part of it that is about
money.  A block's TAO goes through these modules in order:

    emission -> injection -> drain -> (an epoch: `subtensor.epoch`) -> distribute

`emission` says which subnets get how much, `injection` puts it into their pools, buys alpha with
the rest and hands out alpha, `drain` decides whose epoch runs and takes what waited for it,
`distribute` gives that to accounts.  `averages` follow prices for the next block.

Their formulas are pure functions of plain values: `shares`, `terms`, `payout`, and outside of this
room `subtensor.issuance` and `subtensor.epoch_schedule`; `flow` is another way to the shares, which
the chain has and does not use.

Money is in rao; fixed-point numbers are raw bits (`frame/fixed_point.py`), of the type that each
docstring names.
Formulas: pallet-subtensor's coinbase.
"""
