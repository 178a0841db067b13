"""Yuma Consensus: the epoch as pure functions.

`epoch.run_epoch` turns a subnet's stakes, weights and bonds into consensus, incentive, dividends,
new bonds and emission; `mechanisms` combines the epochs of a subnet's mechanisms.  `definition`
is the arithmetic written to be read; `dense` is the same on arrays, written to be fast.

Nothing here reads storage.  All that is imported from elsewhere are fixed-point numbers
(`frame/fixed_point.py`, `frame/transcendental.py`) and the limits of integers; a lint keeps it so.
"""
