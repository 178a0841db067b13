"""The frame: all that a pallet may import.

Numbers, hashes, keys, codecs; what a pallet is declared with (storage, calls, events, errors);
the live state under it; and `interfaces`, what pallets ask of each other.
"""

if __name__ != "pysubtensor.frame":  # a second copy of every module would load
    raise ImportError("import pysubtensor.frame, not frame")
