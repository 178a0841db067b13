"""dev_*: what only a devnet can do.  All unsafe: not served where other machines can connect.

Each method stands in the module of its name (`dev_setTime` and `dev_increaseTime` in `set_time`),
and joins the namespace of `shared`.
"""

from pysubtensor.rpc.methods.dev import (
    call,
    dry_run,
    dump_state,
    export_blocks,
    impersonate_account,
    load_state,
    new_block,
    run_to_epoch,
    set_balance,
    set_block_build_mode,
    set_head,
    set_storage,
    set_time,
    snapshot,
)
from pysubtensor.rpc.methods.dev.shared import rpc

__all__ = [
    "call",
    "dry_run",
    "dump_state",
    "export_blocks",
    "impersonate_account",
    "load_state",
    "new_block",
    "rpc",
    "run_to_epoch",
    "set_balance",
    "set_block_build_mode",
    "set_head",
    "set_storage",
    "set_time",
    "snapshot",
]
