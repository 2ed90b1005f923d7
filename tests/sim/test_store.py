"""The simulated table and moto, side by side: what they do with the calls that Herald makes."""

import boto3
import pytest

from tests.sim import calls
from tests.sim.edge import Client, Edge
from tests.sim.kernel import Kernel
from tests.sim.plans import Calm
from tests.sim.table import SimulatedTable
from tests.store_rules import Backend, StoreRules
from tests.world import REGION, TABLE, World

# What moto lets through, and DynamoDB does not.
MOTO_LETS_THROUGH = frozenset(
    {
        "26 writes",
        "a key of an index that is a number",
        "a number of 39 digits",
        "a range the wrong way about",
        "a transaction with the same token",
        "an operand compared with itself",
        "the same item written twice",
    }
)


class TestSimulated(StoreRules):
    @pytest.fixture
    def on(self) -> Backend:
        edge, table = Edge(Kernel(0, 0.0), Calm({})), SimulatedTable("herald")
        for (service, operation), handler in calls.of_table(table).items():
            edge.serve(service, operation, handler)
        return Backend(Client(edge, "dynamodb"), "herald")


class TestMoto(StoreRules):
    @pytest.fixture
    def on(self, world: World) -> Backend:
        client = boto3.client("dynamodb", region_name=REGION)
        return Backend(client, TABLE, MOTO_LETS_THROUGH, has_statements=False)
