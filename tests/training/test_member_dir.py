"""The folders of members, which may be damaged or another's."""

import numpy as np
import pytest

from pysubtensor.frame.crypto import Keypair
from pysubtensor.pallets.training.payload import Layout
from pysubtensor.pallets.training.types import Role
from pysubtensor.training.files.file_store import FileStore, FileStoreError
from pysubtensor.training.files.member_dir import claim_dir, exclusive, write_atomic
from pysubtensor.training.files.run_files import InitialFiles, WrongFiles
from pysubtensor.training.processes import as_validator
from pysubtensor.training.progress import ProgressLog, events
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.worker_state import WorkerStateFile
from tests.training.fleet import Fleet


@pytest.fixture
def fleet(fleet_of) -> Fleet:
    found = fleet_of(workers=2)
    found.play(1)
    return found


def test_one_folder_has_the_files_of_one_member(fleet):
    member_dir, own = fleet.folder / "W0", FileStore((fleet.folder / "W0" / "store").as_uri())
    source = InitialFiles(FileStore((fleet.folder / "source").as_uri()))
    MemberAgent(fleet.link, fleet.run, Keypair.from_uri("//W0"), member_dir, source, own)
    with pytest.raises(WrongFiles, match="another member, run or chain"):
        MemberAgent(fleet.link, fleet.run, Keypair.from_uri("//W1"), member_dir, source, own)


def test_a_key_has_one_role(fleet):
    with pytest.raises(WrongFiles, match="that of a validator"):
        fleet.members["//V0"].join(Role.WORKER)


def test_a_public_url_is_tried(fleet):
    fleet.add_worker("//W6", public=(fleet.folder / "W6" / "store").as_uri() + "/")
    assert not fleet.heard("cannot read what it wrote")
    fleet.add_worker("//W8", public="http://127.0.0.1:9/elsewhere")
    (log_lines,) = fleet.heard("cannot read what it wrote")
    assert log_lines["by"] == "http://127.0.0.1:9/elsewhere"
    with pytest.raises(FileStoreError):
        fleet.add_worker("//W9", public="gopher://nowhere")
    assert fleet.view.member(fleet.members["//W9"].account) is None


def test_a_folder_is_of_one_chain(tmp_path):
    claim_dir(tmp_path / "new", b"one")
    claim_dir(tmp_path / "new", b"one")
    with pytest.raises(WrongFiles):
        claim_dir(tmp_path / "new", b"other")


def test_one_process_at_a_time_uses_a_folder(tmp_path):
    with (
        exclusive(tmp_path),
        pytest.raises(WrongFiles, match="another process uses"),
        exclusive(tmp_path),
    ):
        pass
    with exclusive(tmp_path):
        pass


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_a_damaged_file_is_said_to_be_one(fleet, part):
    worker = fleet.workers["//W0"]
    worker.file.write(worker.state)
    path = worker.member.member_dir / "worker.npz"
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(WrongFiles, match=r"worker\.npz is damaged"):
        fleet.add_worker("//W0")


def test_a_changed_bit_is_damage(fleet):
    worker = fleet.workers["//W0"]
    worker.file.write(worker.state)
    path = worker.member.member_dir / "worker.npz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WrongFiles, match=r"worker\.npz is damaged"):
        fleet.add_worker("//W0")


def test_a_damaged_trace_is_none(fleet, tmp_path):
    worker = fleet.workers["//W0"]
    assert worker.file.read_trace(1) is not None
    path = worker.member.member_dir / "trace-1.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert worker.file.read_trace(1) is None
    file = WorkerStateFile(tmp_path, Layout([(64, 64)], 64))
    np.savez(tmp_path / "trace-7.npz", other=np.zeros(1))
    assert file.read_trace(7) is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}"])
def test_damaged_ratings_are_said_to_be_so(fleet, text):
    member = fleet.members["//V0"]
    assert (member.member_dir / "validator.json").exists()
    (member.member_dir / "validator.json").write_bytes(text)
    with pytest.raises(WrongFiles, match=r"validator\.json is damaged"):
        as_validator(member)


def test_a_file_is_replaced_whole(tmp_path):
    write_atomic(tmp_path / "a.json", b"one")
    write_atomic(tmp_path / "a.json", b"two")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.json", b"two")]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    (tmp_path / "events.jsonl").write_bytes(b'{"what": "one"}\n{"what": "tw')
    with ProgressLog(tmp_path, "worker", quiet=True) as progress:
        progress("three")
    assert [each["what"] for each in events(tmp_path)] == ["one", "three"]
