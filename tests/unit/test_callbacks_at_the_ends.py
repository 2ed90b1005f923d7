"""Callbacks with values at the ends of what they may be: an error of ours, or a message; never a crash."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from herald.tasks import NotEnqueued, Queue
from tests.callbacks import OURS, PERSON, from_http, from_twilio
from tests.fuzz.runs import world_of
from tests.world import World

pytestmark = pytest.mark.simulated
TWILIO = {"MessageSid": "SM1", "From": PERSON, "To": OURS, "Body": "Hi"}
HTTP = {"id": "1", "from": PERSON, "to": OURS, "channel": "SMS", "text": "Hi", "at": "2026-01-01T00:00:00Z"}


def refused_by_aws(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendMessageBatch")


@pytest.fixture
def world(aws: pytest.MonkeyPatch) -> Iterator[World]:
    with world_of(aws) as world:
        yield world


def inbound(world: World) -> list[Any]:
    world.settle()
    assert world.bodies("InboundQueue") == []
    return world.messages(status="INBOUND")


@pytest.mark.parametrize("number", ["20000000", "9" * 5_000, "-1", "1e9", "٣"])
def test_a_number_of_media_is_not_believed(world: World, number: str) -> None:
    form = {**TWILIO, "NumMedia": number, "MediaUrl0": "https://a/0", "MediaUrl1": "https://a/1"}

    assert from_twilio(world, "/Callbacks/twilio/Messages", form).status == 200

    [message] = inbound(world)
    content = world.get(f"/Messages/{message['id']}").body["content"]
    assert [each["url"] for each in content["media"]] == ["https://a/0", "https://a/1"]


def test_more_parameters_than_a_message_has_are_refused(world: World) -> None:
    form = {**TWILIO, **{f"x{number}": "" for number in range(600)}}

    assert from_twilio(world, "/Callbacks/twilio/Messages", form).status in (400, 413)
    assert inbound(world) == []


@pytest.mark.parametrize("place", ["nan", "inf", "1e999", "x", ""])
def test_a_place_that_is_none_is_left_out(world: World, place: str) -> None:
    form = {**TWILIO, "Latitude": place, "Longitude": "1"}

    assert from_twilio(world, "/Callbacks/twilio/Messages", form).status == 200
    assert len(inbound(world)) == 1


@pytest.mark.parametrize(
    "at",
    [
        *(
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+23:59",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
        ),
        *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"),
    ],
)
def test_a_time_at_an_end_of_the_calendar_stops_nothing(world: World, at: str) -> None:
    answer = from_http(world, "/Callbacks/http/Messages", {**HTTP, "at": at})

    assert answer.status in (204, 400)
    found = inbound(world)
    assert len(found) == (answer.status == 204)
    # And whatever came, each of its pages can be shown.
    for message in found:
        assert world.get(f"/Messages/{message['id']}").status == 200


@pytest.mark.parametrize("field", ["from", "to", "postbackData", "text", "id"])
def test_a_value_that_is_too_long_is_told(world: World, field: str) -> None:
    answer = from_http(world, "/Callbacks/http/Messages", {**HTTP, field: "x" * 30_000})

    assert (answer.status, answer.body["errors"][0]["context"]) == (400, f"$.{field}")


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
@pytest.mark.parametrize("value", ["S" * 257, "S" * 5_000, "rcs:" + "a" * 3_000])
def test_an_id_or_address_of_twilio_that_is_too_long_is_no_message(
    world: World, field: str, value: str
) -> None:
    assert from_twilio(world, "/Callbacks/twilio/Messages", {**TWILIO, field: value}).status == 200
    assert inbound(world) == []


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (NotEnqueued("1 entries"), 503),
        (refused_by_aws("RequestThrottled", 403), 503),
        (refused_by_aws("503", 503), 503),
        (ReadTimeoutError(endpoint_url="https://sqs"), 503),
        (refused_by_aws("AccessDenied", 403), 500),
    ],
)
def test_a_queue_that_is_busy_or_down_is_a_503(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: Exception,
    status: int,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(Queue, "send", refuse)
    capsys.readouterr()

    answer = from_http(world, "/Callbacks/http/Messages", HTTP)

    assert (answer.status, answer.headers.get("Retry-After")) == (status, "3" if status == 503 else None)
    # The invocation has succeeded: Lambda counts no error.
    assert '"CallbackFailed"' in capsys.readouterr().out
