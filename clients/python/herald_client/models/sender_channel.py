from enum import Enum

class SenderChannel(str, Enum):
    RCS = "RCS"
    SMS = "SMS"
    WHATSAPP = "WHATSAPP"

    def __str__(self) -> str:
        return str(self.value)
