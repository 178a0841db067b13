"""Settings shared by every test."""

from hypothesis import HealthCheck, settings

from pysubtensor.runtime.runtime import DEEPEST
from pysubtensor.runtime.trie.update import allow_depth

pytest_plugins = ["tests.grouping", "tests.observed_errors"]

# No deadline: a shared machine may stall any example.  `derandomize` keeps CI from surprises; the
# `explore` profile (pytest --hypothesis-profile explore) hunts for new ones.
settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("default")

# The first runtime of a process lets recursion go deeper; hypothesis objects when that happens
# while it runs.
allow_depth(DEEPEST)
