"""Hotkeys that lend parts of their stake to others, their children, subnet by subnet.

    relations       who is whose child, kept from both sides
    pending         children that were chosen, until they count
    root_parents    validators on root, lent to the owners of new subnets

Shares are u64 with 2**64 - 1 for 1.0.
"""
