"""What each function may do, as a table: a change of its rights is a change of this table."""

from typing import Any

from tests.template import resource_of, resources

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
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:GetItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"KeySecret.Id"},
    },
    "http_callback": {
        "sqs:SendMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
    },
    "twilio_callback": {
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
        "dynamodb:ListStreams": {"*"},
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
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
        "sqs:DeleteMessage": {"ChunkQueue.Arn"},
        "sqs:GetQueueAttributes": {"ChunkQueue.Arn"},
        "sqs:ReceiveMessage": {"ChunkQueue.Arn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "ChunkDeadLetters.Arn", "ReceiptQueue.Arn"},
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
            "${Table.Arn}/index/messages_by_recipient",
            "${Table.Arn}/index/operations_by_account",
        },
        "dynamodb:UpdateItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
    },
    "receive": {
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:PartiQLInsert": {"Table.Arn"},
        "dynamodb:PartiQLUpdate": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "secretsmanager:GetSecretValue": {"TokenSecret.Id"},
        "sqs:DeleteMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:GetQueueAttributes": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:ReceiveMessage": {"InboundQueue.Arn", "ReceiptQueue.Arn"},
        "sqs:SendMessage": {"ChunkQueue.Arn", "InboundDeadLetters.Arn", "ReceiptDeadLetters.Arn"},
    },
    "tally": {
        "dynamodb:DescribeStream": {"Table.StreamArn"},
        "dynamodb:GetRecords": {"Table.StreamArn"},
        "dynamodb:GetShardIterator": {"Table.StreamArn"},
        "dynamodb:ListStreams": {"*"},
        "dynamodb:BatchGetItem": {"Table.Arn"},
        "dynamodb:PartiQLInsert": {"Table.Arn"},
        "dynamodb:PartiQLUpdate": {"Table.Arn"},
        "dynamodb:PutItem": {"Table.Arn"},
        "dynamodb:UpdateItem": {"Table.Arn"},
        "sqs:SendMessage": {"StreamDeadLetters.Arn"},
    },
}
# What it may do besides, on a condition of the template.
READ_SECRETS = {
    f"Has{carrier}Secret": {"secretsmanager:GetSecretValue": {f"{carrier}Secret"}}
    for carrier in ("Twilio", "Http")
}
FURTHER_RIGHTS: dict[str, dict[str, dict[str, set[str]]]] = {
    "http_callback": {"HasHttpSecret": READ_SECRETS["HasHttpSecret"]},
    "twilio_callback": {"HasTwilioSecret": READ_SECRETS["HasTwilioSecret"]},
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
        **READ_SECRETS,
    },
}
PASSED_TO_SCHEDULER = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
# What the partition keys begin with that each statement on the table is about.
LEADING_KEYS = {
    "accept": [
        ["ACCOUNT#*"],
        ["comms_senderpool_*"],
        ["CHUNK#*"],
        ["PRICES#*"],
        ["ACCOUNT#*", "USAGE#*"],
        ["IDEMPOTENCY#*", "OPERATION#*"],
        ["IDEMPOTENCY#*", "OPERATION#*", "USAGE#*"],
        ["RATE#*"],
        ["AUDIT#*"],
    ],
    "authorize": [["ACCOUNT#*", "CREDENTIAL#*"], ["ACCOUNT#*", "USE#*"], ["USE#*"]],
    "configure": [
        ["PROFILE#*"],
        ["SUPPRESSION#*"],
        ["ACCOUNT#*"],
        ["RATE#*"],
        ["ADDRESS#*"],
        ["comms_senderpool_*"],
        ["AUDIT#*"],
    ],
    "fan_out": [
        ["ACCOUNT#*", "CHUNK#*", "OPERATION#*", "PRICES#*"],
        [
            "ACCOUNT#*",
            "ADDRESS#*",
            "CHUNK#*",
            "MESSAGES#*",
            "OPERATION#*",
            "PROFILE#*",
            "SESSION#*",
            "SUPPRESSION#*",
            "USAGE#*",
        ],
        ["MESSAGES#*", "PARTY#*", "TAG#*"],
        ["CHUNK#*", "MESSAGES#*", "OPERATION#*", "PACING#*", "SESSION#*", "USAGE#*"],
        ["MESSAGES#*", "SESSION#*"],
    ],
    "query": [
        ["ACCOUNT#*", "MESSAGES#*", "OPERATION#*"],
        ["SUPPRESSION#*"],
        ["PRICES#*"],
        ["ACCOUNT#*", "USAGE#*"],
        ["RATE#*"],
        ["CHUNK#*"],
        ["PROFILE#*"],
        ["AUDIT#*", "PARTY#*", "TAG#*", "comms_senderpool_*"],
    ],
    "receive": [
        ["MESSAGES#*"],
        ["ACCOUNT#*", "ADDRESS#*"],
        ["SESSION#*", "SUPPRESSION#*"],
        ["ARRIVAL#*", "MESSAGES#*"],
        ["PARTY#*"],
    ],
    "tally": [["OPERATION#*"]],
}
PASSES_TO_SCHEDULER = ("dispatch", "fan_out")

ROLES = dict(resources("AWS::IAM::Role"))
# Every other is a function's.
SCHEDULER_ROLE = ROLES.pop("SchedulerRole")
# API Gateway's, for its access log.
LOGS_OF_APIS = ROLES.pop("LogsOfApis")
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


# What Lambda calls in a function's name, to hand it what is on a queue or a stream.
BY_LAMBDA = {
    *(f"dynamodb:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")),
    *(f"sqs:{name}" for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")),
}
