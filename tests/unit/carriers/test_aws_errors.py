"""Every error that AWS may answer has a meaning, and a new one cannot go by unseen."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.loaders import Loader
from botocore.model import ServiceModel

from herald.carriers import NotSent, Outcome, Rejected, Stopped, Unknown
from herald.carriers.aws.errors import ANY_SERVICE, SMS_VOICE, WHATSAPP, Answers, outcome_of
from herald.model import problems
from herald.model.problems import Problem
from tests.contracts.documents import table

SENDS = {
    "pinpoint-sms-voice-v2": ("SendTextMessage", "SendMediaMessage", "SendRcsMessage"),
    "socialmessaging": (
        "SendWhatsAppMessage",
        "ListLinkedWhatsAppBusinessAccounts",
        "GetLinkedWhatsAppBusinessAccount",
    ),
}
TABLES = {"pinpoint-sms-voice-v2": SMS_VOICE, "socialmessaging": WHATSAPP}
KNOWN = {each.code for each in vars(problems).values() if isinstance(each, Problem)}


def errors_of(service: str) -> dict[str, Any]:
    """The errors of what we call, by name."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return {
        shape.name: shape for name in SENDS[service] for shape in model.operation_model(name).error_shapes
    }


def reasons_of(error: Any) -> set[str]:
    shape = error.members.get("Reason")
    return set(shape.metadata["enum"]) if shape else set()


def cases() -> Iterator[Any]:
    for service in SENDS:
        for name, shape in errors_of(service).items():
            for reason in (None, *sorted(reasons_of(shape))):
                yield pytest.param(service, name, reason, id=f"{name}-{reason}")


def answer(code: str, reason: str | None = None, status: int = 400, **more: Any) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **({"Reason": reason} if reason else {}),
        **more,
    }
    return ClientError(response, "SendTextMessage")  # type: ignore[arg-type]


@pytest.mark.parametrize("service", SENDS)
def test_the_table_has_the_errors_of_the_model_and_no_others(service: str) -> None:
    errors = errors_of(service)

    assert TABLES[service].keys() == errors.keys()
    assert {name: set(answers.by_reason) for name, answers in TABLES[service].items()} == {
        name: reasons_of(shape) for name, shape in errors.items()
    }


@pytest.mark.parametrize(("service", "name", "reason"), list(cases()))
def test_an_error_of_the_model_has_a_meaning_with_a_known_code(
    service: str, name: str, reason: str | None
) -> None:
    outcome = outcome_of(answer(name, reason), TABLES[service])

    answers = TABLES[service][name]
    assert outcome == (answers.by_reason[reason] if reason else answers.without_reason)
    if isinstance(outcome, Rejected | Stopped):
        assert outcome.code in KNOWN


# Outcomes that must never change by accident: a person could be texted twice, or an operation stop.
MEANINGS: list[tuple[str, str, str | None, Outcome]] = [
    ("pinpoint-sms-voice-v2", "ThrottlingException", None, NotSent(1)),
    ("pinpoint-sms-voice-v2", "InternalServerException", None, Unknown()),
    ("pinpoint-sms-voice-v2", "ResourceNotFoundException", None, Stopped(21606)),
    ("pinpoint-sms-voice-v2", "AccessDeniedException", "ACCOUNT_DISABLED", Stopped(30002)),
    (
        "pinpoint-sms-voice-v2",
        "ServiceQuotaExceededException",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        Stopped(99006),
    ),
    ("pinpoint-sms-voice-v2", "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", Rejected(21610)),
    ("pinpoint-sms-voice-v2", "ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", Rejected(21608)),
    ("pinpoint-sms-voice-v2", "ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND", Stopped(21606)),
    ("pinpoint-sms-voice-v2", "ConflictException", "RESOURCE_NOT_ACTIVE", Stopped(21606)),
    ("pinpoint-sms-voice-v2", "ValidationException", "DESTINATION_COUNTRY_BLOCKED", Rejected(21408)),
    ("pinpoint-sms-voice-v2", "ValidationException", "PRICE_OVER_THRESHOLD", Rejected(30010)),
    ("pinpoint-sms-voice-v2", "ValidationException", "MEDIA_TYPE_NOT_SUPPORTED", Rejected(12300)),
    ("socialmessaging", "ThrottledRequestException", None, NotSent(1)),
    ("socialmessaging", "InternalServiceException", None, Unknown()),
    ("socialmessaging", "DependencyException", None, Unknown()),
    ("socialmessaging", "InvalidParametersException", None, Rejected(63021)),
    ("socialmessaging", "AccessDeniedException", None, Stopped(30002)),
]


