from base64 import b64decode

import httpx
import pytest

from herald.sending.once import LEASE_SECONDS
from herald_cli.client import ApiError, Herald, NoAnswerError, NotReachedError, SendMessagesRequest
from tests.unit.cli.fake_api import (
    MESSAGE_ID,
    OPERATION_ID,
    FakeApi,
    FakeClock,
    a_page,
    a_whole_message,
    accepted,
    an_operation,
    operation_answer,
    refused,
)

REQUEST: SendMessagesRequest = {
    "to": [{"address": "+12125550100", "channel": "PHONE", "variables": {"name": "Žofia"}}],
    "content": {"text": "Hi"},
}
BUSY = refused((20429, "Too many requests.", None), status=429)


@pytest.fixture
def herald(api: FakeApi, clock: FakeClock) -> Herald:
    return Herald("https://api.test/v1", "AC1", "token", transport=api.transport, sleep=clock.sleep)


def test_send(api: FakeApi, herald: Herald) -> None:
    api.answer("POST /v1/Messages", accepted())

    answer = herald.send(REQUEST)

    assert answer["operationId"] == OPERATION_ID
    assert api.bodies == [REQUEST]
    [request] = api.requests
    assert request.headers["Content-Type"] == "application/json"
    assert b64decode(request.headers["Authorization"].removeprefix("Basic ")) == b"AC1:token"


def test_all_errors_of_a_refusal_are_kept(api: FakeApi, herald: Herald) -> None:
    api.answer("POST /v1/Messages", refused((21614, "No number.", "$.to[0].address"), (400, "No.", None)))

    with pytest.raises(ApiError) as caught:
        herald.send(REQUEST)

    assert caught.value.status == 400
    assert caught.value.errors == [
        {"code": 21614, "message": "No number.", "context": "$.to[0].address"},
        {"code": 400, "message": "No.", "context": None},
    ]


IN_USE = refused((99011, "Still being taken over.", None), status=409)
IN_USE.headers["Retry-After"] = "3"
LOST = httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        LOST,
        httpx.ReadError(""),
        httpx.RemoteProtocolError("gone"),
        BUSY,
        refused((20503, "Service unavailable.", None), status=503),
        refused((20500, "Internal server error.", None), status=500),
        httpx.Response(504, text="Endpoint request timed out"),
        IN_USE,
    ],
    ids=str,
)
def test_a_send_is_repeated_with_its_key(
    api: FakeApi, herald: Herald, answer: httpx.Response | Exception
) -> None:
    api.answer("POST /v1/Messages", answer, answer, accepted())

    assert herald.send(REQUEST)["operationId"] == OPERATION_ID

    [key] = {request.headers["Idempotency-Key"] for request in api.requests}
    assert len(api.requests) == 3
    herald.send(REQUEST)
    assert api.requests[-1].headers["Idempotency-Key"] != key


def test_a_key_may_be_given(api: FakeApi, herald: Herald) -> None:
    api.answer("POST /v1/Messages", accepted())

    herald.send(REQUEST, "order-1")

    assert api.requests[0].headers["Idempotency-Key"] == "order-1"


@pytest.mark.parametrize("status", [400, 401, 403, 409, 413])
def test_a_send_that_is_refused_is_not_repeated(api: FakeApi, herald: Herald, status: int) -> None:
    api.answer("POST /v1/Messages", refused((1, "No.", None), status=status))

    with pytest.raises(ApiError):
        herald.send(REQUEST)

    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("answers", "error", "tries"),
    [
        ([httpx.ConnectError("refused")], NotReachedError, 5),
        ([BUSY], ApiError, 5),
        ([LOST], NoAnswerError, 8),
        # It may have been accepted, whatever came after.
        ([LOST, httpx.ConnectError("refused")], NoAnswerError, 8),
        ([BUSY, LOST, BUSY], NoAnswerError, 8),
        ([LOST, IN_USE], NoAnswerError, 8),
        ([LOST, refused((99010, "Another request.", None), status=409)], ApiError, 2),
    ],
)
def test_a_send_is_not_repeated_for_ever(
    api: FakeApi,
    herald: Herald,
    answers: list[httpx.Response | Exception],
    error: type[Exception],
    tries: int,
) -> None:
    api.answer("POST /v1/Messages", *answers)

    with pytest.raises(error):
        herald.send(REQUEST)

    assert len(api.requests) == tries


