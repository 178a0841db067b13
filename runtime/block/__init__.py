"""Blocks, extrinsics and their execution."""
