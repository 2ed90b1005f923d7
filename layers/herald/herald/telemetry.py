"""The logger and the metrics of every function: ids and counts, nothing personal."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeAlias, TypeVar, cast

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.typing import LambdaContext

Answer = TypeVar("Answer")

logger: Final = Logger()
_metrics: Final = Metrics()

Handler: TypeAlias = Callable[[dict[str, Any], LambdaContext], Answer]


def count(event: str, number: int = 1) -> None:
    """Add to the metric of an event, which is named in the past tense."""
    _metrics.add_metric(name=event, unit=MetricUnit.Count, value=number)


def count_by_code(event: str, code: str, number: int) -> None:
    """Add to the metric of an event that has an error code, which is a dimension of it."""
    with single_metric(name=event, unit=MetricUnit.Count, value=number) as metric:
        metric.add_dimension("code", code)


def measure(name: str, value: float, unit: MetricUnit = MetricUnit.Seconds) -> None:
    """Add a value to the metric of a duration, or of another quantity."""
    _metrics.add_metric(name=name, unit=unit, value=value)


def observed(handler: Handler[Answer]) -> Handler[Answer]:
    """A Lambda handler whose log lines name the invocation, and whose counts are published.

    The lines of a request have API Gateway's id of it (`correlation_id`), which its access log has too.
    """

    @wraps(handler)
    def observe(event: dict[str, Any], context: LambdaContext) -> Answer:
        try:
            return handler(event, context)
        finally:
            # Powertools' own decorator warns if nothing was counted, which is normal here.
            if _metrics.provider.metric_set:
                _metrics.flush_metrics()

    injected: Handler[Answer] = logger.inject_lambda_context(
        observe, correlation_id_path="requestContext.requestId"
    )
    return injected


class _Processor(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        work_failed()
        return super().failure_handler(record, exception)


def work_failed() -> None:
    """Count a queue message that failed and comes again.

    Lambda's metric Errors does not count it, as the invocation has succeeded; and SQS's age of the oldest
    message leaves it out once it was received three times.
    """
    count("WorkFailed")


def sqs_processor() -> BatchProcessor:
    """Processes a batch of queue messages; logs and counts the failed ones, and reports only these."""
    # Powertools' logger has the methods that the processor needs.
    return _Processor(EventType.SQS, raise_on_entire_batch_failure=False, logger=cast(logging.Logger, logger))
