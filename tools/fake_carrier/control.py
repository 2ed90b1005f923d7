"""Configures and queries a fake carrier in another process."""

import json
import urllib.request
from typing import Any

from tools.fake_carrier.behaviour import Behaviour


class Control:
    def __init__(self, url: str) -> None:
        self._url = url

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", "/_calls")["calls"]
        return found

    def summary(self) -> dict[str, Any]:
        return self._ask("GET", "/_summary")

    def forget(self) -> None:
        self._ask("DELETE", "/_calls")

    def direct(self, behaviour: Behaviour) -> None:
        self._ask("POST", "/_behaviour", behaviour.model_dump(by_alias=True, mode="json"))

    def report_to(self, endpoint_url: str, sms_topic: str, whatsapp_topic: str) -> None:
        body = {"endpointUrl": endpoint_url, "sms": sms_topic, "whatsapp": whatsapp_topic}
        self._ask("POST", "/_reports", body)

    def is_there(self) -> bool:
        """Whether it is a fake carrier that listens there, and not another program."""
        try:
            return "mostTakenOfAKey" in self.summary()
        except (OSError, ValueError):
            return False

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the caller's
            self._url + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
