"""Yuma consensus: fixed-point numbers and the epoch as pure functions.

`epoch.run_epoch` turns a subnet's stakes, weights and bonds into consensus, incentive, dividends,
new bonds and emission; `mechanisms` joins the epochs of a subnet's mechanisms.  Nothing here knows
of state, clocks or logs.  `definition` is the arithmetic written to be read; `dense` is the same on
arrays, written to be fast.
"""
