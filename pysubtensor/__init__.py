"""pysubtensor: the Bittensor chain in Python."""
