"""Where members put what others must read: a folder, S3 or any store that obstore knows.

A member writes to one place, its own, and says on the chain where others can read it.
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
"""What others' places may be; `file` only for who keeps its own files in a folder."""
TIMEOUT: Final = "20s"
GRACE: Final = 2.0
"""Seconds that an answer of others may take, and longer for what is long."""
PACE: Final = 100_000
"""Bytes a second that others must give."""
REST: Final = 9
"""How many times as long as it took a place of others is left alone that was slower.

So nobody can take more than a tenth of anybody's time by answering slowly.
"""
_PROBE: Final = "probe"
_PROBE_DATA: Final = b"probe"


class FileStoreError(TrainingError):
    """A place that cannot be used, or not be written to."""


class FileStore:
    """A place for files by name."""

    def __init__(self, url: str, retries: int = 2) -> None:
        """Errors: FileStoreError."""
        self.url = url
        try:
            self._store: ObjectStore = from_url(url, **_options(url, retries))
        except (BaseError, ValueError, OSError) as error:
            raise FileStoreError(f"{url}: {error}") from error

    def get(self, name: str, limit: int) -> bytes | None:
        """A file of at most `limit` bytes; None when it is not there, too long or out of reach."""
        try:
            return self.read(name, limit)
        except FileStoreError:
            return None

    def read(self, name: str, limit: int) -> bytes | None:
        """The same; but errors: FileStoreError when the place is out of reach."""
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
        """Which folders in a folder have numbers for names.  Errors: FileStoreError."""
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
        """Is the small file that was written to the other read here?"""
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
    """The places of other members, by what they say on the chain."""

    def __init__(self, own: str) -> None:
        self.schemes = SCHEMES | ({"file"} if _scheme(own) == "file" else set())
        self._resting: dict[str, float] = {}
        """Until when places are not asked again that were slow."""

    def get(self, urls: list[str], name: str, limit: int) -> bytes | None:
        """A file from the first place that has it."""
        return next(self.copies(urls, name, limit), None)

    def copies(self, urls: list[str], name: str, limit: int) -> Iterator[bytes]:
        """The file of each place that has it; they need not be equal."""
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
    """Of a URL; nothing for what is none."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def as_url(text: str) -> str:
    """A URL; a path of a folder becomes one."""
    return text if "://" in text else Path(text).absolute().as_uri()
