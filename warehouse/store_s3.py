"""Objects in one bucket of an S3-compatible server (MinIO, SeaweedFS, Ceph): sha256/ab/cd/<hash>."""

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from minio import Minio, S3Error
from minio.commonconfig import GOVERNANCE
from minio.retention import Retention
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from warehouse.errors import Damaged, Unavailable, UsageError
from warehouse.s3_errors import server_errors
from warehouse.s3_url import Bucket, bucket_of
from warehouse.settings import Settings
from warehouse.spool import Spool, disk_errors
from warehouse.store import CHUNK, Spooled

PART = 16 * CHUNK
"""Larger files go in parts of this size; eight are put at once, each with a part in memory."""

TRIES = 3
CONNECTIONS = 16
CONNECT_SECONDS = 5


class S3Store(Spool):
    """One bucket. Asks the server nothing before it is used, so other commands work while it is away."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.home / "spool")
        self.bucket = bucket_of(settings)
        self.retention = timedelta(days=settings.s3_retention_days)
        self.client = _client(self.bucket, settings)

    def check(self) -> None:
        """By listing; where objects are to be locked, the bucket must be able to."""
        with server_errors(self.bucket):
            self._look()
            if self.retention:
                try:
                    self.client.get_object_lock_config(self.bucket.name)
                except S3Error as error:
                    if error.code != "ObjectLockConfigurationNotFoundError":
                        raise
                    raise UsageError("store_without_lock", bucket=self.bucket.name) from error

    def put(self, spooled: Spooled, *, keep_copy: bool = False) -> None:
        """One put under the final key, nothing asked before: the server compares the bytes with the hash.

        Large files go in parts, which servers do not compare: they are read back, and sent only if need be.
        So is every file where objects are locked: a second version of it could not be removed for years.
        """
        large, put_before = spooled.size > PART, not spooled.path.exists()
        if not ((large or put_before or self.retention) and self._holds(spooled)):
            self._send(spooled)
            if large and not self._holds(spooled):
                raise Unavailable("store_error", error=f"{spooled.sha256} did not come back as it was sent")
        if not keep_copy:
            self.discard(spooled)

    def size(self, sha256: str) -> int | None:
        """From the object's head; bytes are not read."""
        with server_errors(self.bucket):
            try:
                return self.client.stat_object(self.bucket.name, self._key(sha256)).size
            except S3Error as error:
                if error.code == "NoSuchKey":
                    return None
                if error.code == "AccessDenied":
                    self._look()  # the answer to HEAD has no body: this one says why
                raise

    @contextmanager
    def fetch(self, sha256: str) -> Iterator[Path]:
        """A copy in the spool folder, hashed on the way, gone afterwards; raises Damaged if it differs."""
        handle, path = self.new_file()
        try:
            with os.fdopen(handle, "wb") as out:
                digest = self._download(sha256, out)
            if digest != sha256:
                raise Damaged("object_changed", sha256=sha256)
            path.chmod(0o440)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def read_range(self, sha256: str, start: int, length: int) -> bytes:
        """By a request for these bytes alone."""
        if length <= 0:
            return b""
        with server_errors(self.bucket, sha256):
            try:
                with closing(
                    self.client.get_object(self.bucket.name, self._key(sha256), start, length)
                ) as answer:
                    return answer.read()
            except S3Error as error:
                if error.code == "InvalidRange":  # it begins behind the object's end
                    return b""
                raise

    def presigned(self, sha256: str, seconds: int) -> str | None:
        """Signed by our key, for GET of this object alone."""
        with server_errors(self.bucket):
            return self.client.presigned_get_object(
                self.bucket.name, self._key(sha256), timedelta(seconds=seconds)
            )

    def walk(self) -> Iterator[str]:
        """By listing the bucket, a thousand at a time."""
        with server_errors(self.bucket):
            folder = f"{self.bucket.prefix}sha256/"
            for found in self.client.list_objects(self.bucket.name, folder, recursive=True):
                yield str(found.object_name).rpartition("/")[2]

    def _key(self, sha256: str) -> str:
        return f"{self.bucket.prefix}sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _look(self) -> None:
        next(self.client.list_objects(self.bucket.name, self.bucket.prefix), None)

    def _holds(self, spooled: Spooled) -> bool:
        """By size, then by reading it back: not every server checks parts (SeaweedFS)."""
        if self.size(spooled.sha256) != spooled.size:
            return False
        try:
            with self.fetch(spooled.sha256):
                return True
        except Damaged:
            return False

    def _send(self, spooled: Spooled) -> None:
        checksum = base64.b64encode(bytes.fromhex(spooled.sha256)).decode()
        with server_errors(self.bucket), disk_errors(), spooled.path.open("rb") as stream:
            self.client.put_object(
                self.bucket.name,
                self._key(spooled.sha256),
                stream,
                spooled.size,
                # Of the whole object, so only where it goes in one piece.
                metadata={"x-amz-checksum-sha256": checksum} if spooled.size <= PART else None,
                part_size=PART,
                num_parallel_uploads=1,
                retention=Retention(GOVERNANCE, datetime.now(UTC) + self.retention)
                if self.retention
                else None,
            )

    def _download(self, sha256: str, out: IO[bytes]) -> str:
        """Write the object to `out`; its hash. A connection that breaks is tried again from the start."""
        with server_errors(self.bucket, sha256):
            for left in reversed(range(TRIES)):
                try:
                    return self._download_once(sha256, out)
                except HTTPError:
                    if not left:
                        raise
        raise AssertionError

    def _download_once(self, sha256: str, out: IO[bytes]) -> str:
        digest = hashlib.sha256()
        out.seek(0)
        out.truncate()
        with closing(self.client.get_object(self.bucket.name, self._key(sha256))) as answer:
            for chunk in answer.stream(CHUNK):
                digest.update(chunk)
                with disk_errors():
                    out.write(chunk)
        return digest.hexdigest()


def _client(bucket: Bucket, settings: Settings) -> Minio:
    """A client that tries again where the server is busy, and gives up in bounded time."""
    pool = PoolManager(
        maxsize=CONNECTIONS,
        timeout=Timeout(connect=CONNECT_SECONDS, read=settings.s3_timeout_seconds),
        retries=Retry(
            TRIES, backoff_factor=0.5, status_forcelist=[500, 502, 503, 504], raise_on_status=False
        ),
    )
    return Minio(
        bucket.endpoint,
        settings.s3_access_key,
        settings.s3_secret_key.get_secret_value(),
        secure=bucket.secure,
        region=bucket.region,
        http_client=pool,
    )
