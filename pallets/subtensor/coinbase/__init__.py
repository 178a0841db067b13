"""From block emission to accounts: START HERE for what happens in each block.

`block_step` is what the chain does at the start of a block, in numbered steps.  Step 4 is
`run_coinbase`, which gathers, computes and applies the emission, then drains and distributes:

    gather -> compute -> apply -> drain -> (an epoch: `subtensor.epoch`) -> distribute

`gather` reads a row for each subnet that emission goes to, `compute` divides TAO and alpha by these
rows, and `apply` injects them into liquidity pools, buys alpha with the excess and adds alpha to
what is pending.  `drain` decides which epochs run and takes what is pending for them; `distribute`
pays it to owner, miners, validators and root.

Where to find a quantity (pure functions of plain values, but for the reads of moving prices):

    shares, subnet_emission   the TAO of a subnet; what of it and of its alpha enters the pool
    root_proportion           root's proportion of a subnet, and whether root's alpha is sold
    owner_cut                 the owner cut, and the halves of miners and validators
    moving_prices             the slow averages of prices, which decide the shares
    dividends                 what validators, their parents and stakers get
    flow                      shares by flow, which the chain has and does not use

The block's own emission is `subtensor.issuance`, the epochs' turns are `subtensor.epoch_schedule`.
Money is in rao; fixed-point numbers are raw bits (`frame/fixed_point.py`), of the type that each
docstring names.  Source: pallet-subtensor's coinbase.
"""
