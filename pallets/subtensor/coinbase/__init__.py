"""From block emission to accounts, as pure functions of plain values.

A block's TAO goes through these modules in order:

    issuance -> shares -> terms -> injection -> (an epoch of the subnet) -> payout

`issuance` says how much is minted, `shares` what part each subnet gets, `terms` how much of that
enters the pool and how a subnet's own alpha is split, `injection` puts it there and buys alpha with
the rest, `schedule` when an epoch pays out what is pending, `payout` to whom.  `flow` is another
way to the shares, which the chain has and does not use.

Money is in rao; fixed-point numbers are raw bits (`runtime.arith`), of the type each docstring
names.
Formulas: pallet-subtensor's coinbase.
"""
