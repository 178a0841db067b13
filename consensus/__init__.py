"""How blocks come about: the pool, authoring, importing, finality, and the Yuma arithmetic."""
