"""Members whose files are in S3; the server is one for tests, in this process."""

import json
from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from pysubtensor.training.create_run import prepare
from pysubtensor.training.files.file_store import FileStore, FileStoreError, PeerStores
from pysubtensor.training.files.run_files import InitialFiles
from tests.training.fleet import TINY, Fleet
from tests.waiting import LIMIT_S

moto = pytest.importorskip("moto.server", reason="there is no S3 server for tests here")

ANYBODY = float("inf")


class Server:
    """An S3 server with a bucket for each test."""

    def __init__(self) -> None:
        self._server = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self._numbers = count()

    def bucket(self) -> str:
        """A new bucket that everybody may read by its URL."""
        name = f"bucket{next(self._numbers)}"
        self._send("PUT", name)
        rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
        policy = {"Statement": [{**rule, "Resource": f"arn:aws:s3:::{name}/*"}]}
        self._send("PUT", f"{name}?policy", json.dumps(policy).encode())
        return name

    def trust(self, requests: float) -> None:
        """From so many requests on, let only those in whose keys are known."""
        self._send("POST", "moto-api/reset-auth", str(requests).encode())

    def stop(self) -> None:
        self._server.stop()

    def _send(self, method: str, path: str, data: bytes = b"") -> None:
        httpx.request(
            method, f"{self.url}/{path}", content=data, timeout=LIMIT_S
        ).raise_for_status()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = Server()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", found.url)
        patch.setenv("AWS_ALLOW_HTTP", "true")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield found
    found.stop()


def test_a_bucket_is_a_place(server):
    place = FileStore(f"s3://{server.bucket()}/ada")
    place.ensure_usable()
    place.put("1/2/file", b"abc")
    assert place.get("1/2/file", 3) == b"abc"
    assert place.get("1/2/file", 2) is None
    assert place.read("1/2/other", 3) is None
    place.put("1/10/file", b"abc")
    assert place.numbers("1") == [2, 10]
    place.delete("1/2")
    assert place.numbers("1") == [10]
    assert place.get("1/2/file", 3) is None


def test_others_read_it_by_its_address_or_by_the_web(server):
    bucket = server.bucket()
    FileStore(f"s3://{bucket}/ada").put("1/2/file", b"abc")
    for own in (f"s3://{bucket}/ben", "file:///tmp"):
        for url in (f"s3://{bucket}/ada", f"{server.url}/{bucket}/ada"):
            assert PeerStores(own).get([url], "1/2/file", 3) == b"abc"
    assert PeerStores("file:///tmp").get([f"{server.url}/{bucket}/ben"], "1/2/file", 3) is None


def test_a_run_begins_in_a_bucket(server):
    place, new_run = FileStore(f"s3://{server.bucket()}/begin"), prepare(TINY)
    new_run.publish(place)
    source = InitialFiles(place)
    assert source.config == new_run.config
    pairs = zip(source.initial(new_run.layout), new_run.initial, strict=True)
    assert all((a == b).all() for a, b in pairs)


def test_a_bucket_that_is_not_there_is_named(server):
    place = FileStore("s3://nowhere/ada")
    for use in (place.ensure_usable, lambda: InitialFiles(place)):
        with pytest.raises(
            FileStoreError, match=r"^s3://nowhere/ada/\S+: there is no such bucket$"
        ):
            use()
    assert place.get("file", 3) is None


def test_keys_that_are_refused_are_named(server):
    place = FileStore(f"s3://{server.bucket()}/ada")
    place.put("file", b"abc")
    server.trust(0)
    for use in (lambda: place.put("file", b"abc"), lambda: InitialFiles(place)):
        with pytest.raises(FileStoreError, match=r"access is denied \(InvalidAccessKeyId\)$"):
            use()
    server.trust(ANYBODY)
    assert place.get("file", 3) == b"abc"


def test_a_server_that_is_away_is_named(server, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(FileStoreError, match=r"^s3://away/file: Generic S3 error: [^\n]+$"):
        FileStore("s3://away").put("file", b"abc")


def test_a_run_whose_files_are_all_in_s3(server, fleet_of):
    fleet = fleet_of(workers=3, stores=f"s3://{server.bucket()}/run")
    fleet.play(2)
    assert len(fleet.view.round(2).contributors) == 3
    assert fleet.roots() == {fleet.view.run.state_root}
    bucket = fleet.stores.removeprefix("s3://")
    late = fleet.add_worker("//W7", public=f"{server.url}/{bucket}/W7")
    fleet.play(2)
    assert late.member.account in fleet.view.round(fleet.view.run.round - 1).contributors
    assert fleet.roots() == {fleet.view.run.state_root}


def test_members_outlast_a_store_that_refuses_them(server, fleet_of):
    fleet = fleet_of(workers=2, stores=f"s3://{server.bucket()}/run")
    fleet.play(1)
    server.trust(0)
    fleet.until(lambda: bool(fleet.heard("failed")))
    for _ in range(3):
        fleet.step()
    why = {each["why"].partition(": ")[2] for each in fleet.heard("failed")}
    assert why == {"access is denied (InvalidAccessKeyId)"}
    server.trust(ANYBODY)
    fleet.play(2)
    assert len(fleet.view.round(fleet.view.run.round - 1).contributors) == 2
    assert fleet.roots() == {fleet.view.run.state_root}


def test_nobody_pays_a_bond_for_a_place_that_is_none(server, fleet_of):
    fleet: Fleet = fleet_of(workers=2)
    fleet.stores = "s3://nowhere/run"
    with pytest.raises(FileStoreError):
        fleet.add_worker("//W8")
    assert fleet.view.member(fleet.members["//W8"].account) is None
