"""Scheduler: calls that wait for their block.

schedule -> agenda[when] -> on_initialize(when) -> Dispatched -> again if periodic or refused
"""

from pallets.scheduler.agenda import Config
from pallets.scheduler.pallet import Scheduler

__all__ = ["Config", "Scheduler"]
