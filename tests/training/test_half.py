"""A worker that trains in half precision among others that do not."""

from dataclasses import replace

from pysubtensor.training.processes import as_worker
from pysubtensor.training.roles.audit import Device
from pysubtensor.training.roles.worker import Worker
from tests.training.fleet import RULES, Fleet


class Half(Worker):
    """Says that it does, and does."""

    def __init__(self, member, device, on):
        super().__init__(member, Device.MIXED, on)


def test_half_precision_is_repeated_in_half_precision(fleet_of):
    rules = replace(RULES, audit_rate=1.0, audit_strides=2)
    fleet: Fleet = fleet_of(workers=3, validators=1, rules=rules, kinds={0: Half})
    fleet.play(3)
    assert fleet.roots() == {fleet.view.run.state_root}
    half = fleet.members["//W0"].account
    found = fleet.heard("audited")
    assert not [(e["round"], e["stride"], e["why"]) for e in found if e["guilty"]]
    assert half.hex()[:8] in {each["worker"] for each in found}
    assert fleet.view.commitment(3, half).device == Device.MIXED


class Pretender(Worker):
    """Trains in half precision, and says that it does not."""

    def __init__(self, member, device, on):
        super().__init__(member, Device.MIXED, on)
        self.device = Device.FP32


def test_whoever_does_not_say_so_is_convicted(fleet_of):
    rules = replace(RULES, audit_rate=1.0, audit_strides=2)
    fleet: Fleet = fleet_of(workers=3, validators=1, rules=rules, kinds={0: Pretender})
    fleet.until(lambda: any(each["guilty"] for each in fleet.heard("audited")))
    guilty = {each["worker"] for each in fleet.heard("audited") if each["guilty"]}
    assert guilty == {fleet.members["//W0"].account.hex()[:8]}


def test_the_command_line_asks_for_it(fleet_of):
    fleet = fleet_of(workers=1, validators=0)
    member = fleet.members["//W0"]
    assert as_worker(member, half=True).loop.half
    assert as_worker(member, half=True).device is Device.MIXED
    assert not as_worker(member).loop.half
