"""What a failed machine printed does the same on a real node, with an unmodified client."""

import os
import subprocess

import pytest

from tests.clients.environments import python_environment
from tests.clients.roster import CLIENTS
from tests.clients.running import running_node
from tests.unit.pysubtensor.testing.machines import DaveStaysPoor, failure_of, script_of

SDK = "bittensor-10.5.0"
LIMIT_S = 120


@pytest.mark.clients
def test_a_printed_script_leads_a_node_where_the_check_failed(tmp_path):
    (requirements,) = (client.requirements for client in CLIENTS if client.name == SDK)
    interpreter = python_environment("sdk10", requirements)
    file = tmp_path / "replay.py"
    file.write_text(script_of(failure_of(DaveStaysPoor)))

    def replay(url: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [interpreter, file, url],
            env=os.environ | {"HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    with running_node("--seal", "manual") as url:
        done = replay(url)
        assert (done.returncode, done.stdout) == (0, "The chain is where the check failed.\n")

    file.write_text(file.read_text().replace("key('//Dave')", "key('//Eve')"))
    with running_node("--seal", "manual") as url:
        done = replay(url)
        assert done.returncode == 1, "another has it"
        assert "System.Account" in done.stderr
