"""`make soak`: load, killed functions, and the account. Fails if a recipient is lost, or texted twice."""

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench import report
from bench.report import Goal, Section, Table, milliseconds, number
from bench.soak.account import Account, settle, wait_for_the_end
from bench.soak.clients import Clients
from bench.soak.killer import Killer
from herald.model.addresses import SenderChannel
from herald.model.senders import OperatorSender
from herald.store import Table as DynamoTable
from herald.store import senders
from herald_cli.client import Herald
from tools.fake_carrier import Answer, Behaviour, FakeCarrier
from tools.stack import LocalStack
from tools.stack.__main__ import AWS_PARAMETERS, CARRIER_URLS
from tools.stack.commands import HERALD_DIR

_SENDER: Final = "+12065550100"
# The faults of the carrier: shares of all tries.
_ILL: Final = {Answer.THROTTLE: 0.02, Answer.DROP: 0.01, Answer.FAIL: 0.005}
# Longer than the function's timeout, and much shorter than in the cloud: who was killed is
# succeeded within the soak.
_VISIBILITY_SECONDS: Final = 65
# Without it, a new account of a real carrier may send a thousand parts a day: a few clients' first minute.
_PARAMETERS: Final = {**AWS_PARAMETERS, "UnconfirmedSeconds": "60", "AccountPartsPerDay": "0"}
_PATIENCE_SECONDS: Final = 1_200


def main() -> int:
    arguments = _arguments()
    with (
        FakeCarrier() as carrier,
        LocalStack(
            state_dir=HERALD_DIR / "soak",
            parameters=_PARAMETERS,
            carrier_urls=dict.fromkeys(CARRIER_URLS, carrier.url),
            progress=_progress,
        ) as stack,
        Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald,
    ):
        carrier.director.direct(Behaviour(seed=arguments.seed, rates=_ILL))
        topics = (stack.outputs["SmsEventsTopicArn"], stack.outputs["WhatsAppEventsTopicArn"])
        carrier.report_to(stack.endpoint_url, *topics)
        _prepare(stack)
        clients = Clients(herald, arguments.clients, arguments.seed, _SENDER)
        killer = Killer(stack.pid, arguments.seed)
        clients.start()
        killer.start()
        for minute in range(arguments.minutes):
            time.sleep(60)
            posted, killed = len(clients.record.requests), killer.killed.total()
            _progress(f"minute {minute + 1}: {posted} requests accepted, {killed} functions killed")
        killer.stop()
        clients.stop()
        _progress("the load is over")
        requests = clients.record.requests
        wait_for_the_end(herald, requests, _PATIENCE_SECONDS, _progress)
        taken = Counter(call.to for call in carrier.calls() if call.taken)
        account = settle(herald, requests, taken, _progress)
        answers = Counter(call.answer for call in carrier.calls())
    section = _section(arguments, account, clients, killer, answers)
    print(f"\n{section}")
    if arguments.write:
        report.write(arguments.write, [section])
    print("\n" + ("\n".join(section.missed) or "No recipient was lost, and none was texted twice."))
    return 0 if account.is_clean and not section.missed else 1


def _prepare(stack: LocalStack) -> None:
    """Add a sender of the carrier, and shorten the visibility timeouts of the queues."""
    table = DynamoTable(stack.client("dynamodb"), stack.outputs["TableName"])
    new = OperatorSender(channel=SenderChannel.SMS, address=_SENDER, carrier="aws")
    senders.add(table, stack.account_sid, new, datetime.now(UTC))
    sqs = stack.client("sqs")
    for name in ("ChunkQueueUrl", "ReceiptQueueUrl"):
        sqs.set_queue_attributes(
            QueueUrl=stack.outputs[name],
            Attributes={"VisibilityTimeout": str(_VISIBILITY_SECONDS)},
        )


def _section(
    arguments: argparse.Namespace,
    account: Account,
    clients: Clients,
    killer: Killer,
    answers: Mapping[str, int],
) -> Section:
    seconds = sorted(clients.record.answered)
    rows = [
        ("clients, minutes, seed", f"{arguments.clients}, {arguments.minutes}, {arguments.seed}"),
        ("requests accepted", number(account.operations)),
        ("recipients", number(account.recipients)),
        ("requests that a client gave up and began again", number(clients.record.errors.total())),
        (
            "POST answered, median and 99 % ms",
            f"{milliseconds(statistics.median(seconds))}, {milliseconds(seconds[int(len(seconds) * 0.99)])}",
        ),
        ("functions killed", _listed(killer.killed)),
        ("the carrier's answers", _listed(answers)),
        ("messages by status", _listed(account.statuses)),
        ("unconfirmed (99001)", number(account.unconfirmed)),
        ("of those, taken by the carrier all the same", number(account.unconfirmed_taken)),
    ]
    goals = [
        Goal("recipients lost", 0, account.lost, inclusive=True),
        Goal("recipients texted twice", 0, account.doubled, inclusive=True),
        Goal("messages that say another thing than the carrier", 0, account.wrong, inclusive=True),
        Goal("operations whose counts are not their messages'", 0, account.miscounted, inclusive=True),
    ]
    return Section("soak", goals, [Table("What happened", ("", ""), rows)])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number(many)}" for name, many in sorted(counts.items())) or "none"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=5)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="the Markdown file to write the tables into")
    return parser.parse_args()


_START: Final = time.perf_counter()


def _progress(text: str) -> None:
    print(f"[{time.perf_counter() - _START:5.0f} s] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
