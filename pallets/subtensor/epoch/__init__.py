"""The epoch of a subnet: what storage says of it goes through Yuma consensus and back.

    run -> gather -> pysubtensor.pallets.subtensor.yuma -> apply

`run` is the way in, `gather` reads, `apply` writes; all that is decided is decided in between.
"""
