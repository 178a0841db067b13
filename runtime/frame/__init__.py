"""The frame: what a pallet is declared with."""
