"""Tests of the worker need the extra `train`; without it only its own environment is tested."""

import os
from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["test_[!e]*.py", "test_e[!n]*.py"]

os.environ["TRITON_INTERPRET"] = "1"
"""Kernels run on the processor.  Triton reads this when it is imported, and torch imports it."""
