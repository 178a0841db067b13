"""Where members put their files, and read those of others."""

from dataclasses import replace

import pytest

from pysubtensor.training.files.file_store import FileStore, FileStoreError, PeerStores, as_url
from tests.training.fleet import RULES
from tests.training.serving import served_folder


@pytest.fixture
def served(tmp_path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "file").write_bytes(b"payload")
    with served_folder(tmp_path) as url:
        yield url


def test_a_folder_gives_what_was_put_there(tmp_path):
    place = FileStore(as_url(str(tmp_path / "new")))
    place.put("1/2/file", b"abc")
    assert place.get("1/2/file", 3) == b"abc"
    assert place.get("1/2/file", 2) is None  # longer than it may be
    assert place.get("1/2/other", 3) is None


def test_files_are_read_over_http(served):
    place = FileStore(served)
    assert place.get("7/file", 100) == b"payload"
    assert place.get("7/none", 100) is None
    with pytest.raises(FileStoreError):
        place.put("7/file", b"other")


def test_others_are_asked_in_turn(served):
    others = PeerStores(served)
    away = "http://127.0.0.1:9"
    assert others.get([away, served], "7/file", 100) == b"payload"
    assert others.get([away], "7/file", 100) is None
    assert others.get(["nonsense", "gopher://x"], "7/file", 100) is None


def test_nobody_makes_a_member_read_its_own_disk(served, tmp_path):
    folder = tmp_path.as_uri()
    assert PeerStores(served).get([folder], "7/file", 100) is None
    assert PeerStores(folder).get([folder], "7/file", 100) == b"payload"


def test_a_place_must_be_one():
    with pytest.raises(FileStoreError):
        FileStore("gopher://example")


def test_an_audit_is_answered_while_the_place_is_away(fleet_of):
    fleet = fleet_of(workers=3, validators=1, rules=replace(RULES, audit_rate=1.0))
    worker = fleet.members["//W1"]
    put = worker.library.own.put

    def away_until_answered(name: str, data: bytes) -> None:
        answered = {each["who"] for each in fleet.heard("answered")}
        if name.endswith(".state") and "//W1" not in answered:
            raise FileStoreError("away")
        put(name, data)

    worker.library.own.put = away_until_answered
    fleet.until(lambda: len(fleet.heard("audited")) >= 6)
    assert not any(each["guilty"] for each in fleet.heard("audited"))
    assert fleet.view.member(worker.account).bond == 5 * 10**9


def test_nobody_is_accused_of_what_comes_a_little_later(fleet_of):
    fleet = fleet_of(workers=3, validators=1, rules=replace(RULES, audit_rate=1.0))
    worker, answered = fleet.members["//W1"], []
    put = worker.library.own.put

    def away_for_some_blocks(name: str, data: bytes) -> None:
        if not answered and any(each["who"] == "//W1" for each in fleet.heard("answered")):
            answered.append(fleet.devnet.number)
        if name.endswith(".state") and (not answered or fleet.devnet.number < answered[0] + 6):
            raise FileStoreError("away")
        put(name, data)

    worker.library.own.put = away_for_some_blocks
    fleet.until(lambda: answered and fleet.devnet.number > answered[0] + 12)
    assert not fleet.heard("accused")
    audited = {each["worker"]: each["guilty"] for each in fleet.heard("audited")}
    assert audited[worker.account.hex()[:8]] is False
