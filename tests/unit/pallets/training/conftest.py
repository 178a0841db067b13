"""The chain of the tests of the Training pallet."""

from __future__ import annotations

import pytest

from tests.training_chain import TrainingChain


@pytest.fixture
def chain() -> TrainingChain:
    """No members and no runs."""
    return TrainingChain([])
