"""What API Gateway does by itself, in front of the functions: limits, throttles, paths as written."""

import io
import json
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.contracts.gateway import GATEWAY
from tools.stack import LocalStack

# How long API Gateway is to wait for the function of these tests; 29 s where an integration does not say.
MILLISECONDS = 4_000
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def ask(stack: LocalStack, method: str, path: str, **more: Any) -> httpx.Response:
    auth = (stack.account_sid, stack.auth_token)
    return httpx.request(method, stack.base_url + path, auth=auth, timeout=60, **more)


def told(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_an_api_without_a_route_takes_credentials_for_those_of_aws(stack: LocalStack) -> None:
    """As on AWS. So Herald's API has a route for whatever is asked: see below."""
    gateway = stack.client("apigateway")
    api = gateway.create_rest_api(name="without routes")["id"]
    [root] = gateway.get_resources(restApiId=api)["items"]
    method = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="x")
    url = f"{stack.endpoint_url}/restapis/{api}/x/_user_request_/nothing"

    with_credentials = httpx.get(url, auth=("AC1", "x"))
    without = httpx.get(url)

    assert (with_credentials.status_code, without.status_code) == (403, 403)
    assert "'Credential' parameter" in with_credentials.json()["message"]
    assert without.json()["message"] == "Missing Authentication Token"
    gateway.delete_rest_api(restApiId=api)


@pytest.mark.parametrize("path", ["", "/", "/Nothing", "/Nothing/at/all", "/Messages/", "/docs/x", "/%2e%2e"])
def test_nothing_is_answered_in_the_words_of_aws(stack: LocalStack, path: str) -> None:
    statuses = {method: ask(stack, method, path).status_code for method in METHODS}

    assert Counter(statuses.values()).keys() <= {200, 400, 404, 405}, statuses


CODE = """
import time
def handler(event, context):
    match event["path"]:
        case "/slow":
            time.sleep(15)
        case "/large":
            return {"statusCode": 200, "body": "x" * 6_400_000}
        case "/crash":
            raise ValueError("a secret")
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["path"])}
"""


@pytest.fixture(scope="module")
def function(stack: LocalStack) -> Iterator[str]:
    """The URL of an API of one function, which does as its path says."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("code.py", "import json\n" + CODE)
    trusts = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusts]})
    role = stack.client("iam").create_role(RoleName="slow", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    made = stack.client("lambda").create_function(
        FunctionName="slow",
        Runtime="python3.13",
        Handler="code.handler",
        Role=role,
        Timeout=60,
        Code={"ZipFile": zipped.getvalue()},
    )
    gateway = stack.client("apigateway")
    api = gateway.create_rest_api(name="slow")["id"]
    [root] = gateway.get_resources(restApiId=api)["items"]
    parts = gateway.create_resource(restApiId=api, parentId=root["id"], pathPart="{proxy+}")
    method = {"restApiId": api, "resourceId": parts["id"], "httpMethod": "ANY"}
    gateway.put_method(**method, authorizationType="NONE")
    arn = made["FunctionArn"]
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        timeoutInMillis=MILLISECONDS,
        uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="x")
    yield f"{stack.endpoint_url}/restapis/{api}/x/_user_request_"
    gateway.delete_rest_api(restApiId=api)
    stack.client("lambda").delete_function(FunctionName="slow")


def test_a_function_that_takes_longer_than_its_integration_allows_is_given_up(function: str) -> None:
    start = time.monotonic()

    answer = httpx.get(f"{function}/slow", timeout=60)

    assert MILLISECONDS / 1_000 <= time.monotonic() - start < 15
    assert (answer.status_code, answer.json()["message"]) == (504, "Endpoint request timed out")


@pytest.mark.parametrize("path", ["/crash", "/large"])
def test_a_function_that_crashes_or_says_too_much_is_not_quoted(function: str, path: str) -> None:
    answer = httpx.get(function + path, timeout=60)

    assert answer.status_code >= 500
    assert answer.json()["message"] == "Internal server error"
    assert httpx.get(f"{function}/a%2Fb", timeout=60).json().endswith("/a%2Fb")


def test_a_path_comes_as_it_was_written(stack: LocalStack) -> None:
    """An id with %2F in it is one part of a path, and no way to another one."""
    sought = ask(stack, "GET", "/Messages/Seek/SM%2F1%2B2%3D")
    other = ask(stack, "GET", "/Messages%2FOperations")

    assert told(sought) == (404, 20404)
    assert told(other) == (404, 20404)


def test_a_text_in_another_encoding_is_not_sent(stack: LocalStack) -> None:
    body = '{"to": [{"address": "+15005550100", "channel": "PHONE"}], "content": {"text": "café"}}'
    headers = {"Content-Type": "application/json"}

    assert told(ask(stack, "POST", "/Messages", content=body.encode("latin-1"), headers=headers)) == (
        400,
        400,
    )
    assert ask(stack, "POST", "/Messages", content=body.encode(), headers=headers).status_code == 202


def test_a_body_that_lambda_does_not_take_is_a_413(stack: LocalStack) -> None:
    """Of 4.9 MB in all, but twice as long where its quotes are escaped."""
    body = json.dumps({"to": [], "content": {"text": '"' * 1_600}, "x": '"' * 2_400_000}).encode()
    assert len(body) < 5_000_000

    answer = ask(stack, "POST", "/Messages", content=body, headers={"Content-Type": "application/json"})

    assert told(answer) == (413, 413)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_body_that_api_gateway_does_not_take_is_a_413(stack: LocalStack) -> None:
    answer = ask(stack, "POST", "/Messages", content=b"x" * 10_500_000)

    assert told(answer) == (413, GATEWAY["REQUEST_TOO_LARGE"][2].code)


def test_more_requests_than_the_template_lets_through_are_a_429(stack: LocalStack) -> None:
    # 5 a second, and 10 at once.
    with httpx.Client(timeout=60) as client:
        answers = [client.get(f"{stack.base_url}/docs") for _ in range(40)]

    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) >= 5
    assert {told(answer) for answer in refused} == {(429, 20429)}
    assert {answer.headers["Retry-After"] for answer in refused} == {"3"}
    time.sleep(3)
    assert httpx.get(f"{stack.base_url}/docs").status_code == 200
