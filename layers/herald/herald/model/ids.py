"""Identifiers, which carry the location of the item that they name.

An operation is `comms_operation_<ulid>`. Its message number `index` is
`comms_message_<the same ulid><index as 3 characters>`. So a message id

* names its operation and its place in it, without a look-up;
* is the same when the row is made twice;
* sorts by the time of its operation, then by place: a range of time, and an
  operation, are ranges of message ids;
* holds the number of shards of its operation's messages: the lowest three bits of
  the ulid are the logarithm of that number.

A received message has an id of the same form, of no operation: its
ulid is the time and a hash of its origin, so the same message has the same id
however often a carrier delivers it, and lies in one shard, independent of its account's number. A
session has the ulid of the message that opens it. A suppression has, instead of a ulid,
a hash of its person.

The alphabet is Crockford's base 32 in lower case, as the published patterns ask.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from ulid import ULID

ID_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
# Of an operation, not messages but places for them: a scheduled one leaves gaps between its chunks.
PLACES_PER_OPERATION: Final = 32**3
# Neighbouring places that lie in one shard, and are counted in one item (model.block).
BLOCK_SIZE: Final = 256
# The possible numbers of shards of an account.
SHARD_NUMBERS: Final = (1, 2, 4, 8, 16, 32, 64, 128)
_SHARD_BITS: Final = 0b111

_OPERATION: Final = "comms_operation_"
_MESSAGE: Final = "comms_message_"
_SENDER: Final = "comms_sender_"
_SENDER_POOL: Final = "comms_senderpool_"
_CONTENT: Final = "HX"
_ACCOUNT: Final = "AC"
_KEY: Final = "SK"
_AUDIT_EVENT: Final = "AE"
_SESSION: Final = "comms_session_"
_SUPPRESSION: Final = "comms_suppression_"
_PROFILE: Final = "mem_profile_"
_MEMORY_STORE: Final = "mem_store_"
# The published forms, for JSON schemas.
_ULID: Final = "[0-7][0-9a-hjkmnp-tv-z]"
OPERATION_ID: Final = f"^{_OPERATION}{_ULID}{{25}}$"
MESSAGE_ID: Final = f"^{_MESSAGE}{_ULID}{{28}}$"
SENDER_ID: Final = f"^{_SENDER}{_ULID}{{25}}$"
SENDER_POOL_ID: Final = f"^{_SENDER_POOL}{_ULID}{{25}}$"
SUPPRESSION_ID: Final = f"^{_SUPPRESSION}{_ULID}{{25}}$"
CONTENT_ID: Final = f"^{_CONTENT}[0-9a-f]{{32}}$"
SESSION_ID: Final = f"^{_SESSION}[0-9a-hjkmnp-tv-z]{{26,34}}$"
PROFILE_ID: Final = f"^{_PROFILE}{_ULID}{{25,34}}$"
MEMORY_STORE_ID: Final = f"^{_MEMORY_STORE}{_ULID}{{25,34}}$"

_ULID_LENGTH: Final = 26
_TIME_LENGTH: Final = 10
_INDEX_LENGTH: Final = 3
# Crockford's digits as `int` reads them.
_TO_BASE_32: Final = str.maketrans(ID_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def new_operation_id(now: datetime, shards: int = 1) -> str:
    """The id of a new operation with its number of shards, a power of two."""
    # Not counted up within a millisecond, as the library would: the last bits tell the shards.
    chance = secrets.randbits(80) & ~_SHARD_BITS | SHARD_NUMBERS.index(shards)
    return _OPERATION + str(ULID.from_bytes(milliseconds(now).to_bytes(6) + chance.to_bytes(10))).lower()


def shards_of(identifier: str) -> int:
    """The number of shards of an operation's messages, by its id or the id of one of them."""
    ulid = identifier.rsplit("_", 1)[1]
    return SHARD_NUMBERS[ID_ALPHABET.index(ulid[_ULID_LENGTH - 1]) & _SHARD_BITS]


def new_sender_id(now: datetime) -> str:
    return _SENDER + _ulid(now)


def new_sender_pool_id(now: datetime) -> str:
    return _SENDER_POOL + _ulid(now)


def new_content_id(now: datetime) -> str:
    """Also a ULID, but in hexadecimal, as in the published pattern of these ids."""
    return _CONTENT + ULID.from_datetime(now).hex


def new_account_sid() -> str:
    return _ACCOUNT + secrets.token_hex(16)


def new_key_sid() -> str:
    return _KEY + secrets.token_hex(16)


def new_audit_event_id(now: datetime) -> str:
    """A ULID in hexadecimal, so that events sort by time."""
    return _AUDIT_EVENT + ULID.from_datetime(now).hex


def audit_time_bound(instant: datetime) -> str:
    """The prefix of the ids of audit events in the millisecond of `instant`."""
    return _AUDIT_EVENT + f"{milliseconds(instant):012x}"


def time_of_audit_event(identifier: str) -> datetime:
    """The instant in the id, to the millisecond, in UTC."""
    milliseconds = int(identifier.removeprefix(_AUDIT_EVENT)[:12], 16)
    return _EPOCH + milliseconds * _MILLISECOND


def message_id(operation_id: str, index: int) -> str:
    """The id of the message number `index` (from 0) of an operation."""
    if not 0 <= index < PLACES_PER_OPERATION:
        raise ValueError(f"an operation has no message number {index}")
    digits = ID_ALPHABET[index >> 10] + ID_ALPHABET[index >> 5 & 31] + ID_ALPHABET[index & 31]
    return _MESSAGE + operation_id.removeprefix(_OPERATION) + digits


