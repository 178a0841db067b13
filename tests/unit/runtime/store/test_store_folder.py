"""Opening a store's folder: what is refused and why, and what survives a kill."""

import os
import shutil
import signal
import subprocess
import sys

import plyvel
import pytest

from pysubtensor.runtime.store.store import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseUnreachable,
    ForeignDatabase,
    Store,
    StoredBlock,
)
from tests.naive_trie import naive_root

COUNTER = """
import sys
from pathlib import Path
from pysubtensor.runtime.store.store import Store, StoredBlock

store = Store.open(Path(sys.argv[1]), sync=sys.argv[2] == "sync")
while True:
    number = 0 if store.head is None else store.head.number + 1
    values = {b"key %d" % (number * n % 97): b"%d" % number * 5 for n in range(9)}
    block = StoredBlock(number, b"%d" % number, b"header")
    store.commit(store.stage({**values, b"counter": b"%d" % number}), block)
    if number % 10 == 9:
        store.rewind(number - 2)
    print(store.head.number, flush=True)
"""


def filled(path, blocks=5):
    with Store.open(path) as store:
        for number in range(blocks):
            staged = store.stage({b"key %d" % n: b"%d" % number for n in range(50)})
            store.commit(staged, StoredBlock(number, b"%d" % number, b"header"))
        return store.root()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "blocks and locks"
    filled(path)
    return path


def test_reopening_finds_everything(tmp_path):
    path = tmp_path / "deep" / "down"
    root = filled(path)
    with Store.open(path) as store:
        assert store.head == (4, b"4")
        assert store.root() == root == naive_root(dict(store.items()))
        assert store.get(b"key 7", at=2) == b"2"
        store.rewind(1)
    with Store.open(path) as store:
        assert store.head == (1, b"1")
        assert store.get(b"key 7") == b"1"
        store.verify()


def test_a_temporary_store_leaves_nothing():
    store = Store.open(None)
    path = store._folder.path
    assert path.is_dir()
    store.close()
    assert not path.exists()


def test_an_empty_folder_becomes_a_store(tmp_path):
    with Store.open(tmp_path) as store:
        assert store.head is None
    with Store.open(tmp_path) as store:
        assert store.head is None


def test_a_store_is_opened_once(folder):
    with Store.open(folder), pytest.raises(DatabaseLocked, match="in use"):
        Store.open(folder)
    Store.open(folder).close()


def test_another_program_s_leveldb_is_refused_untouched(tmp_path):
    other = plyvel.DB(str(tmp_path), create_if_missing=True)
    other.put(b"theirs", b"1")
    other.close()
    before = sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir())
    with pytest.raises(ForeignDatabase, match="not a database of this program"):
        Store.open(tmp_path)
    assert sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.iterdir()) == before


def test_any_other_folder_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear reader")
    with pytest.raises(ForeignDatabase):
        Store.open(tmp_path)


def test_another_format_version_is_refused(folder):
    (folder / "FORMAT").write_text("pysubtensor state 2\n")
    with pytest.raises(ForeignDatabase, match="state 2"):
        Store.open(folder)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnreachable):
        Store.open(tmp_path / "file")
    with pytest.raises(DatabaseUnreachable):
        Store.open(tmp_path / "file" / "below")


def test_a_store_whose_making_was_cut_short_is_made_anew(tmp_path):
    (tmp_path / "FORMAT.new").write_text("pysub")
    Store.open(tmp_path).close()
    for name in ("CURRENT", *(p.name for p in tmp_path.glob("*.log"))):
        (tmp_path / name).unlink()
    for manifest in tmp_path.glob("MANIFEST-*"):
        manifest.rename(tmp_path / "MANIFEST-000001")
    with Store.open(tmp_path) as store:
        assert store.head is None


def overwrite(path, offset=0):
    data = bytearray(path.read_bytes())
    for index in range(offset, min(len(data), offset + 200)):
        data[index] ^= 0x5A
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "CURRENT").unlink(),
        lambda folder: (folder / "CURRENT").write_bytes(b""),
        lambda folder: (folder / "CURRENT").write_bytes(b"MANIFEST-999999\n"),
        lambda folder: [p.unlink() for p in folder.glob("MANIFEST-*")],
        lambda folder: [overwrite(p) for p in folder.glob("MANIFEST-*")],
        lambda folder: [p.unlink() for p in folder.glob("*.log")],
        lambda folder: [overwrite(p) for p in folder.glob("*.log")],
    ],
    ids=["current", "empty", "lost", "manifest", "bad manifest", "log", "bad log"],
)
def test_a_damaged_database_is_refused(folder, damage):
    damage(folder)
    with pytest.raises(DatabaseCorrupt, match="damaged"):
        Store.open(folder)


def test_damaged_tables_are_noticed(folder):
    # Reopening moves the log into a table.
    Store.open(folder).close()
    tables = list(folder.glob("*.ldb"))
    assert tables
    for table in tables:
        overwrite(table, 40)

    def use():
        with Store.open(folder) as store:
            dict(store.items())

    with pytest.raises(DatabaseCorrupt):
        use()


@pytest.mark.parametrize("table", [b"l", b"s", b"b", b"c", b"t"])
def test_missing_records_are_noticed(folder, table):
    shutil.copytree(folder, folder.with_name("copy"))
    path = folder.with_name("copy")
    with Store.open(path) as store:
        store.commit(store.stage({b"key 1": b"behind"}), StoredBlock(5, b"5", b""))
        store._trie.stored()  # as after a kill: the trie on disk stays behind
        for key in list(store._db.iterator(include_value=False)):
            if key[:1] == table:
                store._db.delete(key)

    def use():
        with Store.open(path) as store:
            store.verify()
            store.rewind(3)

    with pytest.raises(DatabaseCorrupt):
        use()


def test_a_changed_value_is_noticed(folder):
    db = plyvel.DB(str(folder))
    db.put(b"lkey 1", b"forged")
    db.close()
    with Store.open(folder) as store, pytest.raises(DatabaseCorrupt):
        store.verify()


@pytest.mark.parametrize("sync", ["sync", "no sync"])
def test_what_was_acknowledged_survives_a_kill(tmp_path, sync):
    path = tmp_path / "db"
    command = [sys.executable, "-c", COUNTER, str(path), sync]
    blocks = 30
    for round_number in (1, 2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            told = [int(child.stdout.readline()) for _ in range(blocks * round_number)]
            os.kill(child.pid, signal.SIGKILL)
            told += [int(line) for line in child.stdout.read().split()]
        with Store.open(path) as store:
            # One more step may have been done and not told.
            assert store.head.number in (told[-1], told[-1] + 1, told[-1] - 1)
            assert store.get(b"counter") == b"%d" % store.head.number
            assert store.root() == naive_root(dict(store.items()))
            store.verify()