def test_a_send_waits_out_a_request_that_died_under_way(
    api: FakeApi, herald: Herald, clock: FakeClock
) -> None:
    api.answer("POST /v1/Messages", LOST, IN_USE)

    with pytest.raises(NoAnswerError):
        herald.send(REQUEST)

    assert min(clock.slept[1:]) >= 3
    assert sum(clock.slept) > LEASE_SECONDS


def test_a_read_is_repeated_while_the_api_is_busy(api: FakeApi, herald: Herald, clock: FakeClock) -> None:
    slow_down = refused((20429, "Too many requests.", None), status=429)
    slow_down.headers["Retry-After"] = "3"
    api.answer(
        f"GET /v1/Messages/Operations/{OPERATION_ID}",
        slow_down,
        httpx.ReadTimeout("slow"),
        operation_answer(),
    )

    assert herald.operation(OPERATION_ID) == an_operation()
    assert clock.slept == [3.0, 1.0]


def test_a_read_is_not_repeated_for_ever(api: FakeApi, herald: Herald) -> None:
    api.answer(f"GET /v1/Messages/{MESSAGE_ID}", BUSY)

    with pytest.raises(ApiError) as caught:
        herald.message(MESSAGE_ID)

    assert caught.value.status == 429
    assert len(api.requests) == 5


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(502, text="<html>\nBad gateway"), httpx.Response(200, text="<html>\nBad gateway")],
)
def test_an_answer_of_something_else_is_an_error(
    api: FakeApi, herald: Herald, answer: httpx.Response
) -> None:
    api.answer(f"GET /v1/Messages/{MESSAGE_ID}", answer)

    with pytest.raises(ApiError, match="did not answer as this API does: <html> Bad gateway"):
        herald.message(MESSAGE_ID)


def test_message(api: FakeApi, herald: Herald) -> None:
    answer = a_whole_message()
    api.answer(f"GET /v1/Messages/{MESSAGE_ID}", httpx.Response(200, json=answer))

    assert herald.message(MESSAGE_ID) == answer


def test_an_id_cannot_lead_elsewhere(api: FakeApi, herald: Herald) -> None:
    api.answer("GET /v1/Messages/../x?y", refused((20404, "Not found.", None), status=404))

    with pytest.raises(ApiError):
        herald.message("../x?y")

    assert api.requests[0].url.raw_path == b"/v1/Messages/..%2Fx%3Fy"


def test_messages_follow_the_pages_with_the_same_filters(api: FakeApi, herald: Herald) -> None:
    api.answer("GET /v1/Messages", a_page(1, 2, next_token="t1"), a_page(next_token="t2"), a_page(3))

    messages = list(herald.messages(operationId=OPERATION_ID, pageSize=2))

    assert [message["to"][0]["address"][-1] for message in messages] == ["1", "2", "3"]
    filters = {"operationId": OPERATION_ID, "pageSize": "2"}
    assert [dict(request.url.params) for request in api.requests] == [
        filters,
        {**filters, "pageToken": "t1"},
        {**filters, "pageToken": "t2"},
    ]


def test_operations_page(api: FakeApi, herald: Herald) -> None:
    page = {"operations": [an_operation()], "pagination": {"next": None, "self": "here"}}
    api.answer("GET /v1/Messages/Operations", httpx.Response(200, json=page))

    assert herald.operations_page(status="COMPLETED") == page
    assert dict(api.requests[0].url.params) == {"status": "COMPLETED"}
