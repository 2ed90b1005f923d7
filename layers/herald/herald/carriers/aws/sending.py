"""Sending by AWS: each message goes to the service that has its channel."""

from herald.carriers.aws import NAME
from herald.carriers.aws.media import MediaCopies
from herald.carriers.aws.sms import AwsSms
from herald.carriers.aws.whatsapp import AwsWhatsApp
from herald.carriers.protocol import OutboundMessage, Outcome
from herald.carriers.surroundings import Surroundings
from herald.model.addresses import SenderChannel


class Aws:
    name = NAME

    def __init__(self, phones: AwsSms, whatsapp: AwsWhatsApp) -> None:
        self._phones = phones
        self._whatsapp = whatsapp

    def send(self, message: OutboundMessage) -> Outcome:
        if message.sender.channel is SenderChannel.WHATSAPP:
            return self._whatsapp.send(message)
        return self._phones.send(message)

    def flush(self) -> None:
        """Does nothing: every message is a request of its own."""


def build(surroundings: Surroundings) -> Aws:
    media = MediaCopies(lambda: surroundings.client("s3"), surroundings.media_bucket)
    return Aws(
        AwsSms(
            lambda: surroundings.client("pinpoint-sms-voice-v2"), media, surroundings.aws_configuration_set
        ),
        AwsWhatsApp(lambda: surroundings.client("socialmessaging")),
    )
