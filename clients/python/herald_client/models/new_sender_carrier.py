from enum import Enum

class NewSenderCarrier(str, Enum):
    AWS = "aws"
    HTTP = "http"
    SANDBOX = "sandbox"
    TWILIO = "twilio"

    def __str__(self) -> str:
        return str(self.value)
