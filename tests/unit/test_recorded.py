"""A transcript that differs from what a stack answers now is told of."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from herald_cli.doctor.exchange import Answer, Body, Exchange
from herald_cli.doctor.transcript import LeakError, Transcript, load
from tests.recorded.replay import differences_of_requests, differences_of_runs

ASKED: Final = Exchange("GET /x", "GET", "/x", "own", {"Accept-Encoding": "gzip"}, Body(size=20))
BODY: Final = {
    "messages": [{"id": "comms_message_01h9krwprkeee8fzqspvwy6nq8000", "to": "+12065550123"}],
    "pagination": {"next": None, "self": "secret-token"},
    "operationId": "comms_operation_01h9krwprkeee8fzqspvwy6nq8",
    "location": "https://a1.execute-api.us-east-1.amazonaws.com/v1/x",
    "account": "AC" + "1" * 32,
    "arn": "arn:aws:sqs:us-east-1:123456789012:x",
    "at": "2026-01-02T03:04:05Z",
}


def answer(status: int = 200, body: Any = BODY, **headers: str) -> Answer:
    return Answer(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


@pytest.fixture
def transcript(tmp_path: Path) -> list[Any]:
    made = Transcript()
    made.exchange(ASKED, answer())
    made.write("a row that is there", "DuplicateItem")
    made.sums("canary-send", {"total": 300})
    made.save(tmp_path / "t.jsonl", ["the-token"])
    return load(tmp_path / "t.jsonl")


def test_a_transcript_has_nothing_personal_and_nothing_of_one_stack(transcript: list[Any]) -> None:
    text = json.dumps(transcript)

    for secret in (
        "12065550123",
        "01h9krwprkeee8fzqspvwy6nq8",
        "a1.execute-api",
        "1" * 32,
        "123456789012",
        "2026-",
    ):
        assert secret not in text
    assert "secret-token" not in text


def test_the_same_answers_are_no_difference(transcript: list[Any]) -> None:
    asked: list[Exchange] = []

    def ask(exchange: Exchange) -> Answer:
        asked.append(exchange)
        return answer(body={**BODY, "operationId": "comms_operation_01h9krwprkeee8fzqspvwy6nq9"})

    assert list(differences_of_requests(transcript, ask)) == []
    assert asked == [ASKED]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (answer(403), "status 403, recorded 200"),
        (answer(body={"message": "Forbidden"}), "body"),
        (answer(allow="GET"), "allow 'GET', recorded None"),
    ],
    ids=["status", "body", "headers"],
)
def test_another_answer_is_told(transcript: list[Any], other: Answer, says: str) -> None:
    [first, *_] = differences_of_requests(transcript, lambda _: other)

    assert says in first


def test_another_answer_to_a_write_and_another_sum_are_told(transcript: list[Any]) -> None:
    other = Transcript()
    other.write("a row that is there", "ConditionalCheckFailed")
    other.sums("canary-send", {"total": 299})

    assert len(list(differences_of_runs(transcript, other.entries))) == 2
    assert list(differences_of_runs(transcript, transcript)) == []


def test_a_transcript_with_a_credential_is_not_written(tmp_path: Path) -> None:
    made = Transcript()
    made.write("x", "the-token")

    with pytest.raises(LeakError):
        made.save(tmp_path / "t.jsonl", ["the-token"])

    assert not (tmp_path / "t.jsonl").exists()
