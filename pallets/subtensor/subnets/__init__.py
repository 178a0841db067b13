"""Subnets: what registering in one, or a new one, costs."""
