"""AWS that answers as told, in the shapes that AWS documents, without a network."""

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

import boto3
from botocore.config import Config
from botocore.validate import ParamValidator

Answers = Mapping[str, Any]


class Refusal(Exception):
    """An answer that is an error of AWS, by its code."""


class FakeAws:
    """Clients whose operations are answered by `answers`: a value, a function of the request, or a Refusal.

    An answer that AWS could not give, by botocore's model of the operation, fails the test.
    """

    _current: ClassVar["FakeAws"]

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._request: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """A client that this AWS answers until another is asked for one: clients take long to make."""
        FakeAws._current = self
        return _client(service)

    def params(self, params: Any) -> None:
        self._request = dict(params)

    def answer(self, model: Any) -> Any:
        self.asked.append(model.name)
        answer = self.answers[model.name]
        if callable(answer):
            answer = answer(self._request)
        if isinstance(answer, Refusal):
            error = {
                "Error": {"Code": str(answer), "Message": "refused"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            return SimpleNamespace(status_code=400), error
        if isinstance(answer, Exception):
            raise answer
        if model.output_shape is not None and not model.has_streaming_output:
            report = ParamValidator().validate(answer, model.output_shape)
            assert not report.has_errors(), f"{model.name}: {report.generate_report()}"
        return SimpleNamespace(status_code=200), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}


@cache
def _client(service: str) -> Any:
    client: Any = boto3.Session().client(  # type: ignore[call-overload]
        service,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}),
    )
    events = client.meta.events
    events.register("provide-client-params", lambda params, **_: FakeAws._current.params(params))
    events.register("before-call", lambda model, **_: FakeAws._current.answer(model))
    return client
