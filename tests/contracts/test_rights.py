"""What each function may do. A change of its rights is a change of this table."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.template import EventSource, event_sources, resource_of, resources

# The schedules of one group, which is Herald's own.
SCHEDULES = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${Schedules}/*"
SMS_VOICE = "arn:${AWS::Partition}:sms-voice:${AWS::Region}:*:*"
SOCIAL_MESSAGING = "arn:${AWS::Partition}:social-messaging:${AWS::Region}:${AWS::AccountId}:*"
RIGHTS = {
    "accept": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:BatchWriteItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:Query": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
    },
    "authorize": {
        "dynamodb:GetItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"KeySecret.Id"},
    },
    "callback": {
        "sqs:SendMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
    },
    "configure": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:BatchWriteItem": {"Table.Arn"},
        "dynamodb:DeleteItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:Query": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
    },
    "dispatch": {
        "dynamodb:DescribeStream": {"Table.StreamArn"},
        "dynamodb:GetRecords": {"Table.StreamArn"},
        "dynamodb:GetShardIterator": {"Table.StreamArn"},
        "dynamodb:ListStreams": {"Table.StreamArn"},
        "iam:PassRole": {"SchedulerRole.Arn"},
        "scheduler:CreateSchedule": {SCHEDULES},
        "scheduler:DeleteSchedule": {SCHEDULES},
        "sqs:SendMessage": {"ChunkQueue.Arn", "StreamDeadLetters.Arn"},
    },
    "fan_out": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:PartiQLInsert": {"Table.Arn"},
        "dynamodb:PartiQLUpdate": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "iam:PassRole": {"SchedulerRole.Arn"},
        "scheduler:CreateSchedule": {SCHEDULES},
        "sqs:DeleteMessage": {"ChunkQueue.Arn"},
        "sqs:GetQueueAttributes": {"ChunkQueue.Arn"},
        "sqs:ReceiveMessage": {"ChunkQueue.Arn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "ReceiptQueue.Arn"},
    },
    "query": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:Query": {
            "Table.Arn",
            "${Table.Arn}/index/messages_by_status",
            "${Table.Arn}/index/messages_by_channel",
            "${Table.Arn}/index/messages_by_profile",
            "${Table.Arn}/index/messages_by_session",
            "${Table.Arn}/index/messages_by_carrier_id",
            "${Table.Arn}/index/operations_by_account",
        },
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
    },
    "receive": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:PartiQLUpdate": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:DeleteMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:GetQueueAttributes": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:ReceiveMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "InboundQueue.Arn", "ReceiptQueue.Arn"},
    },
    "tally": {
        "dynamodb:DescribeStream": {"Table.StreamArn"},
        "dynamodb:GetRecords": {"Table.StreamArn"},
        "dynamodb:GetShardIterator": {"Table.StreamArn"},
        "dynamodb:ListStreams": {"Table.StreamArn"},
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:PartiQLInsert": {"Table.Arn"},
        "dynamodb:PartiQLUpdate": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:SendMessage": {"StreamDeadLetters.Arn"},
    },
}
# What it may do besides, on a condition of the template.
READ_CARRIER_SECRET = {"secretsmanager:GetSecretValue": {"CarrierSecret"}}
FURTHER_RIGHTS: dict[str, dict[str, dict[str, set[str]]]] = {
    "callback": {"HasCarrierSecret": READ_CARRIER_SECRET},
    "fan_out": {
        "CarriesWithAws": {
            "s3:GetObject": {"${MediaBucket.Arn}/*"},
            "s3:PutObject": {"${MediaBucket.Arn}/*"},
            "sms-voice:SendMediaMessage": {SMS_VOICE},
            "sms-voice:SendRcsMessage": {SMS_VOICE},
            "sms-voice:SendTextMessage": {SMS_VOICE},
            "social-messaging:GetLinkedWhatsAppBusinessAccount": {SOCIAL_MESSAGING},
            # Has no resource.
            "social-messaging:ListLinkedWhatsAppBusinessAccounts": {"*"},
            "social-messaging:SendWhatsAppMessage": {SOCIAL_MESSAGING},
        },
        "HasCarrierSecret": READ_CARRIER_SECRET,
    },
}
PASSED_TO_SCHEDULER = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
# What the partition keys begin with that each statement on the table is about.
LEADING_KEYS = {
    "accept": [
        ["ACCOUNT#*"],
        ["comms_senderpool_*"],
        ["CHUNK#*"],
        ["IDEMPOTENCY#*", "OPERATION#*"],
    ],
    "authorize": [["CREDENTIAL#*"]],
    "configure": [["PROFILE#*"], ["SUPPRESSION#*"], ["ACCOUNT#*"], ["ADDRESS#*"], ["comms_senderpool_*"]],
    "fan_out": [
        ["ACCOUNT#*", "CHUNK#*", "OPERATION#*"],
        ["MESSAGES#*", "OPERATION#*", "PROFILE#*", "SESSION#*", "SUPPRESSION#*"],
        ["MESSAGES#*", "TAG#*"],
        ["CHUNK#*", "MESSAGES#*", "OPERATION#*", "PACING#*", "SESSION#*"],
        ["MESSAGES#*"],
    ],
    "query": [
        ["ACCOUNT#*", "MESSAGES#*", "OPERATION#*"],
        ["SUPPRESSION#*"],
        ["CHUNK#*"],
        ["PROFILE#*"],
        ["TAG#*", "comms_senderpool_*"],
    ],
    "receive": [
        ["MESSAGES#*"],
        ["ACCOUNT#*", "ADDRESS#*"],
        ["SESSION#*", "SUPPRESSION#*"],
        ["ARRIVAL#*", "MESSAGES#*"],
    ],
    "tally": [["OPERATION#*"]],
}
PASSES_TO_SCHEDULER = ("dispatch", "fan_out")

ROLES = resources("AWS::IAM::Role")
# Every other is a function's.
SCHEDULER_ROLE = ROLES.pop("SchedulerRole")
FUNCTIONS = {
    each["Handler"].removesuffix(".handler"): each for each in resources("AWS::Serverless::Function").values()
}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(function: str) -> list[dict[str, Any]]:
    properties = FUNCTIONS[function]
    if "Role" not in properties:
        return [statement for policy in properties["Policies"] for statement in policy["Statement"]]
    policies = ROLES[resource_of(properties["Role"])]["Policies"]
    always = [policy for policy in policies if "Fn::If" not in policy]
    return [statement for policy in always for statement in policy["PolicyDocument"]["Statement"]]


def further_statements_of(function: str) -> dict[str, list[dict[str, Any]]]:
    """The statements of a function's role that hold on a condition, by its name."""
    role = FUNCTIONS[function].get("Role")
    policies = ROLES[resource_of(role)]["Policies"] if role else []
    found = {}
    for policy in policies:
        if "Fn::If" in policy:
            condition, then, otherwise = policy["Fn::If"]
            assert otherwise == {"Ref": "AWS::NoValue"}
            found[condition] = then["PolicyDocument"]["Statement"]
    return found


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
