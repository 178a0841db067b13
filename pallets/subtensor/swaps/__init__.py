"""Keys that take the place of others, with all that belonged to those.

hotkey            a hotkey, on one subnet or on all: who may, and what it costs
on_subnet         what of a hotkey moves on one subnet
children, stakes  of that: children and parents; stake and what it earned
coldkey           a coldkey, on the whole chain
announcements     swaps of coldkeys that have to be announced

Locks of both kinds of keys: `locks.key_swaps`; what a swap costs: `weight_counter`.
"""
