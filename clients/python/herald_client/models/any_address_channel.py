from enum import Enum

class AnyAddressChannel(str, Enum):
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    PUSH = "PUSH"
    WHATSAPP = "WHATSAPP"

    def __str__(self) -> str:
        return str(self.value)
