"""The folders of members, which may be damaged or another's."""

import numpy as np
import pytest

from pysubtensor.frame.crypto import Keypair
from pysubtensor.pallets.training.payload import Layout
from pysubtensor.pallets.training.types import Role
from pysubtensor.training.files.file_store import Place, StoreError
from pysubtensor.training.files.member_dir import alone, claim, write_whole
from pysubtensor.training.files.run_files import Source, Unfit
from pysubtensor.training.processes import as_validator
from pysubtensor.training.progress import Progress, events
from pysubtensor.training.roles.member import Member
from pysubtensor.training.roles.worker_state import WorkerFile
from tests.training.fleet import Fleet


@pytest.fixture
def fleet(fleet_of) -> Fleet:
    found = fleet_of(workers=2)
    found.play(1)
    return found


def test_one_folder_has_the_files_of_one_member(fleet):
    home, own = fleet.folder / "W0", Place((fleet.folder / "W0" / "store").as_uri())
    source = Source(Place((fleet.folder / "source").as_uri()))
    Member(fleet.link, fleet.run, Keypair.from_uri("//W0"), home, source, own)
    with pytest.raises(Unfit, match="another member, run or chain"):
        Member(fleet.link, fleet.run, Keypair.from_uri("//W1"), home, source, own)


def test_a_key_has_one_role(fleet):
    with pytest.raises(Unfit, match="that of a validator"):
        fleet.members["//V0"].join(Role.WORKER)


def test_a_public_url_is_tried(fleet):
    fleet.add_worker("//W6", public=(fleet.folder / "W6" / "store").as_uri() + "/")
    assert not fleet.heard("cannot read what it wrote")
    fleet.add_worker("//W8", public="http://127.0.0.1:9/elsewhere")
    (told,) = fleet.heard("cannot read what it wrote")
    assert told["by"] == "http://127.0.0.1:9/elsewhere"
    with pytest.raises(StoreError):
        fleet.add_worker("//W9", public="gopher://nowhere")
    assert fleet.sight.member(fleet.members["//W9"].account) is None


def test_a_folder_is_of_one_chain(tmp_path):
    claim(tmp_path / "new", b"one")
    claim(tmp_path / "new", b"one")
    with pytest.raises(Unfit):
        claim(tmp_path / "new", b"other")


def test_one_process_at_a_time_uses_a_folder(tmp_path):
    with alone(tmp_path), pytest.raises(Unfit, match="another process uses"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_a_damaged_file_is_said_to_be_one(fleet, part):
    worker = fleet.workers["//W0"]
    worker.file.write(worker.work)
    path = worker.m.home / "worker.npz"
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(Unfit, match=r"worker\.npz is damaged"):
        fleet.add_worker("//W0")


def test_a_changed_bit_is_damage(fleet):
    worker = fleet.workers["//W0"]
    worker.file.write(worker.work)
    path = worker.m.home / "worker.npz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Unfit, match=r"worker\.npz is damaged"):
        fleet.add_worker("//W0")


def test_a_damaged_trace_is_none(fleet, tmp_path):
    worker = fleet.workers["//W0"]
    assert worker.file.read_trace(1) is not None
    path = worker.m.home / "trace-1.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert worker.file.read_trace(1) is None
    file = WorkerFile(tmp_path, Layout([(64, 64)], 64))
    np.savez(tmp_path / "trace-7.npz", other=np.zeros(1))
    assert file.read_trace(7) is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}"])
def test_damaged_ratings_are_said_to_be_so(fleet, text):
    member = fleet.members["//V0"]
    assert (member.home / "validator.json").exists()
    (member.home / "validator.json").write_bytes(text)
    with pytest.raises(Unfit, match=r"validator\.json is damaged"):
        as_validator(member)


def test_a_file_is_replaced_whole(tmp_path):
    write_whole(tmp_path / "a.json", b"one")
    write_whole(tmp_path / "a.json", b"two")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.json", b"two")]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    (tmp_path / "events.jsonl").write_bytes(b'{"what": "one"}\n{"what": "tw')
    with Progress(tmp_path, "worker", quiet=True) as progress:
        progress("three")
    assert [each["what"] for each in events(tmp_path)] == ["one", "three"]
