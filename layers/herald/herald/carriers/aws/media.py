"""Media for carriers that read them from S3: each is copied once for an operation.

The key follows from the operation and the URL, and an object is put only if it does not
exist, so any number of workers may copy at once, and again after a crash. All
recipients of an operation get the same file, even if the file at the URL has changed since.
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from herald.carriers.aws.client import PREPARING_SECONDS, TOO_LATE
from herald.carriers.fetch import SECONDS, Fetcher, Refused, Unavailable
from herald.carriers.protocol import NotSent, Outcome, Rejected, Stopped
from herald.model import problems
from herald.telemetry import logger

_KB: Final = 1_000
_SMALL: Final = 600 * _KB
_IMAGE: Final = 2_000 * _KB

MMS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("image/gif", "image/jpeg", "image/png"), _IMAGE),
    **dict.fromkeys(
        (
            "application/pdf",
            "audio/3gpp",
            "audio/3gpp2",
            "audio/amr",
            "audio/mp4",
            "audio/mpeg",
            "audio/ogg",
            "image/tiff",
            "text/calendar",
            "text/vcard",
            "text/x-vcard",
            "video/3gpp",
            "video/3gpp2",
            "video/mp4",
            "video/quicktime",
            "video/webm",
        ),
        _SMALL,
    ),
}
"""The media types that AWS sends as MMS, and how many bytes of each."""

_EXTENSION: Final = re.compile(r".*(\.[A-Za-z0-9]{1,5})")
# How many copies are remembered; most operations have one medium.
_MOST_KNOWN: Final = 1_000
# Seconds before a failed copy is tried again: all messages of an operation ask for the same.
_FAILED_SECONDS: Final = 10
_KNOWN_SECONDS: Final = 3_600
_LATER: Final = NotSent(_FAILED_SECONDS)
_MISSING: Final = ("403", "404", "NoSuchKey", "NotFound", "AccessDenied", "Forbidden")
_NO_BUCKET: Final = ("AccessDenied", "NoSuchBucket", "PermanentRedirect")


class _Known(NamedTuple):
    """The result of a copy, valid `until` (of the monotonic clock)."""

    result: str | Outcome
    until: float


class MediaCopies:
    def __init__(self, make_client: Callable[[], Any], bucket: str, fetcher: Fetcher | None = None) -> None:
        self._make_client = make_client
        self._bucket = bucket
        self._fetcher = fetcher or Fetcher()
        self._lock = Lock()
        self._known: dict[str, _Known] = {}
        self._running: dict[str, Future[str | Outcome]] = {}

    def copy(self, operation_id: str, url: str, limits: Mapping[str, int]) -> str | Outcome:
        """The S3 location of the file at a URL; or the outcome of a message that needs it.

        A thread that asks for a file that another is copying waits for it, but not for long.
        """
        until = time.monotonic() + PREPARING_SECONDS
        key = _key(operation_id, url)
        with self._lock:
            known = self._known.get(key)
            if known and known.until > time.monotonic():
                return known.result
            running = self._running.get(key)
            mine = running is None
            if running is None:
                running = self._running[key] = Future()
        if mine:
            self._run(running, key, url, limits, until)
        try:
            return running.result(timeout=max(until - time.monotonic(), 0))
        except TimeoutError:
            return TOO_LATE

    def _run(
        self, running: Future[str | Outcome], key: str, url: str, limits: Mapping[str, int], until: float
    ) -> None:
        try:
            result = self._copy(key, url, limits, until)
        except BaseException as error:
            with self._lock:
                del self._running[key]
            running.set_exception(error)
            return
        seconds = _FAILED_SECONDS if isinstance(result, NotSent) else _KNOWN_SECONDS
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = _Known(result, time.monotonic() + seconds)
            del self._running[key]
        running.set_result(result)

    def _copy(self, key: str, url: str, limits: Mapping[str, int], until: float) -> str | Outcome:
        try:
            if not self._is_there(key):
                fetched = self._fetcher.fetch(url, limits, min(SECONDS, until - time.monotonic()))
                self._put(key, fetched.body, fetched.content_type)
        except Refused as refused:
            logger.info("media refused", error=refused.problem.code)
            return Rejected(refused.problem.code)
        except Unavailable:
            logger.info("media not available")
            return _LATER
        except (BotoCoreError, ClientError) as error:
            code = _code(error)
            logger.error("media not copied", error=code)
            return Stopped(problems.INVALID_MEDIA.code) if code in _NO_BUCKET else _LATER
        return f"s3://{self._bucket}/{key}"

    def _is_there(self, key: str) -> bool:
        try:
            self._make_client().head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # Without the right to list the bucket, S3 answers a missing object with 403.
            if _code(error) in _MISSING:
                return False
            raise
        return True

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        try:
            self._make_client().put_object(
                Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as error:
            # Another worker was faster.
            if _code(error) != "PreconditionFailed":
                raise


def _key(operation_id: str, url: str) -> str:
    digest = hashlib.sha256(f"{operation_id}\n{url}".encode()).hexdigest()
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    found = _EXTENSION.fullmatch(path)
    return f"{operation_id}/{digest[:40]}{found[1].lower() if found else ''}"


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return type(error).__name__
