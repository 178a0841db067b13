"""Databases that are damaged, foreign, of another chain or in use are refused in one clear line."""

import contextlib
import shutil

import plyvel
import pytest

from pysubtensor import TAO, Devnet
from pysubtensor.face.service import NodeOptions, OtherChain, OtherRuntime, open_node
from pysubtensor.genesis import ChainSpec, preset
from pysubtensor.runtime.chain import Constants, Variety
from pysubtensor.runtime.store.records import LATEST
from pysubtensor.runtime.store.store import (
    DatabaseCorrupt,
    DatabaseLocked,
    DatabaseUnreachable,
    ForeignDatabase,
    StateDiscarded,
    Store,
    StoreError,
)
from tests.durability.node_process import check_chain

BLOCKS = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A closed database with some blocks."""
    path = tmp_path_factory.mktemp("made") / "chain"
    with Devnet(base_path=path) as d:
        for _ in range(BLOCKS // 2):
            d.transfer("//Alice", "//Bob", TAO)
            d.mine()
    return path


@pytest.fixture
def path(made, tmp_path):
    """A copy to be harmed."""
    return shutil.copytree(made, tmp_path / "chain")


def refused(path, kind: type[StoreError], text: str, **options) -> None:
    with pytest.raises(kind, match=text) as error:
        Devnet(base_path=path, **options)
    assert "\n" not in str(error.value)


def first(path, pattern):
    return next(path.glob(pattern))


def damage(file, position=None):
    data = bytearray(file.read_bytes())
    place = len(data) // 2 if position is None else position
    for index in range(place, min(place + 16, len(data))):
        data[index] ^= 0x5A
    file.write_bytes(data)


def test_reopened_as_it_was(path):
    with Devnet(base_path=path) as d:
        assert d.number == BLOCKS + 1
        assert d.free("//Bob") == (1_000_000 + BLOCKS // 2) * TAO
        head = d.hash
    with Devnet(base_path=path) as d:
        assert d.hash == head
        d.transfer("//Bob", "//Alice", TAO)
    assert check_chain(path) == BLOCKS + 2


def test_a_torn_last_write_costs_nothing_that_was_whole(path):
    """The log ends in the middle of a record, as after a loss of power."""
    log = max(path.glob("*.log"), key=lambda file: file.stat().st_size)
    log.write_bytes(log.read_bytes()[:-7])
    with contextlib.suppress(DatabaseCorrupt):
        check_chain(path)


@pytest.mark.parametrize("pattern", ["*.log", "MANIFEST-*", "CURRENT"])
def test_damage(path, pattern):
    for file in path.glob(pattern):
        damage(file)
    refused(path, DatabaseCorrupt, "the database is damaged")


@pytest.mark.parametrize("pattern", ["CURRENT", "*.log", "MANIFEST-*"])
def test_missing_files(path, pattern):
    for file in path.glob(pattern):
        file.unlink()
    refused(path, DatabaseCorrupt, "the database is damaged")


def test_a_value_changed_behind_our_back(path):
    with contextlib.closing(plyvel.DB(str(path))) as db:
        key, value = next(iter(db.iterator(prefix=LATEST)))
        db.put(key, value + b"!")
    with pytest.raises(DatabaseCorrupt, match="damaged"), Store.open(path) as store:
        store.verify()


def test_somebody_elses_folder(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    refused(tmp_path, ForeignDatabase, "holds files that are not a database of this program")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_somebody_elses_leveldb(tmp_path):
    with contextlib.closing(plyvel.DB(str(tmp_path / "db"), create_if_missing=True)) as db:
        db.put(b"k", b"v")
    refused(tmp_path / "db", ForeignDatabase, "not a database of this program")


def test_another_format(path):
    (path / "FORMAT").write_text("pysubtensor state 99\n")
    refused(path, ForeignDatabase, "has the format 'pysubtensor state 99'")


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file", DatabaseUnreachable, "cannot use")
    refused(tmp_path / "file" / "below", DatabaseUnreachable, "cannot use")


def test_in_use(path):
    with Devnet(base_path=path) as d:
        refused(path, DatabaseLocked, "is in use by another process or store")
        d.mine()


@pytest.mark.parametrize(
    ("other", "options"),
    [
        ("local", {}),
        ("dev", {"constants": Constants.PROD}),
        ("dev", {"runtime": Variety.EXACT}),
        (ChainSpec("Mine", "mine", "Local", preset("dev").genesis), {}),
    ],
)
def test_another_chain(path, other, options):
    with pytest.raises(OtherChain, match=r"the database holds another chain \(Bittensor, fast"):
        Devnet(other, base_path=path, **options)
    with Devnet(base_path=path) as d:
        assert d.number == BLOCKS + 1


def test_a_database_that_does_not_tell_its_chain(tmp_path):
    from pysubtensor.genesis import write_genesis

    with Store.open(tmp_path / "db") as store:
        write_genesis(store, preset("dev"))
    with contextlib.closing(plyvel.DB(str(tmp_path / "db"))) as db:
        db.delete(next(k for k, _ in db if k.endswith(b"chain_spec")))
    refused(tmp_path / "db", OtherChain, "does not tell which chain")


def test_prune_can_be_switched_on_and_off(path):
    with Devnet(base_path=path, prune=5) as d:
        d.mine(10)
        chain = d.node.chain
        assert chain.store.has_state(d.number - 4)
        assert not chain.store.has_state(d.number - 6)
        with pytest.raises(StateDiscarded, match=r"the state at block 3 was discarded"):
            chain.at(chain.store.hash_at(3))
        with pytest.raises(StateDiscarded):
            d.node.set_head(3)
        head = d.number
    with Devnet(base_path=path) as d:
        d.mine(10)
        assert d.node.chain.store.has_state(head), "nothing more is discarded"
        assert not d.node.chain.store.has_state(head - 6)
        d.node.set_head(head - 4)
        d.transfer("//Alice", "//Bob", TAO)
    check_chain(path)


def test_prune_never_discards_blocks(path):
    with Devnet(base_path=path, prune=1) as d:
        d.mine(3)
        assert all(d.node.chain.store.block(number) for number in range(d.number + 1))


def test_a_temporary_database_vanishes():
    d = Devnet()
    folder = d.node.chain.store._folder.path
    assert folder.is_dir()
    d.close()
    d.close()
    assert not folder.exists()


def test_another_version_of_the_runtime_is_refused(tmp_path):
    folder = tmp_path / "db"
    open_node(NodeOptions(base_path=folder)).chain.store.close()
    with Store.open(folder) as store:
        store.put_meta("runtime", b"an older one")
    refused(folder, OtherRuntime, "another version of this program")
