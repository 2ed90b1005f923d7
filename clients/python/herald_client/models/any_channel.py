from enum import Enum

class AnyChannel(str, Enum):
    EMAIL = "EMAIL"
    PUSH = "PUSH"
    RCS = "RCS"
    SMS = "SMS"
    WHATSAPP = "WHATSAPP"

    def __str__(self) -> str:
        return str(self.value)
