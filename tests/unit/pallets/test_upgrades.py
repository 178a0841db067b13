"""New runtime code: stored as bytes, judged by version only where a runtime could tell one."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.weights import Pays
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import (
    CodeUpdated,
    FailedToExtractRuntimeVersion,
    NothingAuthorized,
    RejectedInvalidAuthorizedUpgrade,
    Unauthorized,
    UpgradeAuthorized,
)
from pysubtensor.runtime.runtime import Runtime
from tests.support import ALICE, events, open_block, run, run_root, runtime_of, take_events

CODE = b"\0asm of another runtime"
HASH = blake2_256(CODE)


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of()
    open_block(made)
    return made


def stored(runtime: Runtime) -> bytes | None:
    return runtime.state.raw_get(b":code")


def test_code_that_tells_no_version_is_refused(runtime: Runtime) -> None:
    before = stored(runtime)
    with pytest.raises(FailedToExtractRuntimeVersion):
        run_root(runtime, "System", "set_code", code=CODE)
    assert stored(runtime) == before


def test_code_is_stored_without_checks(runtime: Runtime) -> None:
    run_root(runtime, "System", "set_code_without_checks", code=CODE)
    assert stored(runtime) == CODE
    assert events(runtime) == [CodeUpdated()]


@pytest.mark.parametrize("name", ["set_code", "set_code_without_checks"])
def test_only_root_sets_code(runtime: Runtime, name: str) -> None:
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "System", name, code=CODE)


@pytest.mark.parametrize("name", ["authorize_upgrade", "authorize_upgrade_without_checks"])
def test_only_root_authorizes(runtime: Runtime, name: str) -> None:
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "System", name, code_hash=HASH)
    assert not runtime.get(System).authorized_upgrade.exists()


def test_anyone_brings_code_that_was_authorized(runtime: Runtime) -> None:
    run_root(runtime, "System", "authorize_upgrade_without_checks", code_hash=HASH)
    assert take_events(runtime) == [UpgradeAuthorized(HASH, False)]
    with pytest.raises(Unauthorized):
        run(runtime, ALICE, "System", "apply_authorized_upgrade", code=b"other")
    done = run(runtime, ALICE, "System", "apply_authorized_upgrade", code=CODE)
    assert done.pays_fee is Pays.NO
    assert stored(runtime) == CODE
    assert events(runtime) == [CodeUpdated()]
    with pytest.raises(NothingAuthorized):
        run(runtime, ALICE, "System", "apply_authorized_upgrade", code=CODE)


def test_code_whose_version_is_to_be_checked_is_rejected(runtime: Runtime) -> None:
    before = stored(runtime)
    run_root(runtime, "System", "authorize_upgrade", code_hash=HASH)
    assert take_events(runtime) == [UpgradeAuthorized(HASH, True)]
    run(runtime, ALICE, "System", "apply_authorized_upgrade", code=CODE)
    (rejected,) = events(runtime)
    assert isinstance(rejected, RejectedInvalidAuthorizedUpgrade)
    assert stored(runtime) == before
    assert not runtime.get(System).authorized_upgrade.exists()
