"""A deployed stack as CloudFormation describes it, and clients of AWS whose calls are bounded in time."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from botocore.config import Config

from herald_cli.doctor.findings import CannotCheckError

# Seconds. Two tries of the slowest call end within 20.
BOUNDED: Final = Config(
    connect_timeout=3, read_timeout=7, retries={"mode": "standard", "total_max_attempts": 2}
)

MakeClient = Callable[[str], Any]


class Made(NamedTuple):
    """A resource of a stack: its type, and its physical id."""

    type: str
    id: str


class Deployed:
    """A stack in AWS, each part read once. Every read may raise ClientError and BotoCoreError."""

    def __init__(self, name: str, make_client: MakeClient) -> None:
        self.name = name
        self._make_client = make_client
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make_client(service)
        return self._clients[service]

    @cached_property
    def description(self) -> Mapping[str, Any]:
        [stack] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        found: Mapping[str, Any] = stack
        return found

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.description.get("Outputs", [])}

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        return {
            each["ParameterKey"]: each["ParameterValue"] for each in self.description.get("Parameters", [])
        }

    @cached_property
    def resources(self) -> Mapping[str, Made]:
        """Every resource, by its logical id."""
        pages = (
            self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        )
        return {
            each["LogicalResourceId"]: Made(each["ResourceType"], each.get("PhysicalResourceId", ""))
            for page in pages
            for each in page["StackResourceSummaries"]
        }

    @cached_property
    def table(self) -> Mapping[str, Any]:
        described = self.client("dynamodb").describe_table(TableName=self.outputs["TableName"])
        found: Mapping[str, Any] = described["Table"]
        return found

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource. Raises CannotCheckError: the stack has none of this name."""
        if logical_id not in self.resources:
            raise CannotCheckError(f"the stack has no {logical_id}")
        return self.resources[logical_id].id

    def of_type(self, kind: str) -> Mapping[str, str]:
        """The physical ids of all resources of a type, by logical id."""
        return {name: each.id for name, each in self.resources.items() if each.type == kind}

    def number(self, parameter: str) -> int | None:
        """A parameter that is a number; None if the stack has none of this name."""
        value = self.parameters.get(parameter, "")
        return int(value) if value.isdigit() else None

    @property
    def carries_with_aws(self) -> bool:
        return self.parameters.get("Carrier") == "aws" or self.parameters.get("AllowAws") == "true"
