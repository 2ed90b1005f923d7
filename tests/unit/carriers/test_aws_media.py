"""Media are copied once for an operation, however many ask for them, and whatever dies."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from herald.carriers import NotSent, Outcome, Rejected, Stopped
from herald.carriers.aws import media as aws_media
from herald.carriers.aws.media import MMS, MediaCopies
from herald.carriers.fetch import Fetched, Fetcher, Refused, Unavailable
from herald.model import problems
from tests.unit.carriers.messages import OPERATION
from tests.world import REGION

BUCKET = "herald-media"
URL = "https://example.org/picture.PNG?size=1"
ANOTHER = "comms_operation_01m84msk09raq5zj18gfae3m0h"


class Source(Fetcher):
    """What the internet has."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.failure: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def fetch(self, url: str, limits: Mapping[str, int], seconds: float = 6) -> Fetched:
        self.fetched.append(url)
        self.meanwhile()
        if self.failure:
            raise self.failure
        return Fetched("image/png", url.encode())


@pytest.fixture
def s3(aws: pytest.MonkeyPatch) -> Any:
    client: Any = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def copies(s3: Any, source: Source) -> MediaCopies:
    return MediaCopies(lambda: s3, BUCKET, source)


def body(s3: Any, place: str | Outcome) -> bytes:
    assert isinstance(place, str)
    bucket, key = place.removeprefix("s3://").split("/", 1)
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def test_a_copy_is_where_it_is_said_to_be(s3: Any, copies: MediaCopies) -> None:
    place = copies.copy(OPERATION, URL, MMS)

    assert body(s3, place) == URL.encode()
    assert isinstance(place, str)
    # AWS tells a kind of file by its name, too.
    assert place.startswith(f"s3://{BUCKET}/{OPERATION}/")
    assert place.endswith(".png")
    head = s3.head_object(Bucket=BUCKET, Key=place.split("/", 3)[3])
    assert head["ContentType"] == "image/png"


def test_another_worker_and_a_repeat_find_the_copy(s3: Any, copies: MediaCopies, source: Source) -> None:
    first = copies.copy(OPERATION, URL, MMS)
    source.failure = Refused(problems.INVALID_MEDIA)

    assert MediaCopies(lambda: s3, BUCKET, source).copy(OPERATION, URL, MMS) == first
    assert copies.copy(OPERATION, URL, MMS) == first
    assert source.fetched == [URL]


def test_each_url_and_each_operation_has_a_copy(s3: Any, copies: MediaCopies, source: Source) -> None:
    places = {
        copies.copy(operation, url, MMS) for operation in (OPERATION, ANOTHER) for url in (URL, URL + "0")
    }

    assert len(places) == len(source.fetched) == 4


def test_many_threads_fetch_once(copies: MediaCopies, source: Source) -> None:
    together = threading.Event()
    source.meanwhile = lambda: together.wait(2)

    with ThreadPoolExecutor(max_workers=25) as pool:
        places = [pool.submit(copies.copy, OPERATION, URL, MMS) for _ in range(25)]
        together.set()

    assert len({place.result() for place in places}) == 1
    assert source.fetched == [URL]


def test_a_slower_worker_uses_the_copy_of_another(s3: Any, copies: MediaCopies, source: Source) -> None:
    def another_is_faster() -> None:
        source.meanwhile = lambda: None
        MediaCopies(lambda: s3, BUCKET, source).copy(OPERATION, URL, MMS)
        source.failure = None

    source.meanwhile = another_is_faster

    assert body(s3, copies.copy(OPERATION, URL, MMS)) == URL.encode()
    assert source.fetched == [URL, URL]


@pytest.mark.parametrize(
    "problem",
    [problems.INVALID_MEDIA, problems.MEDIA_TYPE, problems.TOO_LARGE],
    ids=lambda each: str(each.code),
)
def test_what_is_refused_is_refused_to_all_and_asked_for_once(
    copies: MediaCopies, source: Source, problem: Any
) -> None:
    source.failure = Refused(problem)

    assert [copies.copy(OPERATION, URL, MMS) for _ in range(3)] == [Rejected(problem.code)] * 3
    assert source.fetched == [URL]


def test_what_is_unavailable_is_tried_again_after_a_while(
    copies: MediaCopies, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.failure = Unavailable()
    assert [copies.copy(OPERATION, URL, MMS) for _ in range(3)] == [NotSent(10)] * 3
    source.failure = None
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 11)

    assert isinstance(copies.copy(OPERATION, URL, MMS), str)
    assert source.fetched == [URL, URL]


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "PutObject")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (error("AccessDenied"), Stopped(21620)),
        (error("NoSuchBucket"), Stopped(21620)),
        (error("SlowDown"), NotSent(10)),
        (error("ConditionalRequestConflict"), NotSent(10)),
        (error("InternalError"), NotSent(10)),
        (EndpointConnectionError(endpoint_url="https://x"), NotSent(10)),
    ],
    ids=lambda value: str(value),
)
def test_a_bucket_that_does_not_take_it_sends_nothing(
    s3: Any, copies: MediaCopies, monkeypatch: pytest.MonkeyPatch, failure: Exception, expected: Outcome
) -> None:
    def fail(**_: Any) -> Any:
        raise failure

    monkeypatch.setattr(s3, "put_object", fail)

    assert copies.copy(OPERATION, URL, MMS) == expected


def test_without_the_right_to_list_a_missing_object_is_forbidden(
    s3: Any, copies: MediaCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> Any:
        raise error("403")

    monkeypatch.setattr(s3, "head_object", fail)

    assert isinstance(copies.copy(OPERATION, URL, MMS), str)


def test_a_worker_that_dies_while_it_copies_holds_up_no_other(copies: MediaCopies, source: Source) -> None:
    source.failure = MemoryError()
    with pytest.raises(MemoryError):
        copies.copy(OPERATION, URL, MMS)
    source.failure = None

    assert isinstance(copies.copy(OPERATION, URL, MMS), str)


def test_the_limits_are_those_of_aws() -> None:
    assert {name for name, most in MMS.items() if most == 2_000_000} == {
        "image/gif",
        "image/jpeg",
        "image/png",
    }
    assert set(MMS.values()) == {2_000_000, 600_000}


def test_a_thread_does_not_wait_long_for_a_copy(
    copies: MediaCopies, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left for later: the copy may be there then."""
    monkeypatch.setattr(aws_media, "PREPARING_SECONDS", 0.1)
    began, done = threading.Event(), threading.Event()

    def stuck() -> None:
        began.set()
        done.wait(10)

    source.meanwhile = stuck
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(copies.copy, OPERATION, URL, MMS)
        assert began.wait(5)
        second = copies.copy(OPERATION, URL, MMS)
        is_waiting = not first.done()
        done.set()

    assert (second, is_waiting) == (NotSent(1), True)
    assert isinstance(first.result(), str)
