"""Locked stake, the conviction that grows from it, and the owners that conviction makes.

locks              locking, unlocking and moving stake that is locked
lock_book          locks in storage, each with the sums it counts in
conviction         the formulas by which mass and conviction change with time
conviction_leader  whom the locks of a subnet favour
succession         how the conviction leader's coldkey comes to own a subnet
key_swaps          locks when a hotkey or a coldkey is replaced
"""
