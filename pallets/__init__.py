"""One file or package per pallet, named as in the metadata."""
