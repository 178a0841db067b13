"""Events of AdminUtils; most changes have an event of the pallet that keeps the hyperparameter."""

from __future__ import annotations

from pysubtensor.frame.event import Event
from pysubtensor.frame.fixed_point import RawU64F64
from pysubtensor.frame.primitives import U16, NetUid
from pysubtensor.pallets.admin_utils.types import Precompile


class PrecompileUpdated(Event, index=0):
    """A contract of the chain was switched on or off."""

    precompile_id: Precompile
    enabled: bool


class Yuma3EnableToggled(Event, index=1):
    """Bonds are kept as in the third version of Yuma, or not."""

    netuid: NetUid
    enabled: bool


class BondsResetToggled(Event, index=2):
    """Bonds may be reset, or not."""

    netuid: NetUid
    enabled: bool


class BurnHalfLifeSet(Event, index=3):
    """The price of a registration falls by half in so many blocks."""

    netuid: NetUid
    burn_half_life: U16


class BurnIncreaseMultSet(Event, index=4):
    """A registration multiplies the price with that."""

    netuid: NetUid
    burn_increase_mult: RawU64F64


class SubnetEmissionEnabledSet(Event, index=5):
    """The chain may bring TAO and alpha to the subnet's pool, or not."""

    netuid: NetUid
    enabled: bool
