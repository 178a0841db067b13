"""One file or package per pallet, named as in the metadata."""

if __name__ != "pysubtensor.pallets":  # a second copy of every module would load
    raise ImportError("import pysubtensor.pallets, not pallets")
