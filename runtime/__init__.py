"""The chain's state machine: storage, pallets' framework, blocks and the composed runtime."""
