"""Subnets: their neurons, stakes, weights and emissions."""
