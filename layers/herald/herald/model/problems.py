"""The codes of errors, with their published messages.

The numbers below 100000 are Twilio's; clients match on them. Ours, for what has
no number there, begin with 99 and are described in docs/errors.md.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from pydantic_core import PydanticCustomError


class Problem(NamedTuple):
    code: int
    message: str

    @property
    def info_url(self) -> str:
        """The page that explains the code: a web page; for our own codes a URN, which answers replace."""
        if self.code >= _FIRST_OF_OURS:
            return f"{OWN_CODES}{self.code}"
        return f"https://www.twilio.com/docs/api/errors/{self.code}"


# The most problems in an answer. After fixing these, a client finds the others with its next request.
MOST_ERRORS: Final = 100

_FIRST_OF_OURS: Final = 99_000
OWN_CODES: Final = "urn:herald:error:"

BAD_REQUEST: Final = Problem(400, "Bad request.")
BODY_TOO_LARGE: Final = Problem(413, "The request body is too large.")
UNSUPPORTED_MEDIA_TYPE: Final = Problem(415, "The request body must be application/json.")
ACCOUNT_NOT_ACTIVE: Final = Problem(20005, "Account not active")
FORBIDDEN: Final = Problem(20403, "Forbidden")
METHOD_NOT_ALLOWED: Final = Problem(20004, "The resource does not have this method.")
NOT_FOUND: Final = Problem(20404, "The resource was not found.")
TOO_MANY_REQUESTS: Final = Problem(
    20429, "Too many requests. Please retry according to the Retry-After response header."
)
SERVER_ERROR: Final = Problem(20500, "Internal server error.")
UNAVAILABLE: Final = Problem(20503, "Service unavailable.")

CONFLICT: Final = Problem(409, "The request conflicts with what is there.")
IS_OVER: Final = Problem(409, "The operation is over.")

INVALID_SENDER: Final = Problem(21606, "The account has no such active sender, or no such sender pool.")
NOT_A_PHONE_NUMBER: Final = Problem(
    21614, "The address specified in the request is not a valid phone number."
)
TEXT_TOO_LONG: Final = Problem(21617, "The concatenated message text exceeds the 1600 character limit")
INVALID_CONTENT_ID: Final = Problem(21655, "The ContentSid is Invalid")

INVALID_TO: Final = Problem(21211, "The carrier does not take the recipient's number.")
REGION_NOT_ENABLED: Final = Problem(21408, "Sending to the recipient's region is not enabled.")
NOT_VERIFIED: Final = Problem(21608, "The carrier's account is on trial, and the number is not verified.")
OPTED_OUT: Final = Problem(21610, "The recipient has opted out of messages from this sender.")
WRONG_PAIR: Final = Problem(21612, "The recipient cannot be reached from this sender.")
INVALID_MEDIA: Final = Problem(21620, "A media URL cannot be fetched.")
TOO_MANY_MEDIA: Final = Problem(21623, "The message has more media than the carrier takes.")
MEDIA_TYPE: Final = Problem(12300, "The media is of a type that the carrier does not take.")
SUSPENDED: Final = Problem(30002, "The carrier's account may not send.")
UNREACHABLE: Final = Problem(30003, "The recipient's handset could not be reached.")
BLOCKED: Final = Problem(30004, "The message is blocked.")
UNKNOWN_HANDSET: Final = Problem(30005, "The recipient's handset is unknown.")
FILTERED: Final = Problem(30007, "A carrier filtered the message.")
UNKNOWN_ERROR: Final = Problem(30008, "The carrier reported an unknown error.")
TOO_EXPENSIVE: Final = Problem(30010, "The message would cost more than its maxPrice.")
UNREGISTERED: Final = Problem(30018, "The recipient's country takes only senders that are registered.")
TOO_LARGE: Final = Problem(30019, "The message or its media is larger than the carrier takes.")
INVALID_CONTENT: Final = Problem(63021, "The carrier does not take the message as it is.")
WINDOW_CLOSED: Final = Problem(
    63016, "WhatsApp takes only a template: the recipient has not written for 24 hours."
)
WHATSAPP_RATE: Final = Problem(63018, "The sender sends more than WhatsApp lets it.")
NOT_ON_WHATSAPP: Final = Problem(63024, "The recipient cannot be reached by WhatsApp.")
NO_SUCH_TEMPLATE: Final = Problem(63027, "WhatsApp has no such template in this language.")
TEMPLATE_PARAMETERS: Final = Problem(63028, "The parameters are not those of the WhatsApp template.")
WHATSAPP_EXPERIMENT: Final = Problem(63032, "WhatsApp keeps such messages from this recipient.")
TEMPLATE_REFUSED: Final = Problem(63040, "WhatsApp has rejected, paused or disabled the template.")
WHATSAPP_LIMIT: Final = Problem(63049, "WhatsApp chose not to deliver this marketing message.")
DAILY_LIMIT: Final = Problem(63038, "The account has reached its limit of recipients or parts a day.")
EXPIRED: Final = Problem(30036, "The message waited longer than it may before it could be sent.")

UNCONFIRMED: Final = Problem(
    99001, "The carrier did not confirm that it took the message, and no receipt has come."
)
UNRENDERABLE: Final = Problem(99002, "The content could not be rendered with the recipient's variables.")
UNADDRESSABLE: Final = Problem(99003, "No sender of the request can reach any address of the recipient.")
UNKNOWN_PROFILE: Final = Problem(99004, "The account has no profile with this id in this memory store.")
KEY_REUSED: Final = Problem(99010, "Another request was sent with this Idempotency-Key.")
KEY_IN_USE: Final = Problem(99011, "The request with this Idempotency-Key is still being taken over.")
DUPLICATE: Final = Problem(
    99008, "The person is named before: in the same group, or in a request for one message a person."
)
NO_DRY_RUN: Final = Problem(99005, "The carrier cannot try a message out, so it was not sent.")
SENDER_NOT_OWNED: Final = Problem(
    99009, "The account does not have the sender's address, or the operator has not approved it."
)
CARRIER_NOT_ENABLED: Final = Problem(99007, "The stack has not enabled the carrier of the sender.")
MONEY_LIMIT: Final = Problem(99020, "The account has reached its limit of US dollars a day or a month.")
SPENT: Final = Problem(99006, "The carrier's account has spent what it may in a month.")

_BY_CODE: Final = {known.code: known for known in tuple(globals().values()) if isinstance(known, Problem)}


def own() -> list[Problem]:
    """The problems that have a code of ours, by code."""
    return sorted(known for known in _BY_CODE.values() if known.code >= _FIRST_OF_OURS)


class Refused(Exception):
    """A request that is well formed but cannot be carried out: its problems by JSON path.

    `others` are problems besides `problems`: no answer tells of more than MOST_ERRORS.
    """

    def __init__(self, problems: Mapping[str, Problem], *, others: int = 0) -> None:
        super().__init__("the request cannot be carried out")
        self.problems = problems
        self.others = others


def problem_of(code: int) -> Problem:
    """The problem with this code; codes that we do not know keep their number."""
    return _BY_CODE.get(code) or Problem(code, UNKNOWN_ERROR.message)


def validation_error(problem: Problem, *, cure: str | None = None) -> PydanticCustomError:
    """The problem as an error of a pydantic validator; see `code_of`. `cure` says how to fix it."""
    message = f"{problem.message} {cure}" if cure else problem.message
    return PydanticCustomError(f"code_{problem.code}", "{message}", {"message": message})


def code_of(error_type: str) -> int:
    """The code in the type of a pydantic error: 400 for pydantic's own errors."""
    digits = error_type.removeprefix("code_")
    return int(digits) if digits.isdigit() else BAD_REQUEST.code
