"""Arithmetic of the weighted pool: prices, swaps and liquidity, as pure functions of plain values.

A pool holds a reserve of TAO (the quote) and one of alpha (the base), both in rao, and a weight for
each; the weights sum to 1 and only the quote's is kept, in parts of 10**18.  Swaps keep
alpha**base_weight * tao**quote_weight constant, so a pool may be filled out of proportion without
moving its price: the weights move instead.

    price = (base_weight / quote_weight) * (tao / alpha)    rao of TAO per rao of alpha

`power` raises ratios to ratios, `balancer` holds the formulas, `trade` the rules of a swap and
`errors` the ways it may be refused.  Prices and proportions are raw U64F64
(`pysubtensor.frame.fixed_point`).
Formulas: pallet-subtensor-swap's balancer, swap_step and impls; safe-bigmath's pow_ratio_scaled.
"""
