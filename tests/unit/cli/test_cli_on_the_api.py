"""Every command of an account, on the real API: a fake one answers what the command expects."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click
import pytest

from herald_cli import exits
from herald_cli.main import cli
from tests.unit.cli.fake_api import Run
from tests.unit.inbound import ANA, an_inbound, shown
from tests.world import World

pytestmark = pytest.mark.simulated

ARRIVES, REFUSED = "+15005550100", "+15005550110"
POOL: Final = {"name": "A pool"}
CONTENT: Final = {"friendlyName": "a", "language": "en", "types": {"twilio/text": {"body": "Hi"}}}
STORE, PROFILE = "mem_store_01h9krwprkeee8fzqspvwy6nq8", "mem_profile_01h9krwprkeee8fzqspvwy6nq8"

# In the order in which they run. What is in braces is a name of `_things`; a command that lists only
# failures, or fails for them, ends with LEFT.
COMMANDS: Final = """
    check people.csv --text Hi
    send people.csv --text Hi --yes --tag list:vip
    watch {operation}
    operation {operation}
    operations list --status COMPLETED --start 2026-01-01 --all
    operations show {operation}
    operations errors {operation}
    operations export {operation} --output report.csv --file people.csv
    operations export {operation} --output report.parquet --costs
    operations export {operation} --output again.csv --status FAILED,UNADDRESSABLE --file people.csv --rows
    operations pause {waiting} --yes
    operations resume {waiting}
    operations cancel {waiting} --yes
    messages --to +15005550100 --operation {operation} --status DELIVERED --channel SMS --tag list:vip
    messages --tag list:vip --tag part:one --start 2026-01-01 --end 2199-01-01 --page-size 2
    messages --from +15005550006 --all --json
    messages --session {session}
    message {message}
    message {received}
    messages --status INBOUND
    messages --looks-like STOP --page-size 1
    messages --operation {operation} --details --json
    content create content.json
    content list
    content show {content}
    content delete {content} --yes
    pools create pool.json
    pools list
    pools show {pool}
    pools add {pool} {sender}
    pools senders {pool}
    pools remove {pool} {sender}
    pools delete {pool} --yes
    profiles put {store} {profile} profile.json
    profiles show {store} {profile}
    profiles delete {store} {profile} --yes
    keywords set keywords.json
    keywords show
    keywords reset --yes
    sessions show {session}
    sessions messages {session}
    suppressions add +12125550100 --source API
    suppressions writer {received}
    suppressions list --channel PHONE --address +12125550100
    suppressions import stops.csv --yes
    suppressions export stopped.csv
    suppressions remove +12125550100
    limits
    demo --csv people.csv
    account export folder
    account export folder --details --format parquet
""".strip().splitlines()
LEAVES_SOME: Final = ("operations errors",)
# What has no stack, or has AWS credentials: those of an operator.
OF_THE_OPERATOR: Final = (
    "login logout config account key audit prices sender inbound doctor deadletters redrive restore repair"
)


def _files() -> None:
    Path("people.csv").write_text(f"address,name\n{ARRIVES},Ada\n{REFUSED},Bo\n", encoding="utf-8")
    Path("stops.csv").write_text(f"address\n{ANA}\n", encoding="utf-8")
    for name, content in {
        "content": CONTENT,
        "pool": POOL,
        "profile": {"addresses": [{"address": ARRIVES, "channel": "PHONE"}], "traits": {}},
        "keywords": {"stop": {"*": ["Enough"]}},
    }.items():
        Path(f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def _things(world: World) -> dict[str, Any]:
    """Some things that the commands are about, and their ids."""
    operation = world.send(ARRIVES, REFUSED, tags={"list": "vip", "part": "one"})
    waiting = world.send(ARRIVES, schedule={"sendAt": [shown(world.aws.now + timedelta(days=1))]})
    world.inbound(an_inbound(world.account))
    world.settle()
    [received] = world.messages(status="INBOUND")
    template = world.post("/Content", CONTENT).body
    world.post("/SenderPools", POOL)
    world.settle()
    [pool] = world.get("/SenderPools").body["senderPools"]
    return {
        "operation": operation,
        "waiting": waiting,
        "message": world.messages(operationId=operation)[0]["id"],
        "received": received["id"],
        "session": received["related"][0]["id"],
        "sender": world.senders()[0].sender_id,
        "content": template["id"],
        "pool": pool["id"],
        "store": STORE,
        "profile": PROFILE,
    }


def test_every_command_does_its_work(world: World, live: Run) -> None:
    _files()
    known = _things(world)
    for command in COMMANDS:
        words = [word.format(**known) for word in command.split()]
        result = live(*words)
        expected = exits.LEFT if command.strip().startswith(LEAVES_SOME) else 0
        assert result.exit_code == expected, (words, result.output)
        assert result.output, words


def test_no_command_is_left_out() -> None:
    tried = {" ".join(command.split()) for command in COMMANDS}

    def leaves(group: click.Group, before: str) -> list[str]:
        found = []
        for name in group.list_commands(click.Context(group)):
            each = group.get_command(click.Context(group), name)
            if isinstance(each, click.Group):
                found += leaves(each, f"{before}{name} ")
            else:
                found.append(f"{before}{name}")
        return found

    untried = [
        each
        for each in leaves(cli, "")
        if each.split()[0] not in OF_THE_OPERATOR
        and not any(f"{one} ".startswith(f"{each} ") for one in tried)
    ]

    assert untried == []
