"""Whoever holds the key acts as root, for nothing; others do not."""

import pytest

from pysubtensor.frame.error import BadOrigin, BadOriginError, CannotLookup, ModuleError
from pysubtensor.frame.error import Module as ModuleFailure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import ROOT, Id, Nobody, Origin, Raw
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.weights import DispatchClass, Pays, PostInfo, Weight
from pysubtensor.pallets.sudo import KeyChanged, KeyRemoved, RequireSudo, Sudid, Sudo, SudoAsDone
from pysubtensor.pallets.system.declarations import Remarked
from pysubtensor.runtime.runtime import Runtime
from tests.entries import SUDO, UTILITY
from tests.support import ALICE, BOB, events, open_block, run, runtime_of

FREE = PostInfo(pays_fee=Pays.NO)


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(SUDO, UTILITY, call_filter=lambda _: lambda call: call.name != "remark")
    made.get(Sudo).genesis_build(ALICE)
    open_block(made)
    return made


@pytest.fixture
def store(runtime):
    """A call that only root may make."""
    return runtime.call("System", "set_storage", items=((b"key", b"value"),))


@pytest.mark.parametrize("who", [ALICE, ROOT])
def test_sudo_acts_as_root(runtime, store, who):
    assert run(runtime, who, "Sudo", "sudo", call=store) == FREE
    assert runtime.state.raw_get(b"key") == b"value"
    assert events(runtime) == [Sudid(OK)]


def test_refusal_shows_in_the_event_only(runtime):
    inner = runtime.call("System", "remark_with_event", remark=b"x")
    assert run(runtime, ALICE, "Sudo", "sudo", call=inner) == FREE
    assert events(runtime) == [Sudid(Err(BadOriginError()))]


@pytest.mark.parametrize("name", ["sudo", "sudo_unchecked_weight", "sudo_as"])
def test_others_are_refused(runtime, store, name):
    extra = {
        "sudo_unchecked_weight": {"weight": Weight(1, 1)},
        "sudo_as": {"who": Id(BOB)},
    }.get(name, {})
    with pytest.raises(RequireSudo):
        run(runtime, BOB, "Sudo", name, call=store, **extra)
    with pytest.raises(BadOrigin):
        run(runtime, Origin(Nobody()), "Sudo", name, call=store, **extra)


def test_set_key(runtime):
    assert run(runtime, ALICE, "Sudo", "set_key", new=Id(BOB)) == FREE
    assert events(runtime) == [KeyChanged(ALICE, BOB)]
    with pytest.raises(RequireSudo):
        run(runtime, ALICE, "Sudo", "set_key", new=Id(ALICE))
    with pytest.raises(CannotLookup):
        run(runtime, BOB, "Sudo", "set_key", new=Raw(b""))


def test_remove_key(runtime):
    run(runtime, ALICE, "Sudo", "remove_key")
    assert events(runtime) == [KeyRemoved()]
    assert not runtime.get(Sudo).key.exists()
    with pytest.raises(RequireSudo):
        run(runtime, ALICE, "Sudo", "remove_key")
    run(runtime, ROOT, "Sudo", "set_key", new=Id(BOB))
    assert events(runtime)[-1] == KeyChanged(None, BOB)


def test_sudo_as_another(runtime):
    inner = runtime.call("System", "remark_with_event", remark=b"x")
    run(runtime, ALICE, "Sudo", "sudo_as", who=Id(BOB), call=inner)
    assert events(runtime) == [Remarked(BOB, blake2_256(b"x")), SudoAsDone(OK)]


def test_sudo_as_nobody_that_can_be_found(runtime, store):
    with pytest.raises(CannotLookup):
        run(runtime, ALICE, "Sudo", "sudo_as", who=Raw(b""), call=store)


def test_sudo_as_is_unfiltered_only_on_the_outside(runtime):
    """The chain's filter here stops `remark`, but not for the outermost inner call."""
    remark = runtime.call("System", "remark", remark=b"x")
    run(runtime, ALICE, "Sudo", "sudo_as", who=Id(BOB), call=remark)
    batch = runtime.call("Utility", "batch_all", calls=(remark,))
    run(runtime, ALICE, "Sudo", "sudo_as", who=Id(BOB), call=batch)
    filtered = Err(ModuleFailure(ModuleError(0, bytes((5, 0, 0, 0)))))
    assert events(runtime) == [SudoAsDone(OK), SudoAsDone(filtered)]


def test_cost(runtime, store):
    inner = runtime.dispatch_info(store)
    around = runtime.dispatch_info(runtime.call("Sudo", "sudo", call=store))
    assert around.call_weight.ref_time == 32_939_000 + inner.call_weight.ref_time
    assert around.dispatch_class is DispatchClass.OPERATIONAL
    assert around.pays_fee is Pays.YES
    chosen = Weight(7, 9)
    call = runtime.call("Sudo", "sudo_unchecked_weight", call=store, weight=chosen)
    info = runtime.dispatch_info(call)
    assert (info.call_weight, info.dispatch_class) == (chosen, DispatchClass.OPERATIONAL)
    as_other = runtime.call("Sudo", "sudo_as", who=Id(BOB), call=store)
    assert runtime.dispatch_info(as_other).call_weight.ref_time == (
        32_870_000 + inner.call_weight.ref_time
    )
