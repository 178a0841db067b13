"""Tests of the worker need the extra `train`; without it only its own environment is tested."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_[!e]*.py", "test_e[!n]*.py"]
