"""Which blocks are final."""
