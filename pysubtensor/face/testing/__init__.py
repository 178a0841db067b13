"""Property tests of mechanisms; users import them from `pysubtensor.testing`."""
