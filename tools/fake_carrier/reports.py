"""The fake carrier's reports on accepted messages, to an SNS topic, as AWS sends them."""

import json
import queue
import threading
import time
from itertools import count, groupby
from typing import Any, Final

import boto3

_BATCH: Final = 10


class Reporter:
    """Publishes in a thread of its own, ten events a call."""

    def __init__(self, endpoint_url: str, sms_topic: str, whatsapp_topic: str) -> None:
        make: Any = boto3.client
        self._client: Any = make(
            "sns",
            region_name=sms_topic.split(":")[3],
            endpoint_url=endpoint_url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
        )
        self._sms_topic = sms_topic
        self._whatsapp_topic = whatsapp_topic
        # (topic, event)
        self._waiting: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._numbers = count()
        threading.Thread(target=self._run, daemon=True).start()

    def report_sms(self, event: dict[str, Any]) -> None:
        self._waiting.put((self._sms_topic, event))

    def report_whatsapp(self, event: dict[str, Any]) -> None:
        self._waiting.put((self._whatsapp_topic, event))

    def _run(self) -> None:
        while True:
            events = [self._waiting.get()]
            while len(events) < _BATCH:
                try:
                    events.append(self._waiting.get(timeout=0.05))
                except queue.Empty:
                    break
            for topic, some in groupby(sorted(events, key=_topic), key=_topic):
                self._publish(topic, [event for _, event in some])

    def _publish(self, topic: str, events: list[dict[str, Any]]) -> None:
        entries = [{"Id": str(next(self._numbers)), "Message": json.dumps(each)} for each in events]
        for _ in range(3):
            try:
                answer = self._client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
            except Exception:
                # Any error: the report is tried again, and then given up.
                time.sleep(0.5)
                continue
            failed = {each["Id"] for each in answer.get("Failed", [])}
            entries = [each for each in entries if each["Id"] in failed]
            if not entries:
                return


def _topic(waiting: tuple[str, dict[str, Any]]) -> str:
    return waiting[0]


def sms_event(kind: str, parameters: dict[str, Any], message_id: str) -> dict[str, Any]:
    """An event of a configuration set: of a text, a medium or RCS."""
    now = int(time.time() * 1000)
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": now,
        "isFinal": True,
        "originationPhoneNumber": parameters.get("OriginationIdentity", ""),
        "destinationPhoneNumber": parameters["DestinationPhoneNumber"],
        "isoCountryCode": "US",
        "messageId": message_id,
        "messageRequestTimestamp": now,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": kind.split("_", 1)[1],
        "messageStatusDescription": "",
        "context": parameters.get("Context", {}),
        "totalMessageParts": 1,
        "totalMessagePrice": 0.00581,
        "totalCarrierFee": 0.00302,
    }


def whatsapp_event(kind: str, message: dict[str, Any], message_id: str) -> dict[str, Any]:
    """A WhatsApp Business Account's event for a message: sent, delivered, read or failed."""
    status = {
        "id": message_id,
        "status": kind,
        "timestamp": str(int(time.time())),
        "recipient_id": message["to"].removeprefix("+"),
        "biz_opaque_callback_data": message.get("biz_opaque_callback_data", ""),
    }
    value = {"messaging_product": "whatsapp", "metadata": {}, "statuses": [status]}
    entry = {"id": "0", "changes": [{"value": value, "field": "messages"}]}
    return {
        "context": {"MetaWabaIds": [], "MetaPhoneNumberIds": []},
        "whatsAppWebhookEntry": json.dumps(entry),
        "aws_account_id": "000000000000",
        "message_timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "messageId": message_id,
    }
