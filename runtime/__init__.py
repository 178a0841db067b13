"""The composed runtime: the table of pallets (`chain`, start here), executive, trie, store."""

if __name__ != "pysubtensor.runtime":  # a second copy of every module would load
    raise ImportError("import pysubtensor.runtime, not runtime")
