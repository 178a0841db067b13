"""JSON as the wire wants it: replies, and values of the chain to JSON and back."""
