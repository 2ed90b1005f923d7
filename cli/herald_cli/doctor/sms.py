"""The checks of AWS End User Messaging, where AWS carries. They read, and change nothing."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from herald_cli.aws_senders import SMS_SERVICE
from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.findings import CannotCheckError, Check, Verdict, failure, ok, unchecked, warning

# The share of an AWS limit from which its use is a warning.
_NEARLY: Final = 0.9
# US dollars a month: what a new account may spend.
_OF_A_NEW_ACCOUNT: Final = 1
_CONSOLE: Final = "AWS End User Messaging"


def _voice(stack: Deployed) -> Any:
    if not stack.carries_with_aws:
        raise CannotCheckError("the stack does not send with AWS")
    return stack.client(SMS_SERVICE)


def account(stack: Deployed) -> Iterator[Verdict]:
    attributes = {
        each["Name"]: each["Value"]
        for each in _voice(stack).describe_account_attributes()["AccountAttributes"]
    }
    if attributes.get("ACCOUNT_TIER") == "PRODUCTION":
        yield ok("the AWS account may send SMS to everybody")
    elif attributes.get("ACCOUNT_TIER") == "SANDBOX":
        yield warning(
            "the AWS account is in the sandbox of SMS: it sends to verified numbers only",
            f"Ask for production access in {_CONSOLE} (docs/carriers.md).",
        )
    else:
        yield unchecked("AWS does not say whether the account may send to everybody")


def limits(stack: Deployed) -> Iterator[Verdict]:
    full = 0
    for each in _pages(_voice(stack), "describe_account_limits", "AccountLimits"):
        used, most = int(each["Used"]), int(each["Max"])
        if most and used >= _NEARLY * most:
            full += 1
            words = str(each["Name"]).lower().replace("_", " ")
            yield warning(f"{used} of {most} {words} are used", "Raise the quota in Service Quotas.")
    if not full:
        yield ok("no quota of numbers, sender ids and pools is used up")


def spend(stack: Deployed) -> Iterator[Verdict]:
    for each in _pages(_voice(stack), "describe_spend_limits", "SpendLimits"):
        name = str(each["Name"]).split("_", 1)[0].lower()
        if name == "voice":
            continue
        enforced, most = int(each["EnforcedLimit"]), int(each["MaxLimit"])
        told = f"AWS sends {name} messages for {enforced} US dollars a month, and none after that"
        if enforced <= _OF_A_NEW_ACCOUNT:
            yield warning(
                told,
                f"Set the limit to {most} in {_CONSOLE}."
                if most > enforced
                else f"Ask for a higher spending quota in {_CONSOLE} (docs/carriers.md).",
            )
        else:
            yield ok(told)


def events(stack: Deployed) -> Iterator[Verdict]:
    """Whether the events of the configuration set come to the stack."""
    voice, topic = _voice(stack), stack.outputs["SmsEventsTopicArn"]
    name = stack.parameters.get("ConfigurationSet") or stack.resource("SmsConfigurationSet")
    sets = voice.describe_configuration_sets(ConfigurationSetNames=[name])["ConfigurationSets"]
    destinations = sets[0].get("EventDestinations", []) if sets else []
    ours = [each for each in destinations if each.get("SnsDestination", {}).get("TopicArn") == topic]
    if not ours:
        yield failure(
            f"the configuration set {name} sends its events to no topic of this stack: messages stay SENT",
            "Give it an event destination with the stack's output SmsEventsTopicArn.",
        )
    elif not any(each.get("Enabled") for each in ours):
        yield failure(
            f"the event destination of {name} is disabled: messages stay SENT",
            f"Enable it in {_CONSOLE}.",
        )
    else:
        yield ok("AWS reports what becomes of messages to this stack")


def _pages(client: Any, operation: str, name: str) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator(operation).paginate():
        yield from page[name]


CHECKS: Final[tuple[Check[Deployed], ...]] = (
    Check("sms-account", "whether AWS lets the account send SMS to everybody", account),
    Check("sms-limits", "quotas of numbers, sender ids and pools", limits),
    Check("sms-spend", "for how many dollars a month AWS sends", spend),
    Check("sms-events", "whether AWS reports to this stack what becomes of messages", events),
)
