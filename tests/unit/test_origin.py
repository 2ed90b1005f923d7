"""The function that a carrier calls speaks for no other carrier, whatever it puts on the queues."""

import json
import re
from typing import Any

import pytest

from herald.carriers import CARRIERS, queued
from herald.model.message import Receipt
from herald.model.status import Status
from herald.runtime import settings
from tests.template import resource_of, resources
from tests.unit.inbound import an_inbound
from tests.world import World, invoke, role_id, sqs_event

pytestmark = pytest.mark.simulated

ROLES = {"twilio": "TwilioCallbackRole", "http": "HttpCallbackRole"}
NOT_REPORTED = "+15005550140"


def receipt(world: World) -> Receipt:
    """A forged receipt that says that a message was delivered."""
    world.send(NOT_REPORTED)
    world.settle()
    [message] = world.messages()
    return Receipt(
        account=world.account, message_id=message["id"], attempt=1, status=Status.DELIVERED, error=None
    )


def bodies(world: World, carrier: str | None) -> dict[str, str]:
    """What a carrier says: a receipt, and a message from somebody; of None as AWS's own event has it."""
    said = {
        "receipts": queued.receipts(carrier or "", [receipt(world)]),
        "inbound": queued.inbound(carrier or "", [an_inbound(world.account)]),
    }
    if carrier is None:
        said = {
            name: json.dumps({key: value for key, value in json.loads(body).items() if key != "carrier"})
            for name, body in said.items()
        }
    return said


@pytest.mark.parametrize("what", ["receipts", "inbound"])
@pytest.mark.parametrize("says", [*CARRIERS, "nobody", None])
@pytest.mark.parametrize("sent_by", ROLES)
def test_the_function_that_a_carrier_calls_speaks_for_that_carrier_alone(
    world: World, capsys: pytest.CaptureFixture[str], sent_by: str, says: str | None, what: str
) -> None:
    body = bodies(world, says)[what]
    before = world.items()
    capsys.readouterr()

    answer = invoke("receive", sqs_event(body, sent_by=ROLES[sent_by]))

    assert answer["batchItemFailures"] == []
    printed = capsys.readouterr().out
    assert (world.items() != before) is (says == sent_by)
    assert ('"ReportForged"' in printed) is (says != sent_by)
    # What is redriven is believed: it is the operator's then.
    assert world.bodies("ReceiptDeadLetters") == world.bodies("InboundDeadLetters") == []


@pytest.mark.parametrize("body", ["[]", '"twilio"', "7", "null", '{"Type": "Notification", "Message": "{}"}'])
def test_what_is_no_message_of_herald_is_forged_where_a_carrier_calls(world: World, body: str) -> None:
    assert invoke("receive", sqs_event(body, sent_by=ROLES["twilio"]))["batchItemFailures"] == []


def test_a_forged_message_takes_no_other_of_its_batch_down(world: World) -> None:
    said = bodies(world, "twilio")
    records: list[Any] = [
        *sqs_event(said["inbound"], sent_by=ROLES["http"])["Records"],
        *sqs_event(said["receipts"], sent_by=ROLES["twilio"])["Records"],
    ]
    event = {"Records": [{**each, "messageId": str(place)} for place, each in enumerate(records)]}

    assert invoke("receive", event)["batchItemFailures"] == []

    assert [message["status"] for message in world.messages()] == ["DELIVERED"]


@pytest.mark.parametrize("sent_by", [None, "FanOutRole"])
def test_aws_the_operator_and_the_sandbox_are_believed(world: World, sent_by: str | None) -> None:
    invoke("receive", sqs_event(bodies(world, "sandbox")["receipts"], sent_by=sent_by))

    assert [message["status"] for message in world.messages()] == ["DELIVERED"]


def test_a_carrier_is_told_by_the_role_of_the_function_that_it_calls(world: World) -> None:
    called = {
        re.sub("Callback.*", "", name).lower(): resource_of(function["Role"])
        for name, function in resources("AWS::Serverless::Function").items()
        if "Callback" in name
    }

    assert called == ROLES
    assert {name: settings().carrier_of_role(f"{role_id(role)}:any") for name, role in called.items()} == {
        name: name for name in called
    }
    assert settings().carrier_of_role("") is None
    assert settings().carrier_of_role("AIDAIT2UOQQY3AUEKVGXU") is None


def test_a_carrier_other_than_the_sandbox_does_not_say_whose_a_message_is(world: World) -> None:
    """It would choose the account: its own senders have owners."""
    said = queued.inbound("http", [an_inbound(world.account)])

    [message] = queued.parse_inbound(json.loads(said))

    assert message.account is None
