"""Uploading: a snapshot and its files go to object storage, behind one pointer.

    <url>/snapshots/<id>/tidemark.duckdb, parquet/..., site/...     never changed once complete
    <url>/latest/tidemark.duckdb                                    a copy, replaced whole
    <url>/latest.json                                               the pointer, written last

An upload that is interrupted leaves the pointer and everything it names as they were; the next one continues where it
stopped, and removes what the interrupted one left if it was of another snapshot. Readers of `latest.json` never see
half a snapshot.

Belongs here: the order of the writes, resuming, pruning. Does not belong here: what may leave (`marts/export`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

POINTER = "latest.json"
LATEST = "latest"
SNAPSHOTS = "snapshots"
_LAYOUT = 1
_SNAPSHOT = re.compile(r"\d{4}-\d{2}-\d{2}-\d+")
"""Ids of ours; folders of other names below `snapshots` are left alone."""
_HOW_TO_INSTALL = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}
_SHORT_LIVED = "max-age=60, must-revalidate"
_LONG_LIVED = "max-age=31536000, immutable"


class UploadError(Exception):
    """The snapshot could not be uploaded. The pointer names the previous one."""


@dataclass(frozen=True)
class Uploaded:
    """What an upload did.

    Attributes:
        snapshot: its id.
        files: how many files the snapshot has.
        size: their size in bytes.
        sent: how many were sent; the others were there already.
        pruned: ids of the snapshots that were removed.
    """

    snapshot: str
    files: int
    size: int
    sent: int
    pruned: tuple[str, ...]


class Store:
    """A folder of an object store, or of a disk."""

    def __init__(self, url: str) -> None:
        if "://" not in url:
            raise UploadError(f"{url!r} is not an address. It begins with s3://, gs://, az:// or file:///.")
        try:
            self.files, root = fsspec.core.url_to_fs(url)
        except ImportError:
            protocol = url.partition("://")[0]
            package = _HOW_TO_INSTALL.get(protocol, f"the fsspec package of {protocol}")
            raise UploadError(f"{url}: install {package} to write there (pip install {package}).") from None
        except ValueError as error:
            raise UploadError(f"{url} is not a valid address: {error}") from None
        self.url = url.rstrip("/")
        self.root = str(root).rstrip("/")
        protocol = self.files.protocol
        self._protocols = {protocol} if isinstance(protocol, str) else set(protocol)

    def path(self, name: str) -> str:
        """Where a file of this store is, as fsspec names it."""
        return f"{self.root}/{name}"

    def size(self, name: str) -> int | None:
        """The size of a file, or None if it is not there."""
        try:
            return int(self.files.info(self.path(name))["size"])
        except FileNotFoundError:
            return None

    def put(self, source: Path, name: str, cache: str) -> None:
        """Copy a file there; it appears whole or not at all."""
        target = self.path(name)
        if "file" in self._protocols:
            aside = f"{target}.part"
            self.files.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            self.files.put_file(str(source), aside)
            self.files.mv(aside, target)
        else:
            options = {"CacheControl": cache} if "s3" in self._protocols else {}
            self.files.put_file(str(source), target, **options)

    def write(self, name: str, content: bytes) -> None:
        """Write a small file; it appears whole or not at all."""
        target = self.path(name)
        if "file" in self._protocols:
            self.files.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            self.files.pipe_file(f"{target}.part", content)
            self.files.mv(f"{target}.part", target)
        else:
            options = {"CacheControl": _SHORT_LIVED} if "s3" in self._protocols else {}
            self.files.pipe_file(target, content, **options)

    def read(self, name: str) -> bytes | None:
        """The content of a small file, or None if it is not there."""
        try:
            self.files.invalidate_cache()
            return bytes(self.files.cat_file(self.path(name)))
        except FileNotFoundError:
            return None

    def folders(self, name: str) -> list[str]:
        """The names of the folders in a folder; none if it is not there."""
        try:
            self.files.invalidate_cache()
            found = self.files.ls(self.path(name), detail=True)
        except FileNotFoundError:
            return []
        return sorted(PurePosixPath(one["name"]).name for one in found if one["type"] == "directory")

    def remove(self, name: str) -> None:
        """Remove a file or folder, if it is there."""
        if self.files.exists(self.path(name)):
            self.files.rm(self.path(name), recursive=True)


def upload(
    url: str,
    snapshot: str,
    files: Sequence[tuple[str, Path]],
    about: dict[str, Any],
    keep: int,
    say: Callable[[str], None] | None = None,
) -> Uploaded:
    """Upload a snapshot, then let the pointer name it.

    Args:
        url: the folder, in a notation of fsspec: `s3://bucket/prefix`, `gs://`, `az://`, `file:///folder`.
        snapshot: its id.
        files: (name in the snapshot, local file); `tidemark.duckdb` among them.
        about: facts for the pointer, such as `as_of` and `edition`.
        keep: how many snapshots stay, the new one included.
        say: reports progress.

    Raises:
        UploadError: the store refused or cannot be reached; the message says at which file.
    """
    store = Store(url)
    listed = [(name, path, path.stat().st_size, _digest(path)) for name, path in files]
    at = POINTER
    sent = 0
    try:
        pointer = _pointer(store)
        folder = f"{SNAPSHOTS}/{snapshot}"
        for name, path, size, digest in listed:
            at = f"{folder}/{name}"
            if _is_there(store, folder, name, size, digest):
                continue
            if say:
                say(f"{at} ({size / 2**20:.1f} MB)")
            store.put(path, at, _LONG_LIVED)
            store.write(f"{folder}/sha256/{name}", digest.encode())
            sent += 1
        if say:
            say(f"{LATEST}/ ({len(listed)} files)")
        for name, path, _, _ in listed:
            at = f"{LATEST}/{name}"
            store.put(path, at, _SHORT_LIVED)
        for at in _outdated(pointer, snapshot, {name for name, *_ in listed}):
            store.remove(at)
        at = POINTER
        # A place has one edition: publishing the public one takes the others back.
        known = [
            one
            for one in pointer.get("snapshots", [])
            if one["id"] != snapshot and one.get("edition") == about.get("edition")
        ]
        kept = [{"id": snapshot, **about}, *known][:keep]
        store.write(POINTER, _as_json(snapshot, about, listed, kept))
        stays = {one["id"] for one in kept}
        old = [name for name in store.folders(SNAPSHOTS) if _SNAPSHOT.fullmatch(name) and name not in stays]
        for one in old:
            at = f"{SNAPSHOTS}/{one}"
            store.remove(at)
    except Exception as error:  # every store has errors of its own
        raise UploadError(
            f"{store.url}/{at} could not be written: {type(error).__name__}: {str(error).strip()[:300]}. "
            f"{POINTER} still names the previous snapshot. Run the command again: it continues where it stopped."
        ) from None
    return Uploaded(snapshot, len(listed), sum(size for _, _, size, _ in listed), sent, tuple(old))


def _pointer(store: Store) -> dict[str, Any]:
    content = store.read(POINTER)
    if content is None:
        return {}
    pointer = json.loads(content)
    if not isinstance(pointer, dict) or pointer.get("layout") != _LAYOUT:
        raise ValueError(f"{POINTER} there is not one of Tidemark's")
    return pointer


def _is_there(store: Store, folder: str, name: str, size: int, digest: str) -> bool:
    return store.size(f"{folder}/{name}") == size and store.read(f"{folder}/sha256/{name}") == digest.encode()


def _outdated(pointer: dict[str, Any], snapshot: str, names: set[str]) -> Iterator[str]:
    """Files of the last upload that the new one does not replace."""
    before = f"{SNAPSHOTS}/{pointer.get('snapshot')}/"
    for file in pointer.get("files", []):
        name = str(file["path"]).removeprefix(before)
        if name not in names:
            yield f"{LATEST}/{name}"
            if pointer["snapshot"] == snapshot:
                yield f"{SNAPSHOTS}/{snapshot}/{name}"
                yield f"{SNAPSHOTS}/{snapshot}/sha256/{name}"


def _as_json(
    snapshot: str, about: dict[str, Any], listed: Sequence[tuple[str, Path, int, str]], kept: list[dict[str, Any]]
) -> bytes:
    content = {
        "layout": _LAYOUT,
        "snapshot": snapshot,
        **about,
        "uploaded_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "warehouse": f"{SNAPSHOTS}/{snapshot}/tidemark.duckdb",
        "files": [
            {"path": f"{SNAPSHOTS}/{snapshot}/{name}", "bytes": size, "sha256": digest}
            for name, _, size, digest in listed
        ],
        "snapshots": kept,
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """(name in the snapshot, local file) of all files below a folder, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{prefix}/{path.relative_to(folder).as_posix()}", path
