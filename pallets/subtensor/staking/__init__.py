"""Trading stake: buying, selling and moving it, by the calls on stake.

adding, unstaking, moving  `add_stake`, `remove_stake`, `move_stake` and their like
checks                     what is checked before, in the order of the errors
limits                     how much fits within a limit price
trades                     a swap with a coldkey's TAO, stake and fee
orders                     trades for other pallets
nominations                small stakes of nominators, which are sold
burning                    `recycle_alpha`, `burn_alpha`, `add_stake_burn`
auto_stake                 where a miner's earnings are staked
alpha_fees                 transaction fees paid in alpha
"""
