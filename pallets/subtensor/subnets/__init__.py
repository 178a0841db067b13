"""Subnets as all other rooms see them: which there are, whose they are, and their mechanisms.

registry    which subnets exist, and their accounts
owners      who owns a subnet, and what an owner may do now
mechanisms  the mechanisms of a subnet, and their numbers in keys of storage
costs       formulas of what registering a neuron or a subnet costs
"""
