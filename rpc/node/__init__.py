"""What the methods share of the node that they answer for: blocks, headers, pool, news."""
