"""File stores: folders, S3 or any store that obstore knows, in which members put files for others.

A member writes to its own store, and its endpoint on the chain says where others can read it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore, from_url

from pysubtensor.training.errors import TrainingError

SCHEMES: Final = frozenset({"https", "http", "s3", "gs", "az"})
"""Schemes of other members' stores; `file` only for members whose own store is a folder."""
TIMEOUT: Final = "20s"
GRACE: Final = 2.0
"""Seconds that another store's answer may take, beside the time for its length."""
PACE: Final = 100_000
"""Bytes a second that other stores must deliver."""
REST: Final = 9
"""How many times the duration of a slow answer a store is not asked again.

So a slow store takes at most a tenth of a member's time.
"""
_PROBE: Final = "probe"
_PROBE_DATA: Final = b"probe"


class FileStoreError(TrainingError):
    """A store that cannot be read or written."""


class FileStore:
    """A store of files by name."""

    def __init__(self, url: str, retries: int = 2) -> None:
        """Errors: FileStoreError."""
        self.url = url
        try:
            self._store: ObjectStore = from_url(url, **_options(url, retries))
        except (BaseError, ValueError, OSError) as error:
            raise FileStoreError(f"{url}: {error}") from error

    def get(self, name: str, limit: int) -> bytes | None:
        """A file of at most `limit` bytes; None when it is missing, too long or out of reach."""
        try:
            return self.read(name, limit)
        except FileStoreError:
            return None

    def read(self, name: str, limit: int) -> bytes | None:
        """As `get`.  Errors: FileStoreError when the store is out of reach."""
        try:
            found = obstore.get(self._store, name)
            return bytes(found.bytes()) if found.meta["size"] <= limit else None
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise self._failed(name, error) from error
            return None
        except (BaseError, OSError) as error:
            raise self._failed(name, error) from error

    def put(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all.  Errors: FileStoreError."""
        try:
            obstore.put(self._store, name, data)
        except (BaseError, OSError, NotImplementedError) as error:
            raise self._failed(name, error) from error

    def numbers(self, folder: str) -> list[int]:
        """Numbers that are names of folders in a folder.  Errors: FileStoreError."""
        try:
            listed = obstore.list_with_delimiter(self._store, folder)["common_prefixes"]
        except FileNotFoundError:
            return []
        except (BaseError, OSError) as error:
            raise self._failed(folder, error) from error
        names = (path.strip("/").rpartition("/")[2] for path in listed)
        return sorted(int(name) for name in names if name.isdecimal())

    def delete(self, folder: str) -> None:
        """Delete all files in a folder.  Errors: FileStoreError."""
        try:
            for files in obstore.list(self._store, folder):
                obstore.delete(self._store, [file["path"] for file in files])
        except (BaseError, OSError) as error:
            raise self._failed(folder, error) from error

    def ensure_usable(self) -> None:
        """Write a small file and read it.  Errors: FileStoreError."""
        self.put(_PROBE, _PROBE_DATA)
        if self.read(_PROBE, len(_PROBE_DATA)) != _PROBE_DATA:
            raise FileStoreError(f"{self.url} does not give what was written to it")

    def shows_the_same_as(self, other: FileStore) -> bool:
        """Whether this URL reads the small file that was written to the other."""
        return self.get(_PROBE, len(_PROBE_DATA)) == other.get(_PROBE, len(_PROBE_DATA))

    def _failed(self, name: str, error: Exception) -> FileStoreError:
        return FileStoreError(f"{self.url}/{name}: {_why(error)}")


_NO_BUCKET: Final = "<Code>NoSuchBucket</Code>"


def _why(error: Exception) -> str:
    """What went wrong, in a line."""
    text = str(error)
    if _NO_BUCKET in text:
        return "there is no such bucket"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        code = re.search(r"<Code>(\w+)</Code>", text)
        return "access is denied" + (f" ({code[1]})" if code else "")
    return text.partition("\n")[0]


def _options(url: str, retries: int) -> dict[str, object]:
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return {"mkdir": True, "automatic_cleanup": True}  # of empty folders
    client: dict[str, object] = {"timeout": TIMEOUT}
    # of what is in the environment, settings of the client are not looked at once there are others
    plain = scheme == "s3" and os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
    if plain or scheme == "http":
        client["allow_http"] = True
    return {"client_options": client, "retry_config": {"max_retries": retries}}


@lru_cache(maxsize=256)
def _peer_store(url: str) -> FileStore:
    return FileStore(url, retries=0)


class PeerStores:
    """Stores of other members, by their endpoints on the chain."""

    def __init__(self, own: str) -> None:
        self.schemes = SCHEMES | ({"file"} if _scheme(own) == "file" else set())
        self._resting: dict[str, float] = {}
        """Until when a slow store is not asked again."""

    def get(self, urls: list[str], name: str, limit: int) -> bytes | None:
        """A file from the first store that has it."""
        return next(self.copies(urls, name, limit), None)

    def copies(self, urls: list[str], name: str, limit: int) -> Iterator[bytes]:
        """The file from each store that has it; the copies may differ."""
        for url in urls:
            found = self._get(url, name, limit) if _scheme(url) in self.schemes else None
            if found is not None:
                yield found

    def _get(self, url: str, name: str, limit: int) -> bytes | None:
        began = time.monotonic()
        if began < self._resting.get(url, began):
            return None
        try:
            found = _peer_store(url).get(name, limit)
        except FileStoreError:
            return None
        now = time.monotonic()
        if now - began > GRACE + len(found or b"") / PACE:
            self._resting[url] = now + REST * (now - began)
        return found


def _scheme(url: str) -> str:
    """The scheme of a URL; empty for anything else."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def as_url(text: str) -> str:
    """A URL; a path of a folder becomes one."""
    return text if "://" in text else Path(text).absolute().as_uri()
