"""The root of every refusal made by `pysubtensor.frame.crypto`."""


class CryptoError(Exception):
    """A key, address or secret text that cannot be used."""
