"""Weights of neurons, from the call to the stored row.

guards      what is refused before a call runs
checks      what a row of weights and its sender must fulfil
rows        rows set at once
commits     rows committed by their hash first, and revealed an epoch or more later
service     the same for another pallet, Training
"""
