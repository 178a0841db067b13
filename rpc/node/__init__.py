"""What the methods share of the node: blocks, headers, extrinsics, queues of events, queries."""
