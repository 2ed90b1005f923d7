from enum import Enum

class SenderOutCarrier(str, Enum):
    AWS = "aws"
    HTTP = "http"
    SANDBOX = "sandbox"
    TWILIO = "twilio"

    def __str__(self) -> str:
        return str(self.value)
