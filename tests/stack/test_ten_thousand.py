"""The main job: ten thousand recipients from the example file, by the command line."""

import re
from collections import Counter

from click.testing import CliRunner

from herald_cli.client import Herald
from herald_cli.main import cli
from tests.stack.waiting import wait_for
from tests.template import ROOT
from tools.stack import LocalStack

RECIPIENTS = ROOT / "examples/recipients.csv"
# Of the sandbox's numbers that are in the file; all others are delivered.
ENDS = {"+15005550101": "undelivered", "+15005550110": "failed", "+15005550160": "read"}


def test_ten_thousand_recipients_become_as_many_messages(stack: LocalStack, herald: Herald) -> None:
    addresses = [line.split(",")[0] for line in RECIPIENTS.read_text().splitlines()[1:]]
    environment = {
        "HERALD_BASE_URL": stack.base_url,
        "HERALD_ACCOUNT_SID": stack.account_sid,
        "HERALD_AUTH_TOKEN": stack.auth_token,
    }

    text = "Hi {{ name | default: 'there' }}, order {{ order }}"
    result = CliRunner().invoke(cli, ["send", "--csv", str(RECIPIENTS), "--text", text], env=environment)

    assert result.exit_code == 0, result.output
    [operation_id] = re.findall(r"comms_operation_\w{26}", result.stdout)
    expected = Counter(ENDS.get(address, "delivered") for address in addresses)
    operation = wait_for(herald, operation_id, expected)
    assert operation["stats"]["attempts"] == len(addresses) == 10_000
    messages = list(herald.messages(operationId=operation_id, pageSize=1000))
    assert len({message["id"] for message in messages}) == 10_000
    assert Counter(message["to"][0]["address"] for message in messages) == Counter(addresses)
