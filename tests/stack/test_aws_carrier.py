"""The stack that AWS carries for: each recipient gets one message, however badly AWS behaves."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from herald_cli.client import Herald, Recipient
from tests.stack.waiting import wait_for, wait_for_output
from tests.template import ROOT
from tools.fake_carrier import Answer, Behaviour, FakeCarrier
from tools.stack import LocalStack
from tools.stack.ministack import free_port

SENDER = {"address": "+15005550006", "channel": "SMS"}
# Ten thousand go by the sandbox, in test_ten_thousand.py.
MANY, SOME = 500, 800
BAD: dict[Answer, float] = {
    Answer.DROP: 0.02,
    Answer.FAIL: 0.02,
    Answer.THROTTLE: 0.05,
    Answer.HANG: 0.002,
    Answer.REFUSE: 0.01,
}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeCarrier]:
    with FakeCarrier() as fake:
        yield fake


def urls(fake: FakeCarrier) -> dict[str, str]:
    names = ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", "AWS_ENDPOINT_URL_SOCIALMESSAGING")
    return dict.fromkeys(names, fake.url)


@pytest.fixture(scope="module")
def stack(fake: FakeCarrier) -> Iterator[LocalStack]:
    parameters = {
        "Carrier": "aws",
        "ConfigurationSet": "herald",
        "UnconfirmedSeconds": "3",
        "AccountPartsPerDay": "0",
    }
    with LocalStack(parameters=parameters, auth=True, carrier_urls=urls(fake)) as stack:
        yield stack


def send(herald: Herald, number: int) -> str:
    to: list[Recipient] = [
        {"address": f"+1206{place:07}", "channel": "PHONE"} for place in range(2_000_000, 2_000_000 + number)
    ]
    accepted = herald.send({"from": SENDER, "to": to, "content": {"text": "Hello"}})  # type: ignore[typeddict-item]
    return accepted["operationId"]


def test_recipients_are_as_many_posts(stack: LocalStack, herald: Herald, fake: FakeCarrier) -> None:
    fake.director.direct(Behaviour())
    fake.forget()

    operation_id = send(herald, MANY)
    wait_for(herald, operation_id, Counter(sent=MANY))

    calls = fake.calls()
    assert Counter(call.answer for call in calls) == {"accept": MANY}
    assert len({call.to for call in calls}) == len({call.key for call in calls}) == MANY
    assert {call.parameters["ConfigurationSetName"] for call in calls} == {"herald"}


def test_nobody_is_texted_twice_or_lost_by_a_carrier_that_misbehaves(
    stack: LocalStack, herald: Herald, fake: FakeCarrier
) -> None:
    fake.director.direct(Behaviour(seed=1, rates=BAD, hang_seconds=10))
    fake.forget()

    operation_id = send(herald, SOME)
    answers = {place: fake_answers(place, fake) for place in range(2_000_000, 2_000_000 + SOME)}
    expected = Counter("sent" if answer is Answer.ACCEPT else "failed" for answer in answers.values())
    wait_for(herald, operation_id, expected)

    calls = fake.calls()
    of_key: dict[str, list[str]] = {}
    for call in calls:
        of_key.setdefault(call.key, []).append(call.answer)
    # After anything but "not now" there is no other try; and what was taken was so once.
    assert [tried for tried in of_key.values() if set(tried[:-1]) - {"throttle"}] == []
    assert len(of_key) == SOME
    assert fake.summary()["mostTakenOfAKey"] == 1
    messages = list(herald.messages(operationId=operation_id, status="FAILED", pageSize=1000))
    errors = Counter(error_of(herald, message["id"]) for message in messages[:40])
    assert set(errors) <= {99001, 21610}
    assert errors[99001]


def fake_answers(place: int, fake: FakeCarrier) -> Answer:
    """What becomes of a number: the first answer that is not "not now"."""
    number = f"+1206{place:07}"
    return next(
        answer for turn in range(100) if (answer := fake.director.drawn(number, turn)) is not Answer.THROTTLE
    )


def error_of(herald: Herald, message_id: str) -> Any:
    return herald.message(message_id)["attempts"][-1]["error"]["code"]  # type: ignore[index]


def test_what_aws_reports_arrives(stack: LocalStack, herald: Herald, fake: FakeCarrier) -> None:
    fake.director.direct(Behaviour(events={"+12065550102": "TEXT_UNREACHABLE"}))
    fake.report_to(
        stack.endpoint_url, stack.outputs["SmsEventsTopicArn"], stack.outputs["WhatsAppEventsTopicArn"]
    )
    to: list[Recipient] = [
        {"address": "+12065550101", "channel": "PHONE"},
        {"address": "+12065550102", "channel": "PHONE"},
        {"address": "+12065550103", "channel": "WHATSAPP"},
    ]

    accepted = herald.send({"to": to, "content": {"text": "Hello"}})

    wait_for(herald, accepted["operationId"], Counter(delivered=2, undelivered=1))
    fake.reporter = None


def test_media_that_lead_into_a_private_network_send_nothing(
    stack: LocalStack, herald: Herald, fake: FakeCarrier
) -> None:
    """Also: the function may look into its bucket, where there is no copy yet."""
    fake.director.direct(Behaviour())
    fake.forget()
    accepted = herald.send(
        {
            "from": SENDER,  # type: ignore[typeddict-item]
            "to": [{"address": "+12065550104", "channel": "PHONE"}],
            "content": {"text": "Look", "media": [{"url": "https://169.254.169.254/latest/meta-data/a.png"}]},
        }
    )

    wait_for(herald, accepted["operationId"], Counter(failed=1))
    [message] = herald.messages(operationId=accepted["operationId"])
    assert error_of(herald, message["id"]) == 21620
    assert fake.calls() == []


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = ROOT / ".herald" / f"test-aws-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


def test_make_run_hands_the_places_of_aws_to_the_functions(folder: Path, fake: FakeCarrier) -> None:
    fake.director.direct(Behaviour())
    fake.forget()
    port, settings, output = free_port(), folder / "local.json", folder / "output"
    environment = os.environ | {"HERALD_DIR": str(folder), "PORT": str(port), "CARRIER": "aws"} | urls(fake)
    with output.open("w") as file:
        make = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        wait_for_output("Ready", make, output)
        local = json.loads(settings.read_text())
        with Herald(local["baseUrl"], local["accountSid"], local["authToken"]) as herald:
            wait_for(herald, send(herald, 3), Counter(delivered=3))
    finally:
        make.send_signal(signal.SIGTERM)
        make.wait(timeout=60)
        fake.reporter = None

    assert Counter(call.answer for call in fake.calls()) == {"accept": 3}


@pytest.mark.parametrize(
    ("carrier", "said"), [("aws", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"), ("pigeon", "sandbox or aws")]
)
def test_make_run_needs_to_know_where_aws_is(folder: Path, carrier: str, said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT")}
    run = subprocess.run(
        ["make", "run"],
        cwd=ROOT,
        env=environment | {"HERALD_DIR": str(folder), "PORT": str(free_port()), "CARRIER": carrier},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode != 0
    assert said in run.stderr
