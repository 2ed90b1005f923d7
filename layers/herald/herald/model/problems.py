"""The codes of what can go wrong, with their published messages.

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
        """Where the code is explained: a web page, or a URN for our own codes."""
        if self.code >= _FIRST_OF_OURS:
            return f"urn:herald:error:{self.code}"
        return f"https://www.twilio.com/docs/api/errors/{self.code}"


_FIRST_OF_OURS: Final = 99_000

BAD_REQUEST: Final = Problem(400, "Bad request.")
BODY_TOO_LARGE: Final = Problem(413, "The request body is too large.")
UNSUPPORTED_MEDIA_TYPE: Final = Problem(415, "The request body must be application/json.")
NOT_FOUND: Final = Problem(20404, "The resource was not found.")
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

REGION_NOT_ENABLED: Final = Problem(21408, "Sending to the recipient's region is not enabled.")
OPTED_OUT: Final = Problem(21610, "The recipient has opted out of messages from this sender.")
UNREACHABLE: Final = Problem(30003, "The recipient's handset could not be reached.")
UNKNOWN_HANDSET: Final = Problem(30005, "The recipient's handset is unknown.")
FILTERED: Final = Problem(30007, "A carrier filtered the message.")
UNKNOWN_ERROR: Final = Problem(30008, "The carrier reported an unknown error.")
EXPIRED: Final = Problem(30036, "The message waited longer than it may before it could be sent.")

UNCONFIRMED: Final = Problem(
    99001, "The carrier did not confirm that it took the message, and no receipt has come."
)
UNRENDERABLE: Final = Problem(99002, "The content could not be rendered with the recipient's variables.")
UNADDRESSABLE: Final = Problem(99003, "No sender of the request can reach any address of the recipient.")
UNKNOWN_PROFILE: Final = Problem(99004, "The account has no profile with this id in this memory store.")
KEY_REUSED: Final = Problem(99010, "Another request was sent with this Idempotency-Key.")
KEY_IN_USE: Final = Problem(99011, "The request with this Idempotency-Key is still being taken over.")

_BY_CODE: Final = {known.code: known for known in tuple(globals().values()) if isinstance(known, Problem)}


class Refused(Exception):
    """A request that is well formed but cannot be carried out: its problems by JSON path."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("the request cannot be carried out")
        self.problems = problems


def problem_of(code: int) -> Problem:
    """The problem with this code; codes that we do not know keep their number."""
    return _BY_CODE.get(code) or Problem(code, UNKNOWN_ERROR.message)


def validation_error(problem: Problem) -> PydanticCustomError:
    """The problem as what a pydantic validator raises; see `code_of`."""
    return PydanticCustomError(f"code_{problem.code}", "{message}", {"message": problem.message})


def code_of(error_type: str) -> int:
    """The code in the type of a pydantic error: 400 for pydantic's own errors."""
    digits = error_type.removeprefix("code_")
    return int(digits) if digits.isdigit() else BAD_REQUEST.code
