"""Lines of the pallet table as the chain has them, for tests that compose a part of it."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.primitives import Moment
from pysubtensor.pallets import (
    aura,
    grandpa,
    multisig,
    preimage,
    randomness_collective_flip,
    safe_mode,
    scheduler,
    sudo,
    timestamp,
    utility,
)
from pysubtensor.pallets.system import System
from pysubtensor.runtime.reasons import bind_reasons
from pysubtensor.runtime.runtime import Entry, Runtime


def _on_timestamp_set(runtime: Runtime) -> Any:
    """Aura stands below Timestamp in the table, so it is looked up when the time is set."""

    def told(moment: Moment) -> None:
        if "Aura" in runtime.pallets:
            runtime.get(aura.Aura).on_timestamp_set(moment)

    return told


def _money(runtime: Runtime) -> Any:
    return runtime.pallets.get("Balances")


RANDOMNESS = Entry(
    1,
    "RandomnessCollectiveFlip",
    randomness_collective_flip.RandomnessCollectiveFlip,
    lambda rt: randomness_collective_flip.Config(rt.get(System)),
)
TIMESTAMP = Entry(
    2,
    "Timestamp",
    timestamp.Timestamp,
    lambda rt: timestamp.Config(on_timestamp_set=_on_timestamp_set(rt)),
)
AURA = Entry(3, "Aura", aura.Aura, lambda rt: aura.Config(rt.get(System)))
GRANDPA = Entry(4, "Grandpa", grandpa.Grandpa, lambda rt: grandpa.Config(rt.get(System)))
UTILITY = Entry(11, "Utility", utility.Utility, lambda _: utility.Config(), has_storage=False)
SUDO = Entry(12, "Sudo", sudo.Sudo, lambda _: sudo.Config())
MULTISIG = Entry(
    13, "Multisig", multisig.Multisig, lambda rt: multisig.Config(rt.get(System), _money(rt))
)
PREIMAGE = Entry(
    14, "Preimage", preimage.Preimage, lambda rt: preimage.Config(_money(rt), _money(rt))
)
SCHEDULER = Entry(
    15,
    "Scheduler",
    scheduler.Scheduler,
    lambda rt: scheduler.Config(rt.get(System), rt.get(preimage.Preimage)),
)
SAFE_MODE = Entry(
    20, "SafeMode", safe_mode.SafeMode, lambda rt: safe_mode.Config(rt.get(System), _money(rt))
)
SMALL = (
    *(RANDOMNESS, TIMESTAMP, AURA, GRANDPA, UTILITY, SUDO),
    *(MULTISIG, PREIMAGE, SCHEDULER, SAFE_MODE),
)
"""All of the above, in the order of the table."""


def bind_hold_reasons(runtime: Runtime) -> None:
    """What Preimage and SafeMode hold money for."""
    reasons = {"Preimage": (14, preimage.HoldReason), "SafeMode": (20, safe_mode.HoldReason)}
    bind_reasons(runtime, reasons)
