"""The outcome of a message for each error of AWS End User Messaging.

The tables have every error of the operations that we call, and every reason that one of
them can give (a test reads both out of botocore). An error in none of the tables is one
that any AWS service may answer, or is newer than this code.

    Rejected    not sent, and this recipient cannot be reached by this route
    NotSent     not sent, and it may be tried again
    Stopped     not sent, and AWS will send nothing from this sender
    Unknown     it may have been sent
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)

from herald.carriers.protocol import NotSent, Outcome, Rejected, Stopped, Unknown, as_said
from herald.model import problems
from herald.model.problems import Problem

_THROTTLED: Final = NotSent(1)
# The pause for a temporary lack of a host's name, a connection, credentials.
_UNREACHABLE: Final = NotSent(5)


class Answers(NamedTuple):
    """The outcomes of an error: by its reason, and for an unknown reason or none."""

    without_reason: Outcome
    by_reason: Mapping[str, Outcome] = {}


def _rejected(problem: Problem) -> Rejected:
    return Rejected(problem.code)


def _stopped(problem: Problem) -> Stopped:
    return Stopped(problem.code)


_NEVER_OF_A_MESSAGE: Final = _rejected(problems.UNKNOWN_ERROR)


def _never(*reasons: str) -> dict[str, Outcome]:
    """Reasons that only operations for configuring the service can give."""
    return dict.fromkeys(reasons, _NEVER_OF_A_MESSAGE)


# Of pinpoint-sms-voice-v2.
SMS_VOICE: Final[Mapping[str, Answers]] = {
    "ThrottlingException": Answers(_THROTTLED),
    "InternalServerException": Answers(Unknown()),
    # Of the number, the pool, the agent, or the configuration set.
    "ResourceNotFoundException": Answers(_stopped(problems.INVALID_SENDER)),
    "AccessDeniedException": Answers(
        # The role of the function may not send.
        _stopped(problems.SUSPENDED),
        {
            "INSUFFICIENT_ACCOUNT_REPUTATION": _stopped(problems.SUSPENDED),
            "ACCOUNT_DISABLED": _stopped(problems.SUSPENDED),
        },
    ),
    "ServiceQuotaExceededException": Answers(
        _stopped(problems.SPENT),
        {
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA": _stopped(problems.SPENT),
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_RCS": _stopped(problems.SPENT),
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": _stopped(problems.SPENT),
            **_never(
                "ASSOCIATIONS_PER_REGISTRATION",
                "CONFIGURATION_SETS_PER_ACCOUNT",
                "DAILY_DESTINATION_CALL_LIMIT",
                "DAILY_NOTIFY_TIER_MESSAGE_LIMIT",
                "EVENT_DESTINATIONS_PER_CONFIGURATION_SET",
                "KEYWORDS_PER_PHONE_NUMBER",
                "KEYWORDS_PER_POOL",
                "MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY",
                "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE",
                "NOTIFY_CONFIGURATIONS_PER_ACCOUNT",
                "OPT_OUT_LISTS_PER_ACCOUNT",
                "ORIGINATION_IDENTITIES_PER_POOL",
                "PHONE_NUMBERS_PER_ACCOUNT",
                "PHONE_NUMBERS_PER_REGISTRATION",
                "POOLS_PER_ACCOUNT",
                "PROTECT_CONFIGURATIONS_PER_ACCOUNT",
                "RCS_AGENTS_PER_ACCOUNT",
                "REGISTRATIONS_PER_ACCOUNT",
                "REGISTRATION_ATTACHMENTS_CREATED_PER_DAY",
                "REGISTRATION_ATTACHMENTS_PER_ACCOUNT",
                "REGISTRATION_VERSIONS_CREATED_PER_DAY",
                "SENDER_IDS_PER_ACCOUNT",
                "TAGS_PER_RESOURCE",
                "VERIFICATION_ATTEMPTS_PER_DAY",
                "VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT",
            ),
        },
    ),
    "ConflictException": Answers(
        _rejected(problems.UNKNOWN_ERROR),
        {
            "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": _rejected(problems.REGION_NOT_ENABLED),
            "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": _rejected(problems.BLOCKED),
            "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": _rejected(problems.NOT_VERIFIED),
            "DESTINATION_PHONE_NUMBER_OPTED_OUT": _rejected(problems.OPTED_OUT),
            "MESSAGE_TYPE_MISMATCH": _stopped(problems.INVALID_SENDER),
            "NO_ORIGINATION_IDENTITIES_FOUND": _stopped(problems.INVALID_SENDER),
            # It cannot do MMS, for instance.
            "NUMBER_CAPABILITIES_MISMATCH": _stopped(problems.INVALID_SENDER),
            "PHONE_NUMBER_NOT_IN_REGISTRATION_REGION": _stopped(problems.INVALID_SENDER),
            "REGISTRATION_NOT_COMPLETE": _stopped(problems.INVALID_SENDER),
            "RESOURCE_NOT_ACTIVE": _stopped(problems.INVALID_SENDER),
            **_never(
                "CREATE_REGISTRATION_VERSION_NOT_ALLOWED",
                "DELETION_PROTECTION_ENABLED",
                "DISASSOCIATE_REGISTRATION_NOT_ALLOWED",
                "DISCARD_REGISTRATION_VERSION_NOT_ALLOWED",
                "EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED",
                "EVENT_DESTINATION_MISMATCH",
                "KEYWORD_MISMATCH",
                "LAST_PHONE_NUMBER",
                "NOTIFY_CONFIGURATION_NOT_ACTIVE",
                "OPT_OUT_LIST_MISMATCH",
                "PHONE_NUMBER_ASSOCIATED_TO_POOL",
                "PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION",
                "PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL",
                "POOL_ASSOCIATED_TO_NOTIFY_CONFIGURATION",
                "PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET",
                "PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT",
                "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET",
                "RCS_AGENT_ALREADY_ASSOCIATED_TO_REGISTRATION_TYPE",
                "RCS_AGENT_ASSOCIATED_TO_POOL",
                "REGISTRATION_ALREADY_SUBMITTED",
                "RESOURCE_ALREADY_ASSOCIATED",
                "RESOURCE_ALREADY_EXISTS",
                "RESOURCE_DELETION_NOT_ALLOWED",
                "RESOURCE_MODIFICATION_NOT_ALLOWED",
                "RESOURCE_NOT_EMPTY",
                "SELF_MANAGED_OPT_OUTS_MISMATCH",
                "SENDER_ID_ASSOCIATED_TO_POOL",
                "SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED",
                "TWO_WAY_CONFIG_MISMATCH",
                "VERIFICATION_ALREADY_COMPLETE",
                "VERIFICATION_CODE_EXPIRED",
            ),
        },
    ),
    "ValidationException": Answers(
        _rejected(problems.UNKNOWN_ERROR),
        {
            "ATTACHMENT_TYPE_NOT_SUPPORTED": _rejected(problems.MEDIA_TYPE),
            "CANNOT_PARSE": _rejected(problems.INVALID_CONTENT),
            "CHANNEL_NOT_ENABLED": _stopped(problems.INVALID_SENDER),
            "COUNTRY_CODE_MISMATCH": _rejected(problems.WRONG_PAIR),
            "COUNTRY_NOT_ENABLED": _rejected(problems.REGION_NOT_ENABLED),
            "DESTINATION_COUNTRY_BLOCKED": _rejected(problems.REGION_NOT_ENABLED),
            # Of these, `_OF_FIELD` knows more.
            "FIELD_VALIDATION_FAILED": _rejected(problems.INVALID_CONTENT),
            "INVALID_PARAMETER": _rejected(problems.INVALID_CONTENT),
            "INVALID_REQUEST": _rejected(problems.INVALID_CONTENT),
            "MISSING_PARAMETER": _rejected(problems.INVALID_CONTENT),
            "INTERNATIONAL_SENDING_NOT_SUPPORTED": _rejected(problems.WRONG_PAIR),
            "INVALID_ARN": _stopped(problems.INVALID_SENDER),
            "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": _rejected(problems.WRONG_PAIR),
            "MAXIMUM_SIZE_EXCEEDED": _rejected(problems.TOO_LARGE),
            "MEDIA_TYPE_NOT_SUPPORTED": _rejected(problems.MEDIA_TYPE),
            "OTHER": _rejected(problems.UNKNOWN_ERROR),
            "PARAMETERS_CANNOT_BE_USED_TOGETHER": _rejected(problems.INVALID_CONTENT),
            "PRICE_OVER_THRESHOLD": _rejected(problems.TOO_EXPENSIVE),
            # The file in the bucket.
            "RESOURCE_NOT_ACCESSIBLE": _rejected(problems.INVALID_MEDIA),
            "SENDER_ID_NOT_REGISTERED": _rejected(problems.UNREGISTERED),
            "SENDER_ID_NOT_SUPPORTED": _rejected(problems.WRONG_PAIR),
            "SENDER_ID_REQUIRES_REGISTRATION": _rejected(problems.UNREGISTERED),
            "UNKNOWN_OPERATION": _rejected(problems.UNKNOWN_ERROR),
            "UNSPECIFIED_PARAMETER_NOT_SUPPORTED": _rejected(problems.INVALID_CONTENT),
            **_never(
                "CANNOT_ADD_OPTED_OUT_NUMBER",
                "INVALID_FILTER_VALUES",
                "INVALID_NEXT_TOKEN",
                "INVALID_REGISTRATION_ASSOCIATION",
                "PHONE_NUMBER_CANNOT_BE_OPTED_IN",
                "PHONE_NUMBER_CANNOT_BE_RELEASED",
                "REGISTRATION_FIELD_CANNOT_BE_DELETED",
                "REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT",
                "TWO_WAY_CHANNEL_NOT_PRESENT",
                "TWO_WAY_NOT_ENABLED",
                "TWO_WAY_NOT_SUPPORTED_IN_COUNTRY",
                "TWO_WAY_NOT_SUPPORTED_IN_REGION",
                "TWO_WAY_TOPIC_NOT_PRESENT",
                "UNKNOWN_REGISTRATION_FIELD",
                "UNKNOWN_REGISTRATION_SECTION",
                "UNKNOWN_REGISTRATION_TYPE",
                "UNKNOWN_REGISTRATION_VERSION",
                "VERIFICATION_CODE_MISMATCH",
                "VOICE_CAPABILITY_NOT_AVAILABLE",
            ),
        },
    ),
}

# Of socialmessaging.
WHATSAPP: Final[Mapping[str, Answers]] = {
    "ValidationException": Answers(_rejected(problems.INVALID_CONTENT)),
    "InvalidParametersException": Answers(_rejected(problems.INVALID_CONTENT)),
    "AccessDeniedException": Answers(_stopped(problems.SUSPENDED)),
    "ResourceNotFoundException": Answers(_stopped(problems.INVALID_SENDER)),
    "ThrottledRequestException": Answers(_THROTTLED),
    "InternalServiceException": Answers(Unknown()),
    # Meta did not answer as it should.
    "DependencyException": Answers(Unknown()),
}

# Errors that any AWS service answers before it processes the request.
ANY_SERVICE: Final[Mapping[str, Outcome]] = {
    **dict.fromkeys(
        (
            "LimitExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "Throttling",
            "ThrottledException",
            "ThrottlingException",
            "TooManyRequestsException",
        ),
        _THROTTLED,
    ),
    # Of a role whose credentials are just being renewed, or of a clock that is wrong.
    **dict.fromkeys(
        (
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ),
        _UNREACHABLE,
    ),
    "AccessDeniedException": _stopped(problems.SUSPENDED),
    "OptInRequired": _stopped(problems.SUSPENDED),
}

# By their names in lower case: AWS writes some of them in either way.
_OF_FIELD: Final[Mapping[str, Outcome]] = {
    "destinationphonenumber": _rejected(problems.INVALID_TO),
    "originationidentity": _stopped(problems.INVALID_SENDER),
    "mediaurls": _rejected(problems.INVALID_MEDIA),
}
_ABOUT_FIELDS: Final = (
    "FIELD_VALIDATION_FAILED",
    "INVALID_PARAMETER",
    "INVALID_REQUEST",
    "MISSING_PARAMETER",
)

# Errors that botocore raises if nothing was written to the network, or there was no server to read it.
_NOTHING_WRITTEN: Final = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
)


def outcome_of(error: Exception, table: Mapping[str, Answers]) -> Outcome:
    """The outcome of a message whose call raised this.

    Unknown for every error without another meaning: the answer was late, the
    connection was cut after the request was written, or the answer was unreadable.
    """
    if isinstance(error, ClientError):
        answer = error.response
        told = answer.get("Error", {})
        # The reason says more than the kind of the error, where there is one.
        return as_said(
            _of_answer(answer, table), answer.get("Reason") or told.get("Code"), told.get("Message")
        )
    if isinstance(error, ParamValidationError):
        return _rejected(problems.INVALID_CONTENT)
    if isinstance(error, _NOTHING_WRITTEN):
        return _UNREACHABLE
    return Unknown()


def _of_answer(answer: Mapping[str, Any], table: Mapping[str, Answers]) -> Outcome:
    code = str(answer.get("Error", {}).get("Code", ""))
    if code in table:
        return _of_reason(table[code], answer)
    if code in ANY_SERVICE:
        return ANY_SERVICE[code]
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if status == 429:
        return _THROTTLED
    # 408: it was slow, and may have been read.
    return _rejected(problems.UNKNOWN_ERROR) if 400 <= status < 500 and status != 408 else Unknown()


def _of_reason(answers: Answers, answer: Mapping[str, Any]) -> Outcome:
    reason = str(answer.get("Reason", ""))
    if reason in _ABOUT_FIELDS:
        for field in answer.get("Fields", []):
            if found := _OF_FIELD.get(field.get("Name", "").lower()):
                return found
    return answers.by_reason.get(reason, answers.without_reason)
