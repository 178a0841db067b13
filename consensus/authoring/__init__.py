"""Making blocks: when (slots, sealing), by whom (aura) and of what (proposer)."""
