"""Scheduler: calls that wait for their block.

schedule -> agenda[when] -> on_initialize(when) -> Dispatched -> again if periodic or refused
"""

from pysubtensor.pallets.scheduler.agenda import Config
from pysubtensor.pallets.scheduler.pallet import Scheduler

__all__ = ["Config", "Scheduler"]
