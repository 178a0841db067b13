"""Pools: whose alpha it is, and against what it is bought and sold.

ledger        how much stake a coldkey has with a hotkey, in share pools (`subtensor.share_pool`)
liquidity     buying and selling against a subnet's liquidity pool
moving_price  the slow average of a subnet's price
reserves      what a subnet holds, and how swaps move it
stake_weight  what a hotkey's stake counts on a subnet, with children and parents
"""
