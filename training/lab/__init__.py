"""Measurements, and members that do what they must not.

compare, comparison_report    how sparse rounds learn beside other methods
distances                     how far apart repeated training ends, honest and not
bench, throughput             size and speed of the compression
cheats                        dishonest members, for tests and the demo
"""
