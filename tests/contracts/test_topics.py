"""What AWS publishes reaches the queues, and nothing else does."""

from typing import Any

import botocore.session
import pytest

from herald.carriers.aws.receipts import MEANINGS
from herald.model.status import Status
from tests.template import is_true, resource_of, resources, template

ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
SMS_VOICE = "arn:${AWS::Partition}:sms-voice:${AWS::Region}:${AWS::AccountId}:*"
# Who may publish, on which conditions, and the queue that gets it, with or without SNS's envelope.
TOPICS: dict[str, tuple[str, dict[str, Any], str, bool]] = {
    "SmsEvents": (
        "sms-voice",
        ACCOUNT | {"ArnLike": {"aws:SourceArn": {"Fn::Sub": SMS_VOICE}}},
        "ReceiptQueue",
        True,
    ),
    "SmsInbound": ("sms-voice", ACCOUNT, "InboundQueue", False),
    "WhatsAppEvents": ("social-messaging", ACCOUNT, "InboundQueue", True),
}


def test_the_topics_are_these_and_that_of_the_alarms() -> None:
    assert resources("AWS::SNS::Topic").keys() == TOPICS.keys() | {"Alarms"}


@pytest.mark.parametrize("topic", TOPICS)
def test_only_a_service_of_aws_publishes_for_the_account(topic: str) -> None:
    service, condition, _, _ = TOPICS[topic]
    policies = resources("AWS::SNS::TopicPolicy").values()
    [policy] = [each for each in policies if each["Topics"] == [{"Ref": topic}]]

    [statement] = policy["PolicyDocument"]["Statement"]
    assert {name: value for name, value in statement.items() if name != "Sid"} == {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": topic},
        "Condition": condition,
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_hands_on_to_its_queue(topic: str) -> None:
    _, _, queue, is_raw = TOPICS[topic]
    subscriptions = resources("AWS::SNS::Subscription").values()
    [found] = [each for each in subscriptions if each["TopicArn"] == {"Ref": topic}]

    assert (found["Protocol"], resource_of(found["Endpoint"])) == ("sqs", queue)
    assert found.get("RawMessageDelivery", False) is is_raw


@pytest.mark.parametrize("queue", ["ReceiptQueue", "InboundQueue"])
def test_a_queue_takes_from_its_topics_alone(queue: str) -> None:
    policies = resources("AWS::SQS::QueuePolicy").values()
    [policy] = [each for each in policies if each["Queues"] == [{"Ref": queue}]]
    [statement] = policy["PolicyDocument"]["Statement"]

    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    of = {each["Ref"] for each in (source if isinstance(source, list) else [source])}
    assert of == {topic for topic, (_, _, its_queue, _) in TOPICS.items() if its_queue == queue}
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert resource_of(statement["Resource"]) == queue


def test_nothing_of_it_is_made_for_a_stack_without_aws() -> None:
    kinds = ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription", "AWS::SQS::QueuePolicy")
    conditions = {
        name: each.get("Condition")
        for name, each in template()["Resources"].items()
        if each["Type"] in kinds and name not in ("Alarms", "AlarmSubscription")
    }

    assert set(conditions.values()) == {"CarriesWithAws"}
    [made] = [
        each for each in template()["Resources"].values() if each["Type"] == "AWS::SMSVOICE::ConfigurationSet"
    ]
    assert made["Condition"] == "MakesConfigurationSet"


def _destination() -> dict[str, Any]:
    [made] = resources("AWS::SMSVOICE::ConfigurationSet").values()
    [destination] = made["EventDestinations"]
    return dict(destination)


def test_the_configuration_set_publishes_to_the_topic() -> None:
    assert _destination()["SnsDestination"] == {"TopicArn": {"Ref": "SmsEvents"}}
    assert _destination()["Enabled"] is True


@pytest.mark.parametrize("counts", ["true", "false"])
def test_the_configuration_set_reports_what_ends_a_message_and_no_more(counts: str) -> None:
    subscribed = set()
    for each in _destination()["MatchingEventTypes"]:
        if isinstance(each, dict):
            condition, then, otherwise = each["Fn::If"]
            assert otherwise == {"Ref": "AWS::NoValue"}
            if is_true({"Condition": condition}, {"CountSuccessfulAsDelivered": counts}):
                subscribed.add(then)
        else:
            subscribed.add(each)

    model: Any = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    known = set(model.shape_for("EventType").enum)
    successful = {"TEXT_SUCCESSFUL", "MEDIA_SUCCESSFUL"}
    ends = {kind for kind, each in MEANINGS.items() if each.status not in (None, Status.SENT)}
    assert subscribed == (ends | (successful if counts == "true" else set())) & known
    assert len(subscribed) <= model.shape_for("EventTypeList").metadata["max"]
