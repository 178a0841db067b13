"""SCALE: values to bytes and back, and the types that metadata describes."""
