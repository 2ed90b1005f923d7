"""Identifiers, which carry the location of what they name.

An operation is `comms_operation_<ulid>`. Its message number `index` is
`comms_message_<the same ulid><index as 3 characters>`. So a message id

* names its operation and its place in it, without a look-up;
* is the same when the row is made twice;
* sorts by the time of its operation, then by place: a range of time, and an
  operation, are ranges of message ids.

The alphabet is Crockford's base 32 in lower case, as the published patterns ask.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from ulid import ULID

ID_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
MESSAGES_PER_OPERATION: Final = 10_000

_OPERATION: Final = "comms_operation_"
_MESSAGE: Final = "comms_message_"
_SENDER: Final = "comms_sender_"
_ULID_LENGTH: Final = 26
_TIME_LENGTH: Final = 10
_INDEX_LENGTH: Final = 3
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def new_operation_id(now: datetime) -> str:
    return _OPERATION + _ulid(now)


def new_sender_id(now: datetime) -> str:
    return _SENDER + _ulid(now)


def new_account_sid() -> str:
    return "AC" + secrets.token_hex(16)


def message_id(operation_id: str, index: int) -> str:
    """The id of the message number `index` (from 0) of an operation."""
    if not 0 <= index < MESSAGES_PER_OPERATION:
        raise ValueError(f"an operation has no message number {index}")
    digits = ID_ALPHABET[index >> 10] + ID_ALPHABET[index >> 5 & 31] + ID_ALPHABET[index & 31]
    return _MESSAGE + operation_id.removeprefix(_OPERATION) + digits


def message_id_bounds(operation_id: str) -> tuple[str, str]:
    """The lowest and the highest id that a message of the operation can have."""
    stem = _MESSAGE + operation_id.removeprefix(_OPERATION)
    return stem + ID_ALPHABET[0] * _INDEX_LENGTH, stem + ID_ALPHABET[-1] * _INDEX_LENGTH


def time_bound(instant: datetime) -> str:
    """What the id of a message made in the millisecond of `instant` begins with."""
    return _MESSAGE + _ulid(instant)[:_TIME_LENGTH]


def operation_id_of(message: str) -> str:
    """The operation that made a message; the id must be well formed."""
    return _OPERATION + message[len(_MESSAGE) : len(_MESSAGE) + _ULID_LENGTH]


def index_of(message: str) -> int:
    """A message's place in its operation, from 0; the id must be well formed."""
    high, middle, low = (ID_ALPHABET.index(digit) for digit in message[-_INDEX_LENGTH:])
    return high << 10 | middle << 5 | low


def is_operation_id(text: str) -> bool:
    return _is_id(text, _OPERATION, _ULID_LENGTH)


def is_message_id(text: str) -> bool:
    return _is_id(text, _MESSAGE, _ULID_LENGTH + _INDEX_LENGTH)


def created_at(identifier: str) -> datetime:
    """The instant in the id, to the millisecond, in UTC."""
    ulid = identifier.rsplit("_", 1)[1][:_ULID_LENGTH]
    return _EPOCH + ULID.from_str(ulid.upper()).milliseconds * _MILLISECOND


def _ulid(now: datetime) -> str:
    # In whole milliseconds: seconds as a float are not exact.
    return str(ULID.from_timestamp((now - _EPOCH) // _MILLISECOND)).lower()


def _is_id(text: str, prefix: str, length: int) -> bool:
    suffix = text.removeprefix(prefix)
    return (
        text.startswith(prefix)
        and len(suffix) == length
        and suffix[0] in ID_ALPHABET[:8]
        and all(character in ID_ALPHABET for character in suffix)
    )
