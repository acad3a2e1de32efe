"""What an S3-compatible server or the way to it did wrong, in the program's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from minio.error import MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError, MaxRetryError

from warehouse.errors import Away, Damaged, KhosoError, StoreFull, Unavailable
from warehouse.s3_url import Bucket

DENIED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
FULL = {"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded"}
SERVER_FAULT = 500
INSUFFICIENT_STORAGE = 507


@contextmanager
def server_errors(bucket: Bucket, sha256: str | None = None) -> Iterator[None]:
    """Wrong keys and a missing bucket are no fault of the job that met them: Unavailable, so that it waits.

    `sha256` is the object that is read, if one is: without it in the store, it is Damaged.
    """
    try:
        yield
    except S3Error as error:
        raise _of_code(error, bucket, sha256) from error
    except ServerError as error:
        if error.status_code == INSUFFICIENT_STORAGE:
            raise StoreFull("store_full") from error
        raise Away("store_error", error=error) from error
    except MinioException as error:
        raise Unavailable("store_error", error=str(error)[:200]) from error
    except HTTPError as error:
        cause = error.reason if isinstance(error, MaxRetryError) else error
        raise Away("store_away", endpoint=bucket.endpoint, error=str(cause)[:200]) from error


def _of_code(error: S3Error, bucket: Bucket, sha256: str | None) -> KhosoError:
    if error.code == "NoSuchKey" and sha256:
        return Damaged("object_missing", sha256=sha256)
    if error.code in FULL or error.response.status == INSUFFICIENT_STORAGE:
        return StoreFull("store_full")
    if error.code in DENIED:
        return Unavailable("store_denied", bucket=bucket.name, endpoint=bucket.endpoint, error=error.code)
    if error.code == "NoSuchBucket":
        return Unavailable("store_no_bucket", bucket=bucket.name, endpoint=bucket.endpoint)
    if error.code == "RequestTimeTooSkewed":
        return Unavailable("store_clock", endpoint=bucket.endpoint)
    kind = Away if error.response.status >= SERVER_FAULT else Unavailable
    return kind("store_error", error=f"{error.code}: {error.message}")
