"""Herald deployed into a MiniStack of its own."""

import base64
import json
import platform
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from botocore.config import Config
from botocore.exceptions import WaiterError

from herald_cli import admin
from herald_cli.aws import local_client
from tools.stack import state
from tools.stack.build import build, built_package
from tools.stack.commands import HERALD_DIR, StackError
from tools.stack.ministack import ADDRESS, MiniStack, free_port, open_directly
from tools.stack.package import ARTIFACTS_BUCKET, Package

STACK_NAME: Final = "herald"
SECONDS_BETWEEN_LOOKS: Final = 0.1
STAGE: Final = "v1"
NO_OPERATION: Final = "comms_operation_00000000000000000000000000"
# Small, for a machine that does everything at once, and quick, for a developer who waits for a receipt.
LOCAL_PARAMETERS: Final = {
    "FanOutConcurrency": "4",
    "ReceiveConcurrency": "2",
    "SandboxReceiptSeconds": "1",
}


class LocalStack:
    """The whole of template.yaml on this machine, with a demo account.

    A context manager: entering builds, starts and deploys; leaving ends every process
    and deletes everything but the log. Stacks on different ports do not know of each other.

    `parameters` are those of the template. `auth` makes MiniStack enforce IAM, so that a
    function may do only what its role allows. `carrier_urls` are the URLs of AWS services
    that MiniStack does not have, by the variable that names the URL to an SDK.
    `keeps` is a file that holds the stack's data from one run to the next.
    """

    base_url: str
    endpoint_url: str
    account_sid: str
    auth_token: str
    outputs: dict[str, str]

    def __init__(
        self,
        port: int | None = None,
        parameters: Mapping[str, str] | None = None,
        auth: bool = False,
        state_dir: Path | None = None,
        progress: Callable[[str], None] = lambda _: None,
        carrier_urls: Mapping[str, str] | None = None,
        keeps: Path | None = None,
    ) -> None:
        port = port or free_port()
        self._owns_state_dir = state_dir is None
        self._state_dir = state_dir or HERALD_DIR / str(port)
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._auth = auth
        self._aws = MiniStack(port, self._state_dir, auth, carrier_urls)
        self._parameters = LOCAL_PARAMETERS | {"Architecture": _architecture()} | dict(parameters or {})
        self._progress = progress
        self._keeps = keeps
        self.endpoint_url = self._aws.endpoint_url
        self.base_url = f"{self.endpoint_url}/{STAGE}"
        self.outputs = {}

    @property
    def pid(self) -> int:
        return self._aws.pid

    @property
    def log(self) -> Path:
        """The log of MiniStack and the functions."""
        return self._aws.log

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when the API answers the demo account."""
        self._progress(f"Starting a local AWS on {self.endpoint_url}")
        self._aws.start()
        self._progress("Building the functions and their layer (sam build)")
        build()
        self._aws.wait()
        self._progress("Deploying template.yaml")
        with built_package() as package:
            self._deploy(package)
        if not self._restore():
            self._progress("Creating a demo account")
            self._create_account()
        self._progress("Asking it a first question")
        self._ask()

    def warm(self) -> None:
        """Let the functions behind the queues begin, so that the first messages need not wait for that.

        The tasks are of an operation that does not exist: their only effect is a line in the log.
        """
        task = json.dumps({"task": "fan_out", "operationId": NO_OPERATION, "chunk": 0})
        report = json.dumps({"carrier": "sandbox", "receipts": []})
        sqs = self.client("sqs")
        for output, body, parameter in (
            ("ChunkQueueUrl", task, "FanOutConcurrency"),
            ("ReceiptQueueUrl", report, "ReceiveConcurrency"),
        ):
            for _ in range(int(self._parameters[parameter])):
                sqs.send_message(QueueUrl=self.outputs[output], MessageBody=body)

    def stop(self) -> None:
        """End it, its data saved if they are kept. Harmless before a start, and when it is called again."""
        if self._keeps and self.outputs and self.running():
            caller = {"accountSid": self.account_sid, "authToken": self.auth_token}
            dynamodb, secrets = self.client("dynamodb"), self.client("secretsmanager")
            count = state.save(self._keeps, dynamodb, secrets, self.outputs, caller)
            self._progress(f"Saved {count:,} items")
        self._aws.stop()
        if self._owns_state_dir and not self.log.exists():
            shutil.rmtree(self._state_dir, ignore_errors=True)

    def running(self) -> bool:
        return self._aws.running()

    def client(self, service: str) -> Any:
        """A boto3 client of this stack's AWS, with the rights of its root user."""
        return local_client(
            service, self.endpoint_url, Config(retries={"total_max_attempts": 3, "mode": "standard"})
        )

    def function_log(self) -> str:
        """The functions' log so far, with their tracebacks; those of the API are in no file."""
        logs = self.client("logs")
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        pages = [logs.get_paginator("filter_log_events").paginate(logGroupName=name) for name in groups]
        return "\n".join(
            event["message"].rstrip() for part in pages for page in part for event in page["events"]
        )

    def _deploy(self, package: Package) -> None:
        self.client("s3").create_bucket(Bucket=ARTIFACTS_BUCKET)
        self._apply(package, "create")
        self._map_plain_base_url()

    def update(self, parameters: Mapping[str, str]) -> None:
        """Deploy template.yaml onto the stack that is there, with some parameters changed."""
        self._parameters |= parameters
        before = self.outputs["ApiId"]
        with built_package() as package:
            self._apply(package, "update")
        if self.outputs["ApiId"] != before:
            # Where another description makes another API of it.
            self.client("apigateway").delete_base_path_mapping(domainName=ADDRESS, basePath=STAGE)
            self._map_base_path()

    def _apply(self, package: Package, action: Literal["create", "update"]) -> None:
        self._change(package, action)
        cloudformation = self.client("cloudformation")
        [stack] = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self._correct_concurrency()
        if self._auth:
            self._fit_policies()
        self._apply_gateway_responses(package.template)

    def _change(self, package: Package, action: Literal["create", "update"]) -> None:
        """Create the stack, or update it, as `sam deploy` does."""
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        for archive in package.archives:
            s3.put_object(Bucket=ARTIFACTS_BUCKET, Key=archive.name, Body=archive.read_bytes())
        s3.put_object(Bucket=ARTIFACTS_BUCKET, Key="template", Body=json.dumps(package.template).encode())
        change = cloudformation.create_stack if action == "create" else cloudformation.update_stack
        change(
            StackName=STACK_NAME,
            TemplateURL=f"{self.endpoint_url}/{ARTIFACTS_BUCKET}/template",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in self._parameters.items()
            ],
        )
        try:
            cloudformation.get_waiter(f"stack_{action}_complete").wait(
                StackName=STACK_NAME, WaiterConfig={"Delay": SECONDS_BETWEEN_LOOKS, "MaxAttempts": 3_000}
            )
        except WaiterError as error:
            events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
            reasons = "\n".join(
                f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}"
                for each in events
                if each.get("ResourceStatusReason")
            )
            raise StackError(f"template.yaml was not deployed:\n{reasons}") from error

    def _correct_concurrency(self) -> None:
        """Correct MiniStack, which keeps a number from a parameter as text, and then cannot compare it."""
        lambda_ = self.client("lambda")
        for mapping in lambda_.list_event_source_mappings()["EventSourceMappings"]:
            if limit := mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
                lambda_.update_event_source_mapping(
                    UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": int(limit)}
                )

    def _fit_policies(self) -> None:
        """Grant with MiniStack's names of actions exactly what the roles grant with AWS's.

        In AWS the right to SendMessage covers SendMessageBatch; MiniStack asks for it by name.
        And it looks up every schedule as one of the group "default".
        """
        iam = self.client("iam")
        for role in iam.list_roles()["Roles"]:
            for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
                policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
                for statement in policy["Statement"]:
                    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
                    if "sqs:SendMessage" in actions:
                        statement["Action"] = [*actions, "sqs:SendMessageBatch"]
                    statement["Resource"] = [
                        re.sub(r":schedule/[^/]+/", ":schedule/default/", resource) for resource in resources
                    ]
                iam.put_role_policy(
                    RoleName=role["RoleName"], PolicyName=name, PolicyDocument=json.dumps(policy)
                )

    def _apply_gateway_responses(self, template: Mapping[str, Any]) -> None:
        """Set the gateway responses by call: MiniStack ignores those in the API's definition."""
        api = template["Resources"]["Api"]["Properties"]
        apigateway, api_id = self.client("apigateway"), self.outputs["ApiId"]
        for kind, response in api["GatewayResponses"].items():
            headers = response.get("ResponseParameters", {}).get("Headers", {})
            status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
            apigateway.put_gateway_response(
                restApiId=api_id,
                responseType=kind,
                responseParameters={f"gatewayresponse.header.{name}": headers[name] for name in headers},
                responseTemplates=response.get("ResponseTemplates", {}),
                **status,
            )
        # They take effect with a deployment, as in AWS.
        apigateway.create_deployment(restApiId=api_id, stageName=STAGE)

    def _map_plain_base_url(self) -> None:
        """The address itself becomes the API's custom domain; paths outside /v1 stay the AWS API."""
        self.client("apigateway").create_domain_name(
            domainName=ADDRESS, endpointConfiguration={"types": ["REGIONAL"]}
        )
        self._map_base_path()

    def _map_base_path(self) -> None:
        self.client("apigateway").create_base_path_mapping(
            domainName=ADDRESS, basePath=STAGE, restApiId=self.outputs["ApiId"], stage=STAGE
        )

    def _create_account(self) -> None:
        table, dynamodb = self.outputs["TableName"], self.client("dynamodb")
        secret = self.client("secretsmanager").get_secret_value(SecretId=self.outputs["KeySecretArn"])
        credentials = admin.create_account(dynamodb, table, secret["SecretString"], name="demo")
        self.account_sid, self.auth_token = credentials.account_sid, credentials.auth_token
        admin.add_sandbox_senders(dynamodb, table, self.account_sid)

    def _restore(self) -> bool:
        """Restore the kept data, if there are any."""
        if self._keeps is None:
            return False
        dynamodb, secrets = self.client("dynamodb"), self.client("secretsmanager")
        caller = state.load(self._keeps, dynamodb, secrets, self.outputs)
        if caller is None:
            return False
        self.account_sid, self.auth_token = caller["accountSid"], caller["authToken"]
        self._progress("Brought back the data of the last run")
        return True

    def _ask(self) -> None:
        """Send requests as a client does: they test the path through the authorizer to the table.

        The second is refused, so its only effect is a warm function for the first real request.
        Both go at once: most of the time is the start of the functions' processes.
        """
        asked = {None: HTTPStatus.OK, b"{}": HTTPStatus.BAD_REQUEST}
        with ThreadPoolExecutor(len(asked)) as pool:
            answers = list(pool.map(self._request, asked))
        for (status, answer), expected in zip(answers, asked.values(), strict=True):
            if status != expected:
                raise StackError(
                    f"The API answered {status}: {answer}\n\nIts functions said:\n{self.function_log()}"
                )

    def _request(self, body: bytes | None) -> tuple[int, str]:
        token = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - the address is ours
            f"{self.base_url}/Messages",
            data=body,
            headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        try:
            return HTTPStatus.OK, open_directly(request, timeout=30).decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _architecture() -> str:
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
