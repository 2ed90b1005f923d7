"""The table's stream: changes of messages become counts of their operation."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.runtime import app
from herald.sending.progress import tell
from herald.sending.tally import tally
from herald.store import stream
from herald.telemetry import observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    tally(app(), stream.changes(event["Records"]))
    tell(stream.turns(event["Records"]))
