from enum import Enum

class AddressChannel(str, Enum):
    PHONE = "PHONE"
    WHATSAPP = "WHATSAPP"

    def __str__(self) -> str:
        return str(self.value)
