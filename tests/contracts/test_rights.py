"""What each function may do. A change of its rights is a change of this table."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.contracts.rights import (
    FUNCTIONS,
    FURTHER_RIGHTS,
    LEADING_KEYS,
    LOGS_OF_APIS,
    PASSED_TO_SCHEDULER,
    PASSES_TO_SCHEDULER,
    RIGHTS,
    ROLES,
    SCHEDULER_ROLE,
    SCHEDULES,
    further_statements_of,
    listed,
    statements_of,
)
from tests.template import EventSource, event_sources, resource_of, resources


def _rights(statements: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    rights: dict[str, set[str]] = {}
    for statement in statements:
        for action in listed(statement["Action"]):
            of = {
                each if isinstance(each, str) else next(iter(each.values()))
                for each in listed(statement["Resource"])
            }
            rights[action] = rights.get(action, set()) | of
    return rights


def test_every_function_is_in_the_table() -> None:
    assert RIGHTS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", RIGHTS)
def test_a_function_may_do_what_the_table_says_and_no_more(function: str) -> None:
    statements = statements_of(function)

    assert _rights(statements) == RIGHTS[function]
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert [each["Condition"] for each in statements if "Condition" in each] == [
        *([PASSED_TO_SCHEDULER] if function in PASSES_TO_SCHEDULER else []),
        *(
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": prefixes}}
            for prefixes in LEADING_KEYS.get(function, [])
        ),
    ]


@pytest.mark.parametrize("function", RIGHTS)
def test_every_right_on_the_table_is_for_some_of_its_keys(function: str) -> None:
    on_table = [each for each in statements_of(function) if each["Resource"] == {"Fn::GetAtt": "Table.Arn"}]

    assert all("dynamodb:LeadingKeys" in str(each["Condition"]) for each in on_table)
    # Those that name no key, and would be let through.
    assert not {"dynamodb:Scan", "dynamodb:PartiQLSelect"} & _rights(statements_of(function)).keys()


@pytest.mark.parametrize("function", RIGHTS)
def test_a_function_may_do_what_the_table_says_on_a_condition(function: str) -> None:
    found = further_statements_of(function)

    assert {name: _rights(statements) for name, statements in found.items()} == FURTHER_RIGHTS.get(
        function, {}
    )
    every = [statement for statements in found.values() for statement in statements]
    assert [each for each in every if each["Effect"] != "Allow" or "Condition" in each] == []


@pytest.mark.parametrize("function", RIGHTS)
def test_no_right_is_for_everything(function: str) -> None:
    rights = _rights(statements_of(function))

    # It names streams and reads none, and AWS has it for all of them alone.
    rights.pop("dynamodb:ListStreams", None)
    assert "*" not in str(rights).replace(SCHEDULES, "")


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


def test_the_scheduler_may_enqueue_what_is_due_and_no_more() -> None:
    assert SCHEDULER_ROLE.keys() == {"AssumeRolePolicyDocument", "Policies"}
    assert SCHEDULER_ROLE["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            # Not on behalf of somebody else's schedules.
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
    ]
    [policy] = SCHEDULER_ROLE["Policies"]
    assert _rights(policy["PolicyDocument"]["Statement"]) == {
        "sqs:SendMessage": {"ChunkQueue.Arn", "ChunkDeadLetters.Arn"}
    }


def test_api_gateway_may_log_and_no_more() -> None:
    [statement] = LOGS_OF_APIS["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert "Policies" not in LOGS_OF_APIS
    [policy] = LOGS_OF_APIS["ManagedPolicyArns"]
    assert policy["Fn::Sub"].endswith(":aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")


@pytest.mark.parametrize("source", list(event_sources("SQS")), ids=lambda source: source.function)
def test_a_function_may_read_its_queue(source: EventSource) -> None:
    queues = {
        each.properties["Queue"]["Fn::GetAtt"]
        for each in event_sources("SQS")
        if each.function == source.function
    }
    reading = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

    assert [RIGHTS[source.function][action] for action in reading] == [queues] * 3


@pytest.mark.parametrize("source", list(event_sources("DynamoDB")), ids=lambda source: source.function)
def test_a_function_may_read_the_stream_and_put_aside_what_fails(source: EventSource) -> None:
    rights = RIGHTS[source.function]

    assert rights["dynamodb:GetRecords"] == {source.properties["Stream"]["Fn::GetAtt"]}
    destination = source.properties["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination["Fn::GetAtt"] in rights["sqs:SendMessage"]


def test_who_uses_the_operator_s_key_may_do_what_dynamodb_asks_of_its_callers() -> None:
    """DynamoDB encrypts and decrypts in the caller's name; SQS, SNS and secrets ask for less."""
    [statement] = resources("AWS::IAM::Policy")["UseKey"]["PolicyDocument"]["Statement"]

    assert set(statement["Action"]) == {
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    }
    assert statement["Resource"] == {"Ref": "KmsKeyArn"}