@pytest.mark.parametrize(("service", "name", "reason", "expected"), MEANINGS)
def test_an_error_means(service: str, name: str, reason: str | None, expected: Outcome) -> None:
    assert outcome_of(answer(name, reason), TABLES[service]) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("DestinationPhoneNumber", Rejected(21211)),
        ("OriginationIdentity", Stopped(21606)),
        ("originationIdentity", Stopped(21606)),
        ("MediaUrls", Rejected(21620)),
        ("MessageBody", Rejected(63021)),
    ],
)
def test_a_field_that_is_named_tells_more(field: str, expected: Outcome) -> None:
    error = answer("ValidationException", "INVALID_PARAMETER", Fields=[{"Name": field, "Message": ""}])

    assert outcome_of(error, SMS_VOICE) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (answer("NewestException", status=400), Rejected(30008)),
        (answer("NewestException", status=429), NotSent(1)),
        (answer("NewestException", status=408), Unknown()),
        (answer("NewestException", status=500), Unknown()),
        (answer("ServiceUnavailable", status=503), Unknown()),
        (answer("ConflictException", "NEWEST_REASON"), Rejected(30008)),
        (answer("TooManyRequestsException", status=429), NotSent(1)),
        (answer("ExpiredTokenException", status=400), NotSent(5)),
        (answer("InvalidSignatureException", status=403), NotSent(5)),
    ],
)
def test_what_the_model_does_not_have_is_never_sent_twice(error: Exception, expected: Outcome) -> None:
    assert outcome_of(error, SMS_VOICE) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (EndpointConnectionError(endpoint_url="https://x", error=socket.gaierror()), NotSent(5)),
        (ConnectTimeoutError(endpoint_url="https://x"), NotSent(5)),
        (NoCredentialsError(), NotSent(5)),
        (ParamValidationError(report=""), Rejected(63021)),
        (ReadTimeoutError(endpoint_url="https://x"), Unknown()),
        (ConnectionClosedError(endpoint_url="https://x"), Unknown()),
        (SSLError(endpoint_url="https://x", error=OSError()), Unknown()),
        (HTTPClientError(error=OSError()), Unknown()),
        (BotoCoreError(), Unknown()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_on_the_way_means(error: Exception, expected: Outcome) -> None:
    assert outcome_of(error, SMS_VOICE) == expected


def rows(meanings: Mapping[str, Answers]) -> Iterator[tuple[str, str, str]]:
    """What an error means, as the documentation says it: reasons that mean the same are one row."""
    for name, answers in meanings.items():
        yield name, "", said(answers.without_reason)
        for reason, outcome in answers.by_reason.items():
            if outcome != answers.without_reason and outcome != Rejected(problems.UNKNOWN_ERROR.code):
                yield name, reason, said(outcome)


def said(outcome: Outcome) -> str:
    match outcome:
        case Rejected(code):
            return f"refused, {code}"
        case Stopped(code):
            return f"stopped, {code}"
        case NotSent():
            return "tried again"
    return "unknown, 99001"


def test_the_documentation_has_the_table() -> None:
    documented = [
        (row["Error"], row["Reason"], row["Meaning"])
        for row in table("docs/errors.md", "Service", "Error", "Reason", "Meaning")
    ]

    assert documented == [*rows(SMS_VOICE), *rows(WHATSAPP)]


def test_what_any_service_answers_is_not_unknown() -> None:
    assert not any(isinstance(outcome, Unknown) for outcome in ANY_SERVICE.values())


@pytest.mark.parametrize(
    ("service", "name", "reason", "code"),
    [
        (
            "pinpoint-sms-voice-v2",
            "ConflictException",
            "DESTINATION_PHONE_NUMBER_OPTED_OUT",
            "DESTINATION_PHONE_NUMBER_OPTED_OUT",
        ),
        ("pinpoint-sms-voice-v2", "ResourceNotFoundException", None, "ResourceNotFoundException"),
        ("socialmessaging", "InvalidParametersException", None, "InvalidParametersException"),
    ],
)
def test_a_refusal_keeps_what_aws_says(service: str, name: str, reason: str | None, code: str) -> None:
    error = answer(name, reason)
    error.response["Error"]["Message"] = "The number +12065550100 is opted out." + "x" * 600

    outcome = outcome_of(error, TABLES[service])

    assert isinstance(outcome, Rejected | Stopped)
    assert outcome.said
    assert outcome.said.carrier_code == code
    assert outcome.said.carrier_message == error.response["Error"]["Message"][:500]
