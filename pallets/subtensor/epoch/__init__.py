"""The epoch of a subnet: gather reads it from storage, Yuma Consensus computes, apply writes.

    run -> gather -> pysubtensor.pallets.subtensor.yuma -> apply

`run` is the way in: START HERE.  All that an epoch decides is decided in `subtensor.yuma`.
"""
