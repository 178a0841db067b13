"""JSON of replies, and values of the chain to JSON and back."""
