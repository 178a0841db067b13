"""When the epochs of subnets run, in blocks."""

from __future__ import annotations

from pysubtensor.frame.hashers import identity
from pysubtensor.frame.primitives import U8, U16, U64, NetUid
from pysubtensor.frame.storage import FromConfig, Map, Value


class EpochItems:
    """Epochs."""

    admin_freeze_window = Value[U16](default=U16(10))
    """Blocks before an epoch in which the subnet's settings stand still."""
    tempo = Map[NetUid, U16](identity, default=FromConfig("initial_tempo"))
    """Blocks from one epoch to the next; 0: no epochs."""
    last_epoch_block = Map[NetUid, U64](identity, default=U64(0))
    """Block whose turn for an epoch was last taken, or in which the tempo was set."""
    pending_epoch_at = Map[NetUid, U64](identity, default=U64(0))
    """Block from which an epoch that was asked for may run; 0: none was."""
    subnet_epoch_index = Map[NetUid, U64](identity, default=U64(0))
    """How many turns for an epoch the subnet has taken."""
    blocks_since_last_step = Map[NetUid, U64](identity, default=U64(0))
    """Blocks since the last epoch."""
    last_mechanism_step_block = Map[NetUid, U64](
        identity, default=U64(0), name="LastMechansimStepBlock"
    )
    """Block of the last epoch.  The wire's name has the misspelling."""
    max_epochs_per_block = Value[U8](default=FromConfig("initial_max_epochs_per_block"))
    """Most epochs to run in a block; the others wait for the next."""
