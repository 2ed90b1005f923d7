"""What each function may do. A change of its rights is a change of this table."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.template import EventSource, event_sources, resource_of, resources

RIGHTS = {
    "accept": {
        "dynamodb:BatchWriteItem": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:Query": {"Table.Arn"},
    },
    "authorize": {
        "dynamodb:GetItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"KeySecret.Id"},
    },
    "dispatch": {
        "dynamodb:DescribeStream": {"Table.StreamArn"},
        "dynamodb:GetRecords": {"Table.StreamArn"},
        "dynamodb:GetShardIterator": {"Table.StreamArn"},
        "dynamodb:ListStreams": {"Table.StreamArn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "StreamDeadLetters.Arn"},
    },
    "fan_out": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:BatchWriteItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:DeleteMessage": {"ChunkQueue.Arn"},
        "sqs:GetQueueAttributes": {"ChunkQueue.Arn"},
        "sqs:ReceiveMessage": {"ChunkQueue.Arn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "ReceiptQueue.Arn"},
    },
    "query": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:Query": {"Table.Arn", "${Table.Arn}/index/messages_by_status"},
        "secretsmanager:GetSecretValue": {"KeySecret.Id"},
    },
    "receive": {
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:DeleteMessage": {"ReceiptQueue.Arn"},
        "sqs:GetQueueAttributes": {"ReceiptQueue.Arn"},
        "sqs:ReceiveMessage": {"ReceiptQueue.Arn"},
    },
    "tally": {
        "dynamodb:DescribeStream": {"Table.StreamArn"},
        "dynamodb:GetRecords": {"Table.StreamArn"},
        "dynamodb:GetShardIterator": {"Table.StreamArn"},
        "dynamodb:ListStreams": {"Table.StreamArn"},
        "dynamodb:Query": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:SendMessage": {"StreamDeadLetters.Arn"},
    },
}
CONDITIONS = {
    "authorize": [{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["CREDENTIAL#*"]}}],
}

ROLES = resources("AWS::IAM::Role")
FUNCTIONS = {
    each["Handler"].removesuffix(".handler"): each for each in resources("AWS::Serverless::Function").values()
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(function: str) -> list[dict[str, Any]]:
    properties = FUNCTIONS[function]
    if "Role" not in properties:
        return [statement for policy in properties["Policies"] for statement in policy["Statement"]]
    policies = ROLES[resource_of(properties["Role"])]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def _rights(statements: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    rights: dict[str, set[str]] = {}
    for statement in statements:
        for action in _list(statement["Action"]):
            of = {next(iter(each.values())) for each in _list(statement["Resource"])}
            rights[action] = rights.get(action, set()) | of
    return rights


def test_every_function_is_in_the_table() -> None:
    assert RIGHTS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", RIGHTS)
def test_a_function_may_do_what_the_table_says_and_no_more(function: str) -> None:
    statements = _statements(function)

    assert _rights(statements) == RIGHTS[function]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert [each["Condition"] for each in statements if "Condition" in each] == CONDITIONS.get(function, [])


@pytest.mark.parametrize("function", RIGHTS)
def test_no_right_is_for_everything(function: str) -> None:
    rights = _rights(_statements(function))

    assert "*" not in str(rights)


def test_every_role_is_of_one_function_and_has_no_other_rights_than_to_log() -> None:
    used = Counter(resource_of(each["Role"]) for each in FUNCTIONS.values() if "Role" in each)

    assert used == dict.fromkeys(ROLES, 1)
    assert [role["ManagedPolicyArns"] for role in ROLES.values()] == [
        [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}]
    ] * len(ROLES)


def test_only_lambda_may_take_a_role() -> None:
    assert [role["AssumeRolePolicyDocument"]["Statement"] for role in ROLES.values()] == [
        [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ]
    ] * len(ROLES)


@pytest.mark.parametrize("source", list(event_sources("SQS")), ids=lambda source: source.function)
def test_a_function_may_read_its_queue(source: EventSource) -> None:
    queue = source.properties["Queue"]["Fn::GetAtt"]
    reading = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

    assert [RIGHTS[source.function][action] for action in reading] == [{queue}] * 3


@pytest.mark.parametrize("source", list(event_sources("DynamoDB")), ids=lambda source: source.function)
def test_a_function_may_read_the_stream_and_put_aside_what_fails(source: EventSource) -> None:
    rights = RIGHTS[source.function]

    assert rights["dynamodb:GetRecords"] == {source.properties["Stream"]["Fn::GetAtt"]}
    destination = source.properties["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination["Fn::GetAtt"] in rights["sqs:SendMessage"]
