"""How blocks come about: the pool, authoring, importing, finality."""

if __name__ != "pysubtensor.consensus":  # a second copy of every module would load
    raise ImportError("import pysubtensor.consensus, not consensus")
