"""What a user of a chain needs: accounts, signed transactions, typed reads of a block."""

if __name__ != "pysubtensor.client":  # a second copy of every module would load
    raise ImportError("import pysubtensor.client, not client")
