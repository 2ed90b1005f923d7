"""The real API in the process of the test, behind the command's own HTTP client."""

import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO

import httpx

from tests.world import World


@dataclass
class InProcess:
    """Answers the requests of a client as API Gateway and Herald's functions would."""

    world: World

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        # The functions write logs and metrics, which are not the command's output.
        with redirect_stdout(StringIO()):
            answer = self.world.request(
                request.method,
                request.url.path.removeprefix("/v1"),
                body,
                account=self.world.account,
                query=dict(request.url.params),
            )
            # What a function starts goes on behind the answer.
            self.world.settle()
        return httpx.Response(
            answer.status, json=None if answer.status == httpx.codes.NO_CONTENT else answer.body
        )

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)
