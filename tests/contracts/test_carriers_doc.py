"""docs/carriers.md: its commands exist, with these options and values, and its codes are those of AWS."""

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import click
import pytest
from botocore import xform_name
from pydantic.alias_generators import to_camel

from herald.carriers import CARRIERS
from herald.carriers.aws import errors as aws_errors
from herald.carriers.aws import receipts as aws_events
from herald.carriers.http import settings as http
from herald.carriers.protocol import Outcome, Rejected, Stopped
from herald.carriers.twilio import sending as twilio
from herald.model import problems
from herald.model.problems import Problem
from herald_cli.aws_senders import SMS_SERVICE
from herald_cli.main import cli
from tests.contracts.documents import table, tables
from tests.template import ROOT, template

PAGE = "docs/carriers.md"
TEXT = (ROOT / PAGE).read_text()
# Of the AWS CLI itself.
GLOBAL = {"--query", "--output", "--region"}


def commands(program: str) -> Iterator[list[str]]:
    """Every command of a program on the page, in blocks and in sentences, as words."""
    blocks = re.sub(r"\\\n\s*", "", "\n".join(re.findall(r"^ {4}(.*)$", TEXT, re.MULTILINE)))
    sentences = [re.sub(r"\s+", " ", each) for each in re.findall(r"`([^`]+)`", _without_blocks())]
    for line in [*blocks.splitlines(), *sentences]:
        for part in line.split("&&"):
            # <its id> is something to be put in, and [...] may be left out.
            words = shlex.split(re.sub(r"[\[\]]", "", re.sub(r"<[^>]*>", "VALUE", part)), comments=True)
            if words and words[0].removeprefix(".venv/bin/") == program and len(words) > 1:
                yield words[1:]


def _without_blocks() -> str:
    return re.sub(r"^ {4}.*$", "", TEXT, flags=re.MULTILINE)


def options(words: list[str]) -> dict[str, list[str]]:
    """The options of a command, and the values of each."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word] = []
        elif found:
            found[next(reversed(found))].append(word)
    return found


@cache
def operations(service: str) -> Mapping[str, Any]:
    client: Any = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
    model = client.meta.service_model
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


AWS = [words for words in commands("aws") if words[0] in (SMS_SERVICE, "socialmessaging")]


def test_there_are_commands() -> None:
    assert len(AWS) >= 15
    assert len(list(commands("herald"))) >= 12


@pytest.mark.parametrize("words", AWS, ids=" ".join)
def test_aws_has_the_command(words: list[str]) -> None:
    service, operation, *rest = words
    shape = operations(service)[operation].input_shape
    members = {f"--{xform_name(name, '-')}": (name, member) for name, member in shape.members.items()}
    given = {option: values for option, values in options(rest).items() if option not in GLOBAL}

    assert set(given) <= set(members)
    assert {members[option][0] for option in given} >= set(shape.required_members)
    for option, values in given.items():
        member = members[option][1]
        assert bool(values) is (member.type_name != "boolean")
        assert len(values) == 1 or member.type_name in ("boolean", "list")
        allowed = getattr(member.member if member.type_name == "list" else member, "enum", None)
        assert not allowed or set(values) <= set(allowed)


@pytest.mark.parametrize("words", list(commands("herald")), ids=" ".join)
def test_herald_has_the_command(words: list[str]) -> None:
    command: click.Command = cli
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        assert found
        command = found

    assert set(options(words)) <= {option for parameter in command.params for option in parameter.opts}


def test_what_the_page_says_of_the_template_is_there() -> None:
    named = set(re.findall(r"`([A-Z]\w*[a-z]\w*)(?:=\w+)?`", TEXT))
    known = {"Default"} | set(template()["Parameters"]) | set(template()["Outputs"])
    of_aws, of_twilio = {"SendTextMessage", "SendMediaMessage"}, {"From", "MessagingServiceSid", "OptOutType"}
    metrics = {"CarrierNotReady", "InboundDropped", "ReceiptOfNobody"}
    others = of_aws | of_twilio | metrics

    assert named - others <= known
    assert {"Carrier", "AllowAws", "ConfigurationSet", "CountSuccessfulAsDelivered"} <= named
    used = set(re.findall(r"\$\(output (\w+)\)", TEXT))
    assert used == {"SmsInboundTopicArn", "WhatsAppEventsTopicArn"}
    assert used <= set(template()["Outputs"])


def test_the_carriers_of_the_page_are_those_that_there_are() -> None:
    assert {row["Carrier"].strip("`") for row in table(PAGE, "Carrier", "Sends", "Needs")} == CARRIERS.keys()


def test_the_events_of_the_page_have_these_statuses() -> None:
    told = table(PAGE, "AWS reports", "Status", "What is known")
    for row in told[1:]:
        status, _, code = row["Status"].partition(", ")
        for name in re.findall(r"[A-Z][A-Z_]{3,}", row["AWS reports"]):
            found = [aws_events.MEANINGS.get(f"{kind}_{name}") for kind in ("TEXT", "MEDIA", "RCS")]
            meanings = [meaning for meaning in found if meaning]
            assert meanings, name
            assert {each.status for each in meanings} == {status}, name
            assert {str(each.problem.code) if each.problem else "" for each in meanings} == {code}, name


def codes_of_aws() -> Iterator[int]:
    """The code of everything that AWS can answer or report."""
    answers = [*aws_errors.SMS_VOICE.values(), *aws_errors.WHATSAPP.values()]
    outcomes: list[Outcome] = [*aws_errors.ANY_SERVICE.values()]
    outcomes += [each for answer in answers for each in (answer.without_reason, *answer.by_reason.values())]
    yield from (each.code for each in outcomes if isinstance(each, Rejected | Stopped))
    yield from (each.problem.code for each in aws_events.MEANINGS.values() if each.problem)
    yield from (each.code for each in aws_events.WHATSAPP_PROBLEMS.values())


def test_every_code_that_aws_leads_to_has_its_row() -> None:
    [rows] = [rows for rows in tables(PAGE) if set(rows[0]) == {"Code", "Cause", "What to do"}]
    told = {int(code) for row in rows for code in row["Code"].split(", ")}
    known = {each.code for each in vars(problems).values() if isinstance(each, Problem)}

    assert set(codes_of_aws()) - told == set()
    assert told - known == set()


def test_the_codes_of_twilio_mean_what_the_page_says() -> None:
    told = {
        row["Outcome"].split(",")[0]: {
            int(code) for code in re.findall(r"\b[0-9]{5}\b", row["Twilio answers"])
        }
        for row in table(PAGE, "Twilio answers", "Outcome")
        if re.search(r"\b[0-9]{5}\b", row["Twilio answers"])
    }

    assert told == {"tried again": set(twilio._AGAIN), "refused": set(twilio._STOPS)}


def test_the_settings_of_the_endpoint_are_those_of_the_page() -> None:
    told = {row["Setting"].strip("`") for row in table(PAGE, "Setting", "")}

    assert told == {to_camel(name) for name in http.HttpSettings.model_fields}
