"""Pools of TAO and alpha, one per subnet."""
