"""What a failed machine printed does the same on a real node, with an unmodified client."""

import os
import subprocess

import pytest

from pysubtensor import TAO
from pysubtensor.face.testing.recording import Sent, read_checks_of
from pysubtensor.face.testing.script import script
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.genesis import preset
from pysubtensor.pallets.subtensor.types import KeepClaims
from pysubtensor.testing import EconomyMachine
from tests.clients.environments import python_environment
from tests.clients.roster import CLIENTS
from tests.clients.running import running_node
from tests.unit.face.testing.machines import DaveStaysPoor, failure_of, script_of
from tests.waiting import LIMIT_S

SDK = "bittensor-10.5.0"


@pytest.fixture
def replay(tmp_path):
    """Runs a script on a new node; gives its exit status, and what it said."""
    (requirements,) = (client.requirements for client in CLIENTS if client.name == SDK)
    interpreter = python_environment("sdk10", requirements)
    file = tmp_path / "replay.py"

    def run(text):
        file.write_text(text)
        with running_node("--seal", "manual") as url:
            done = subprocess.run(
                [interpreter, file, url],
                env=os.environ | {"HOME": str(tmp_path)},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.clients
def test_a_printed_script_leads_a_node_where_the_check_failed(replay):
    script = script_of(failure_of(DaveStaysPoor))
    assert replay(script) == (0, "The chain is where the check failed.\n")
    status, said = replay(script.replace("key('//Dave')", "key('//Eve')"))
    assert status == 1, "another has it"
    assert "System.Account" in said


@pytest.mark.clients
def test_whatever_a_machine_does_can_be_replayed(replay):
    machine = EconomyMachine()
    _, bob, charlie = machine._replay_state.neurons
    machine.register_subnet("//Charlie", 2)
    machine.register_neuron(2, "//Dave", 1)
    machine.join_root("//Bob", 1)
    for on_root in (False, True):
        machine.stake("//Alice", bob, 300 * TAO, on_root)
    machine.lend_stake(bob, {"//Charlie//1": 2**63, "//Dave//1": 5})
    machine.run_to_epoch(2)
    machine.set_weights(bob, {0: 1, 2: 65_535})
    for name, args in (
        ("sudo_set_recycle_or_burn", {"recycle_or_burn": RecycleOrBurn.RECYCLE}),
        ("sudo_set_liquid_alpha_enabled", {"enabled": True}),
    ):
        machine.change_setting((name, {"netuid": 2, **args}))
    for pick in range(4):
        machine.unstake(pick, 100)
        machine.move_stake(pick, 200, charlie)
        machine.transfer_stake(pick, 300, "//Eve", 3)
        machine.destroy_alpha(pick, 10, pick % 2 == 0)
        machine.lock_stake(pick, 20)
    machine.choose_claims("//Alice", KeepClaims())
    machine.transfer("//Bob", "//Ferdie", 2**53 + 1)
    machine.wait(5)
    machine.claim_root("//Alice", 2)
    machine.unstake_all("//Bob", "//Bob//1", True)
    asked = {each.call.name for each in machine.d.done if isinstance(each, Sent)}
    assert len(asked) >= 18, asked

    claims = read_checks_of(
        lambda view: [*view.subtensor_module.alpha_v2.items(), view.free("//Alice")],
        machine.d, machine._replay_state.devnet,
    )  # fmt: skip
    assert len(claims) > 5
    text = script(machine.d.runtime, preset("dev"), machine.d.done, claims, "Everything")
    machine.teardown()
    assert replay(text) == (0, "The chain is where the check failed.\n")
