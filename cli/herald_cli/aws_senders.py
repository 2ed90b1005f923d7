"""The senders of an AWS account, as AWS End User Messaging lists them. Reads, and changes nothing.

| channel  | operation                                                              | sender                |
|----------|------------------------------------------------------------------------|-----------------------|
| SMS      | DescribePhoneNumbers, those that can send SMS or MMS                   | a number              |
| SMS      | DescribeSenderIds; one id may be several countries'                    | the id                |
| RCS      | DescribeRcsAgents                                                      | the agent's id        |
| WHATSAPP | ListLinkedWhatsAppBusinessAccounts, GetLinkedWhatsAppBusinessAccount   | a number, and its id  |
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Any, Final, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from herald.model.addresses import SenderChannel

SMS_SERVICE: Final = "pinpoint-sms-voice-v2"
WHATSAPP_SERVICE: Final = "socialmessaging"
# The most that there are: a new account may ask once a second.
_PAGE_SIZE: Final = 100

# What AWS publishes, in parts a second, of those whose own limit it does not tell; by type and
# country, "" being all others. Short codes outside of the US and Canada have no such figure.
_NUMBER_RATES: Final = {
    ("SHORT_CODE", "US"): 100,
    ("SHORT_CODE", "CA"): 100,
    ("TEN_DLC", ""): 1,
    ("LONG_CODE", "CA"): 1,
    ("LONG_CODE", ""): 10,
    ("TOLL_FREE", ""): 3,
}
_SENDER_ID_RATE: Final = 10
_WHATSAPP_RATE: Final = 80
_KINDS: Final = {"SHORT_CODE": "short code", "TEN_DLC": "10DLC", "LONG_CODE": "long code"}

Answer = dict[str, Any]


class ReadError(Exception):
    """AWS's senders cannot be read; the text names the channel and the reason."""


class State(Enum):
    USABLE = auto()
    # It will be usable, or may be again.
    WAITING = auto()
    GONE = auto()


class AwsSender(NamedTuple):
    """A sender in AWS. `kind` and `status` are for people; `per_second`: message parts, None: unknown."""

    channel: SenderChannel
    address: str
    kind: str
    state: State
    status: str
    name: str | None = None
    carrier_sender_id: str | None = None
    per_second: int | None = None


def read(channels: Iterable[SenderChannel], region: str | None) -> list[AwsSender]:
    """Everything that an AWS account has for these channels in a region. Raises ReadError."""
    found: list[AwsSender] = []
    for channel in channels:
        try:
            found += _READERS[channel](region)
        except (BotoCoreError, ClientError) as error:
            raise ReadError(
                f"what AWS has for {channel} cannot be read: {error}. Nothing was changed. "
                "--channel leaves a channel out."
            ) from error
    return found


def client(service: str, region: str | None) -> Any:
    return boto3.client(service, region_name=region)  # type: ignore[call-overload]


def _of_sms(region: str | None) -> list[AwsSender]:
    voice = client(SMS_SERVICE, region)
    numbers = [
        _number(each)
        for each in _pages(voice, "describe_phone_numbers", "PhoneNumbers")
        if {"SMS", "MMS"} & set(each["NumberCapabilities"])
    ]
    return numbers + list(_sender_ids(_pages(voice, "describe_sender_ids", "SenderIds")))


def _of_rcs(region: str | None) -> list[AwsSender]:
    agents = _pages(client(SMS_SERVICE, region), "describe_rcs_agents", "RcsAgents")
    return [_agent(each) for each in agents]


def _of_whatsapp(region: str | None) -> list[AwsSender]:
    social = client(WHATSAPP_SERVICE, region)
    linked = _pages(social, "list_linked_whatsapp_business_accounts", "linkedAccounts")
    accounts = [social.get_linked_whatsapp_business_account(id=each["id"])["account"] for each in linked]
    return [_whatsapp_number(account, each) for account in accounts for each in account["phoneNumbers"]]


_READERS: Final = {
    SenderChannel.SMS: _of_sms,
    SenderChannel.RCS: _of_rcs,
    SenderChannel.WHATSAPP: _of_whatsapp,
}


def _pages(service: Any, operation: str, key: str) -> Iterator[Answer]:
    """The items of every page of an operation."""
    for page in service.get_paginator(operation).paginate(PaginationConfig={"PageSize": _PAGE_SIZE}):
        yield from page[key]


def _number(each: Answer) -> AwsSender:
    kind, country = each["NumberType"], each["IsoCountryCode"]
    published = _NUMBER_RATES.get((kind, country), _NUMBER_RATES.get((kind, "")))
    return AwsSender(
        channel=SenderChannel.SMS,
        address=each["PhoneNumber"] if kind == "SHORT_CODE" else _with_plus(each["PhoneNumber"]),
        kind=f"{country} {_KINDS.get(kind, kind.lower().replace('_', '-'))}",
        state=_state(each["Status"], usable={"ACTIVE"}, waiting={"PENDING", "ASSOCIATING"}),
        status=each["Status"],
        per_second=_limit(each, "SMS") or published,
    )


def _sender_ids(items: Iterable[Answer]) -> Iterator[AwsSender]:
    """One sender for each id, with the rate of its slowest country."""
    by_id: dict[str, list[Answer]] = {}
    for each in items:
        by_id.setdefault(each["SenderId"], []).append(each)
    for sender_id, of_countries in by_id.items():
        yield AwsSender(
            channel=SenderChannel.SMS,
            address=sender_id,
            kind=f"sender id ({', '.join(sorted(each['IsoCountryCode'] for each in of_countries))})",
            state=State.USABLE,
            status="ACTIVE",
            per_second=min(_limit(each, "SMS") or _SENDER_ID_RATE for each in of_countries),
        )


def _agent(each: Answer) -> AwsSender:
    return AwsSender(
        channel=SenderChannel.RCS,
        address=each["RcsAgentId"],
        kind="agent",
        state=_state(each["Status"], usable={"ACTIVE", "PARTIAL", "TESTING"}, waiting={"CREATED", "PENDING"}),
        status=each["Status"],
        per_second=_limit(each, "RCS"),
    )


def _whatsapp_number(account: Answer, each: Answer) -> AwsSender:
    status = account["registrationStatus"]
    return AwsSender(
        channel=SenderChannel.WHATSAPP,
        address=_with_plus(each["phoneNumber"]),
        kind=f"of {account['wabaName'] or account['wabaId']}",
        state=_state(status, usable={"COMPLETE"}, waiting={"INCOMPLETE"}),
        status=status,
        name=each["displayPhoneNumberName"] or None,
        carrier_sender_id=each["phoneNumberId"],
        per_second=_WHATSAPP_RATE,
    )


def _state(status: str, *, usable: set[str], waiting: set[str]) -> State:
    if status in usable:
        return State.USABLE
    return State.WAITING if status in waiting else State.GONE


def _limit(each: Answer, capability: str) -> int | None:
    limit: int | None = each.get("MessagingLimits", {}).get("RateLimits", {}).get(capability)
    return limit


def _with_plus(number: str) -> str:
    return f"+{number.removeprefix('+')}"
