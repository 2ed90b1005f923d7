"""Examples in openapi.json: for each request an accepted body, for each answer one of its schema.

Only the description of the API loads this.
"""

from collections.abc import Mapping
from typing import Any, Final

_SENDER: Final = {"senderId": "comms_sender_01h9krwprkeee8fzqspvwy6nq8"}
_PERSON: Final = {"address": "+12065550100", "channel": "PHONE"}
# By the operationId.
REQUESTS: Final[Mapping[str, Any]] = {
    "AddSendersToSenderPool": [_SENDER],
    "CreateContent": {
        "friendlyName": "reminder",
        "variables": {"name": "there"},
        "types": {"twilio/text": {"body": "Hi {{ name }}, your appointment is tomorrow."}},
    },
    "CreateSender": {"channel": "SMS", "address": "+12065550199", "displayName": "Orders"},
    "CreateSenderPool": {"name": "orders", "senders": [_SENDER]},
    "CreateSuppressions": {"suppressions": [_PERSON], "source": "IMPORT"},
    "PutKeywords": {"stop": {"*": ["no more please"]}, "stopCovers": "ALL"},
    "PutProfile": {"addresses": [_PERSON], "traits": {"firstName": "Ada"}},
    "PutQuietHours": {
        "open": "08:00-21:00",
        "countries": {"FR": {"open": "09:00-20:00", "sunday": "closed"}},
    },
    "ResolveSenders": {"recipientAddresses": [_PERSON]},
    "SearchSenders": {"address": "+15005550006", "channel": "SMS"},
    "SendMessages": {
        "to": [{**_PERSON, "variables": {"name": "Ada"}}],
        "content": {"text": "Hi {{ name }}, your order is on its way."},
        "tags": {"campaign": "orders"},
    },
    "UpdateSender": {"displayName": "Orders", "partsPerSecond": 10},
    "UpdateSenderPool": {"name": "orders"},
}

_BASE: Final = "https://example.org/v1"
_OPERATION: Final = f"{_BASE}/Messages/Operations/comms_operation_01h9krwprkeee8fzqspvwy6nq8"
# The values in an answer, by the name of the property; numbers are 1 and lists have an entry.
_VALUES: Final[Mapping[str, Any]] = {
    "address": "+12065550100",
    "carrierCode": "30003",
    "carrierId": "SM0123456789abcdef0123456789abcdef",
    "carrierMessage": "Unreachable destination handset",
    "carrierSenderId": "MG0123456789abcdef0123456789abcdef",
    "channel": "PHONE",
    "code": 400,
    "content": {"text": "Hi Ada, your order is on its way."},
    "context": "$.to[0].address",
    "countries": {"FR": {"open": "09:00-20:00", "sunday": "closed"}},
    "currency": "USD",
    "deletedAt": None,
    "displayName": "Orders",
    "error": None,
    "friendlyName": "reminder",
    "help": {"*": ["HELP"]},
    "index": 0,
    "infoUrl": "https://www.twilio.com/docs/api/errors/400",
    "isDefault": False,
    "kind": "contacts",
    "label": "Home",
    "language": "en",
    "message": "is required",
    "messages": f"{_BASE}/Messages?sessionId=comms_session_01h9krwprkeee8fzqspvwy6nq8",
    "name": "OPERATION",
    "network": "Example Mobile",
    "next": None,
    "open": "08:00-21:00",
    "operationLocation": _OPERATION,
    "postbackData": "yes",
    "price": "0.0075",
    "priority": 0,
    "resourceId": "comms_operation_01h9krwprkeee8fzqspvwy6nq8",
    "resourceLocation": _OPERATION,
    "scheduledFor": None,
    "self": "eyJuZXh0Ijo1MH0",
    "start": {"*": ["START"]},
    "status": 400,
    "stop": {"*": ["STOP"]},
    "tags": {"campaign": "orders"},
    "traits": {"firstName": "Ada"},
    "types": {"twilio/text": {"body": "Hi {{ name }}, your appointment is tomorrow."}},
    "uri": _OPERATION,
    "variables": {"name": "there"},
}


def answer(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """An answer of a schema of openapi.json, with its required fields."""
    if ref := schema.get("$ref"):
        return answer(schemas[ref.rsplit("/", 1)[1]], schemas, name)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if known := next(iter(schema.get("examples", ())), None):
        return known
    if name in _VALUES and not (name == "messages" and schema.get("type") == "array"):
        return _VALUES[name]
    if some := schema.get("oneOf") or schema.get("anyOf"):
        return answer(some[0], schemas, name)
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                key: answer(each, schemas, key)
                for key, each in schema.get("properties", {}).items()
                if key in required
            }
        case "array":
            return [answer(schema["items"], schemas)]
        case "integer" | "number":
            return 1
        case "boolean":
            return False
    return ""
