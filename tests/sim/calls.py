"""What the simulated services do, by service and operation."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.sim.queues import Queues
from tests.sim.schedules import Schedules
from tests.sim.table import SimulatedTable

type Handler = Callable[[Mapping[str, Any]], Any]


def of_table(table: SimulatedTable) -> dict[tuple[str, str], Handler]:
    return {
        ("dynamodb", "GetItem"): table.get_item,
        ("dynamodb", "BatchGetItem"): table.batch_get_item,
        ("dynamodb", "Query"): table.query,
        ("dynamodb", "PutItem"): table.put_item,
        ("dynamodb", "UpdateItem"): table.update_item,
        ("dynamodb", "DeleteItem"): table.delete_item,
        ("dynamodb", "BatchExecuteStatement"): table.batch_execute_statement,
        ("dynamodb", "BatchWriteItem"): table.batch_write_item,
        ("dynamodb", "TransactWriteItems"): table.transact_write_items,
    }


def of_queues(queues: Queues) -> dict[tuple[str, str], Handler]:
    return {
        ("sqs", "SendMessage"): queues.send_message,
        ("sqs", "SendMessageBatch"): queues.send_message_batch,
    }


def of_schedules(schedules: Schedules) -> dict[tuple[str, str], Handler]:
    return {
        ("scheduler", "CreateSchedule"): schedules.create_schedule,
        ("scheduler", "DeleteSchedule"): schedules.delete_schedule,
    }