def inbound_message_id(at: datetime, account: str, carrier: str, carrier_id: str) -> str:
    """The id of a message that a carrier has under its own id; `at` is that of its first arrival."""
    origin = "\n".join((account, carrier, carrier_id)).encode()
    digest = hashlib.sha256(origin).digest()[:10]
    one_shard = digest[:-1] + bytes([digest[-1] & ~_SHARD_BITS])
    ulid = ULID.from_bytes(milliseconds(at).to_bytes(6) + one_shard)
    return _MESSAGE + str(ulid).lower() + ID_ALPHABET[0] * _INDEX_LENGTH


def session_id_of(message: str) -> str:
    """The id of the session that a message opens; the message's id must be well formed."""
    return _SESSION + message[len(_MESSAGE) : len(_MESSAGE) + _ULID_LENGTH]


def suppression_id(account: str, channel: str, key: str) -> str:
    """The id of an account's suppression of a person: a hash of the person's key, so that each has one.

    It keeps numbers out of URLs, but does not hide a number from a reader who tries all numbers.
    """
    digest = hashlib.sha256(f"{account}\n{channel}\n{key}".encode()).digest()
    return _SUPPRESSION + str(ULID.from_bytes(digest[:16])).lower()


def message_id_bounds(operation_id: str) -> tuple[str, str]:
    """The lowest and the highest id that a message of the operation can have."""
    stem = _MESSAGE + operation_id.removeprefix(_OPERATION)
    return stem + ID_ALPHABET[0] * _INDEX_LENGTH, stem + ID_ALPHABET[-1] * _INDEX_LENGTH


def operation_bound(bound: str) -> str:
    """The prefix of an operation's id, from a prefix of one of its messages' ids."""
    return _OPERATION + bound.removeprefix(_MESSAGE)[:_ULID_LENGTH]


def time_bound(instant: datetime) -> str:
    """The prefix of the ids of messages made in the millisecond of `instant`."""
    return _MESSAGE + _ulid(instant)[:_TIME_LENGTH]


def operation_time_bound(instant: datetime) -> str:
    """The prefix of the ids of operations made in the millisecond of `instant`."""
    return _OPERATION + _ulid(instant)[:_TIME_LENGTH]


def sorted_by_time(instant: datetime, identifier: str = "") -> str:
    """An id after its time, for items that are sorted by time and have no time in their id."""
    return _ulid(instant)[:_TIME_LENGTH] + identifier


def operation_id_of(message: str) -> str:
    """The operation that made a message, if it was not received; the id must be well formed."""
    return _OPERATION + message[len(_MESSAGE) : len(_MESSAGE) + _ULID_LENGTH]


def index_of(message: str) -> int:
    """A message's place in its operation, from 0; the id must be well formed."""
    high, middle, low = (ID_ALPHABET.index(digit) for digit in message[-_INDEX_LENGTH:])
    return high << 10 | middle << 5 | low


def is_operation_id(text: str) -> bool:
    return _is_id(text, _OPERATION, _ULID_LENGTH)


def is_content_id(text: str) -> bool:
    return _is_sid(text, _CONTENT)


def is_account_sid(text: str) -> bool:
    return _is_sid(text, _ACCOUNT)


def is_key_sid(text: str) -> bool:
    return _is_sid(text, _KEY)


def is_message_id(text: str) -> bool:
    return _is_id(text, _MESSAGE, _ULID_LENGTH + _INDEX_LENGTH)


def is_session_id(text: str) -> bool:
    suffix = text.removeprefix(_SESSION)
    return text.startswith(_SESSION) and len(suffix) in range(26, 35) and set(suffix) <= set(ID_ALPHABET)


def is_sender_id(text: str) -> bool:
    return _is_id(text, _SENDER, _ULID_LENGTH)


def is_suppression_id(text: str) -> bool:
    return _is_id(text, _SUPPRESSION, _ULID_LENGTH)


def is_sender_pool_id(text: str) -> bool:
    return _is_id(text, _SENDER_POOL, _ULID_LENGTH)


def is_profile_id(text: str) -> bool:
    return _is_foreign_id(text, _PROFILE)


def is_memory_store_id(text: str) -> bool:
    return _is_foreign_id(text, _MEMORY_STORE)


def created_at(identifier: str) -> datetime:
    """The instant in the id, to the millisecond, in UTC."""
    time = identifier.rsplit("_", 1)[1][:_TIME_LENGTH]
    return _EPOCH + int(time.translate(_TO_BASE_32), 32) * _MILLISECOND


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, where ids begin; earlier instants count as 1970."""
    return max((instant - _EPOCH) // _MILLISECOND, 0)


def _ulid(now: datetime) -> str:
    # In whole milliseconds: seconds as a float are not exact.
    return str(ULID.from_timestamp(milliseconds(now))).lower()


def _is_foreign_id(text: str, prefix: str) -> bool:
    """Whether a text has the published form of an id that others than we make: 26 to 35 characters."""
    return len(text) - len(prefix) in range(26, 36) and _is_id(text, prefix, len(text) - len(prefix))


def _is_sid(text: str, prefix: str) -> bool:
    """Whether a text has the published form of a SID: two letters and 32 hexadecimal digits."""
    suffix = text.removeprefix(prefix)
    return text.startswith(prefix) and len(suffix) == 32 and set(suffix) <= set("0123456789abcdef")


def _is_id(text: str, prefix: str, length: int) -> bool:
    suffix = text.removeprefix(prefix)
    return (
        text.startswith(prefix)
        and len(suffix) == length
        and suffix[0] in ID_ALPHABET[:8]
        and all(character in ID_ALPHABET for character in suffix)
    )
