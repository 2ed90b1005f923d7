from enum import Enum

class ComponentSubType(str, Enum):
    COPY_CODE = "copy_code"
    QUICK_REPLY = "quick_reply"
    URL = "url"

    def __str__(self) -> str:
        return str(self.value)
